import State

/// The name of a file or a folder, which reaches the system exactly as it was given.
///
/// (Foundation's `URL` takes `link/../a` for `a` and `~` for a home.)
public struct Path: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The name as the user gave it.
  public let text: String

  /// Creates a path; an empty one names nothing.
  public init(_ text: String) { self.text = text }

  public init(stringLiteral text: String) { self.text = text }

  /// Something in this folder.
  public func appending(_ name: String) -> Path {
    Path(text.hasSuffix("/") ? text + name : text + "/" + name)
  }

  /// The part after the last slash.
  public var name: String { String(trimmed.split(separator: "/").last ?? "") }

  /// The folder that it is in.
  public var parent: Path {
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    let parent = trimmed[..<slash]
    return Path(parent.allSatisfy { $0 == "/" } ? "/" : String(parent))
  }

  /// The name as it can be shown to a person.
  public var description: String { text.printable }

  /// Without the slashes at the end.
  private var trimmed: Substring {
    var rest = text[...]
    while rest.count > 1, rest.last == "/" { rest.removeLast() }
    return rest
  }
}
