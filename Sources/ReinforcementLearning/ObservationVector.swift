/// An observation that is a fixed number of scalars.
///
/// Fixed-width SIMD vectors conform, so that an environment with few scalars never allocates;
/// `[Float]` conforms for everything else.
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
