/// Something with a state that can be saved and continued exactly.
///
/// A type lists its parts by name, always the same ones in the same order, in a few lines:
///
/// ```swift
/// struct Walk: Stateful {
///   var position = 0
///   var generator = PCG64(seed: 1)
///   mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
///     try visitor.visit("position", &position)
///     try visitor.visit("generator", &generator)
///   }
/// }
/// ```
///
/// Visitors write these parts into a file, read them back, or keep them in memory. A type that has been
/// read from a file may meet any value there, and checks those that it relies on.
public protocol Stateful {
  /// Shows all parts of the state to a visitor, which may replace them.
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure)
}

/// What is done with each part of a state.
public protocol StateVisitor {
  /// The names of the parts around what is visited now, each followed by a dot.
  var prefix: String { get set }

  /// Where the state comes from or goes to, for an error's sentence: a file's path.
  var place: String { get }

  /// Visits an array of 32-bit floats.
  ///
  /// - Parameters:
  ///   - name: The name within the part at hand.
  ///   - values: The elements in row-major order.
  ///   - shape: The length of each dimension, which whatever replaces them must have, too.
  mutating func visit(_ name: String, _ values: inout [Float], shape: [Int]) throws(Failure)

  /// Visits a value of any other kind, kept exactly: `Int`, `Double` and arrays of them and of `Float`
  /// as such, everything else as text.
  mutating func visit<Value: Codable & Sendable>(
    _ name: String, _ value: inout Value) throws(Failure)
}

extension StateVisitor {
  /// Visits a part that has parts of its own.
  public mutating func visit(_ name: String, _ part: inout some Stateful) throws(Failure) {
    try visit(under: name) { visitor throws(Failure) in try part.visitState(&visitor) }
  }

  /// Visits parts whose names begin with `name`.
  public mutating func visit(
    under name: String, _ body: (inout Self) throws(Failure) -> Void
  ) throws(Failure) {
    let outer = prefix
    prefix += name + "."
    defer { prefix = outer }
    try body(&self)
  }

  /// Visits a whole number that must lie in a range.
  public mutating func visit(
    _ name: String, _ value: inout Int, in range: ClosedRange<Int>
  ) throws(Failure) {
    try visit(name, &value)
    try check(range.contains(value), "\(name) is \(value)")
  }

  /// Throws unless what was visited makes sense.
  ///
  /// - Parameters:
  ///   - holds: Whether it does.
  ///   - problem: What is wrong, as "step is −1".
  public func check(_ holds: Bool, _ problem: @autoclosure () -> String) throws(Failure) {
    guard !holds else { return }
    throw .file(
      place, "contradicts itself (\(prefix)\(problem()))",
      fix: "copy it again from its source or train anew")
  }
}
