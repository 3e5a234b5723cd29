/// Why a figure cannot be drawn or written: one sentence that names the problem and the fix.
public struct RenderingError: Error, Equatable, CustomStringConvertible {
  /// The whole sentence.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
