/// Placeholder signature; replaced by the full generator.
public struct PCG64: RandomNumberGenerator, Sendable, Equatable {
  var state: UInt64
  public init(seed: UInt64) { state = seed }
  public mutating func next() -> UInt64 { state &+= 0x9E37_79B9_7F4A_7C15; return state }
}
