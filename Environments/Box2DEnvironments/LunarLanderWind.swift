import RandomNumbers

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A wind that swings without a period: tanh(sin 0.02k + sin 0.01πk) for k = k₀, k₀ + 1, …
struct LunarLanderWind: Sendable {
  /// The k of the next gust, and that of the next turbulence.
  private(set) var gustIndex: Int, turbulenceIndex: Int

  /// Makes a wind that goes on from some place.
  init(gustIndex: Int, turbulenceIndex: Int) {
    self.gustIndex = gustIndex
    self.turbulenceIndex = turbulenceIndex
  }

  /// Draws the two places where the wind starts.
  init(using generator: inout PCG64) {
    gustIndex = generator.integers(-9999, 9999)
    turbulenceIndex = generator.integers(-9999, 9999)
  }

  /// The next force, from −1 to 1.
  mutating func nextGust() -> Double {
    defer { gustIndex &+= 1 }
    return Self.strength(at: gustIndex)
  }

  /// The next torque, from −1 to 1.
  mutating func nextTurbulence() -> Double {
    defer { turbulenceIndex &+= 1 }
    return Self.strength(at: turbulenceIndex)
  }

  private static func strength(at index: Int) -> Double {
    tanh(sin(0.02 * Double(index)) + sin(.pi * 0.01 * Double(index)))
  }
}
