/// An observation that is a fixed number of scalars.
///
/// Fixed-width SIMD vectors conform, and pairs of them for the sizes between, so that an
/// environment with few scalars never allocates; `[Float]` conforms for everything else.
public protocol ObservationVector: Sendable {
  /// How many scalars `write(to:)` writes.
  var observationCount: Int { get }

  /// Writes the scalars into `row`, which has room for `observationCount`.
  func write(to row: UnsafeMutablePointer<Float>)
}

extension ObservationVector {
  /// The scalars as an array.
  public var scalars: [Float] {
    [Float](unsafeUninitializedCapacity: observationCount) { buffer, count in
      if let base = buffer.baseAddress { write(to: base) }
      count = observationCount
    }
  }
}

extension SIMD2: ObservationVector where Scalar == Float {
  @inlinable public var observationCount: Int { 2 }

  @inlinable
  public func write(to row: UnsafeMutablePointer<Float>) {
    for index in 0..<2 { row[index] = self[index] }
  }
}

extension SIMD3: ObservationVector where Scalar == Float {
  @inlinable public var observationCount: Int { 3 }

  @inlinable
  public func write(to row: UnsafeMutablePointer<Float>) {
    for index in 0..<3 { row[index] = self[index] }
  }
}

extension SIMD4: ObservationVector where Scalar == Float {
  @inlinable public var observationCount: Int { 4 }

  @inlinable
  public func write(to row: UnsafeMutablePointer<Float>) {
    for index in 0..<4 { row[index] = self[index] }
  }
}

extension SIMD8: ObservationVector where Scalar == Float {
  @inlinable public var observationCount: Int { 8 }

  @inlinable
  public func write(to row: UnsafeMutablePointer<Float>) {
    for index in 0..<8 { row[index] = self[index] }
  }
}

extension Array: ObservationVector where Element == Float {
  @inlinable public var observationCount: Int { count }

  @inlinable
  public func write(to row: UnsafeMutablePointer<Float>) {
    for index in indices { row[index] = self[index] }
  }
}

/// An observation that consists of two, the scalars of the first before those of the second.
///
/// ```swift
/// let sixScalars = ObservationPair(SIMD4<Float>(1, 2, 3, 4), SIMD2<Float>(5, 6))
/// ```
public struct ObservationPair<First: ObservationVector, Second: ObservationVector>:
  ObservationVector
{
  /// What comes first.
  public var first: First

  /// What follows.
  public var second: Second

  /// Joins two observations.
  @inlinable
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  @inlinable public var observationCount: Int { first.observationCount + second.observationCount }

  @inlinable
  public func write(to row: UnsafeMutablePointer<Float>) {
    first.write(to: row)
    second.write(to: row + first.observationCount)
  }
}

extension ObservationPair: Equatable where First: Equatable, Second: Equatable {}
extension ObservationPair: Hashable where First: Hashable, Second: Hashable {}
