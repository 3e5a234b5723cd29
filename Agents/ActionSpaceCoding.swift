import ReinforcementLearning

/// The action space of an agent whatever its kind is, as files describe it: its parts, and its kind.
public struct AnyPolicySpace: Sendable, Codable, Equatable {
  public let base: any PolicySpace

  public init(_ base: any PolicySpace) { self.base = base }

  /// The kinds of space that files may name; a new one is added here.
  private static let kinds: [any PolicySpace.Type] = [
    Discrete.self, Box.self, MultiBinary.self, MultiDiscrete.self,
  ]

  private enum CodingKeys: CodingKey { case kind }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .kind)
    guard let type = Self.kinds.first(where: { $0.kind == name }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "There is no space \(name).")
    }
    base = try type.init(from: decoder)
  }

  public func encode(to encoder: any Encoder) throws {
    try base.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type(of: base).kind, forKey: .kind)
  }

  public static func == (a: AnyPolicySpace, b: AnyPolicySpace) -> Bool {
    func equals<S: PolicySpace>(_ space: S) -> Bool { b.base as? S == space }
    return equals(a.base)
  }
}
