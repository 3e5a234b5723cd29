import Files

/// Where a run comes from.
public struct RunOrigin: Sendable {
  /// The version of the program.
  public var version: String
  /// The command as one would type it in a shell.
  public var command: String

  public init(version: String, command: String) {
    self.version = version
    self.command = command
  }

  /// The contents of `config.json`.
  func config(_ settings: some ExperimentSettings) -> JSONValue {
    .object(
      [
        .init(name: "version", value: .text(version)),
        .init(name: "command", value: .text(command)),
      ] + (settings.json.members ?? []))
  }
}
