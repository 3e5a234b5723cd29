import RandomNumbers
import ReinforcementLearning
import State

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Point in the direction of a point in the plane, with eight directions to choose from.
///
/// | Action | Meaning |
/// |-:|---------|
/// | a | the direction u_a = (cos φ, sin φ), φ = 2π a / 8 |
///
/// | Observation | Scalar | Space |
/// |-:|-----------------------|----|
/// | 0 | x of the context | any |
/// | 1 | y of the context | any |
///
/// **Reward:** the scalar product of the context and u_a, without noise.
///
/// **Start:** the context is drawn from a mixture of four Gaussians, whose means are on the axes at
/// a distance of 1 from the origin, and whose standard deviations are ½ in each direction.
///
/// **End:** terminated after one step, with the same context. Stepping on after the end is allowed.
///
/// | Version | Reward threshold |
/// |---------|-----------------:|
/// | `contextual-bandit` | 1.0521 |
///
/// The threshold is `solvedReturn`.
public struct ContextualBandit: KnownOptimum, Sendable {
  /// How far the means of the contexts are from the origin.
  public let distance: Double

  /// The standard deviation around them in each direction.
  public let deviation: Double

  /// The point in the plane, or `nil` before the first reset.
  public private(set) var context: SIMD2<Double>?

  /// The generator of the contexts, or `nil` before the first reset.
  public private(set) var generator: PCG64?

  /// Makes the environment.
  ///
  /// - Parameters:
  ///   - distance: How far the means of the contexts are from the origin, 0 at least.
  ///   - deviation: The standard deviation around them in each direction, a positive number.
  public init(distance: Double = 1, deviation: Double = 0.5) {
    precondition(
      distance >= 0 && distance.isFinite && deviation > 0 && deviation.isFinite,
      "No contexts lie \(distance) from the origin with a standard deviation of \(deviation).")
    self.distance = distance
    self.deviation = deviation
  }

  public var actionSpace: Discrete { Discrete(Self.directions.count) }

  public var observationSpace: Box { Box(low: -.infinity, high: .infinity, count: 2) }

  /// Starts a new episode.
  ///
  /// - Parameters:
  ///   - seed: Restarts the generator; `nil` continues it.
  ///   - options: There are none.
  /// - Returns: The context.
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
    var generator = PCG64(seed: seed, continuing: generator)
    let centre = distance * Self.directions[2 * generator.integers(0, 4)]
    let (x, y) = generator.standardNormalPair()
    let context = centre + deviation * SIMD2(x, y)
    self.generator = generator
    self.context = context
    return SIMD2<Float>(context)
  }

  /// Points in a direction.
  ///
  /// - Parameter action: The direction, 0 to 7.
  public mutating func step(_ action: Int) -> Step<SIMD2<Float>> {
    precondition(actionSpace.contains(action), "The action must be 0 to 7; got \(action).")
    guard let context else { preconditionFailure("Call reset before the first step.") }
    return Step(
      observation: SIMD2<Float>(context), reward: (context * Self.directions[action]).sum(),
      isTerminated: true)
  }

  /// u_a for all actions.
  private static let directions = (0..<8).map { action in
    let angle = 2 * Double.pi * Double(action) / 8
    return SIMD2(cos(angle), sin(angle))
  }
}

// MARK: Optimum

extension ContextualBandit {
  /// E max_a (x · u_a): the best direction is the nearest, and the reward |x| times the cosine of the
  /// angle between them.
  ///
  /// A quarter turn maps directions to directions, so one of the four Gaussians stands for all. In
  /// polar coordinates the integral over |x| is known in closed form; that over the angle is taken by
  /// Simpson's rule over each of the eight sectors, in which it is smooth, with an error below 1e-9
  /// unless the deviation is a small part of the distance.
  public var optimalReturn: Double {
    let (panels, sector) = (128, 2 * Double.pi / 8)
    let width = sector / Double(panels)
    var sum = 0.0
    for action in 0..<8 {
      for point in 0...panels {
        let offset = Double(point) * width - sector / 2
        let weight = point == 0 || point == panels ? 1.0 : point.isMultiple(of: 2) ? 2 : 4
        sum += weight * cos(offset) * meanLength(towards: Double(action) * sector + offset)
      }
    }
    return sum * width / 3
  }

  /// 0: the directions add up to nothing.
  public var randomReturn: Double { 0 }

  /// ∫ r² p(r, φ) dr at an angle φ, for the density p of a Gaussian with its mean at φ = 0.
  ///
  /// With k = distance · cos φ and the deviation σ it is exp(−(distance² − k²) / 2σ²) / 2πσ² times
  /// ∫ r² exp(−(r − k)² / 2σ²) dr = σ² k exp(−k² / 2σ²) + (k² + σ²) σ √(π/2) (1 + erf(k / σ√2)).
  private func meanLength(towards angle: Double) -> Double {
    let k = distance * cos(angle)
    let variance = deviation * deviation
    let aside = distance * sin(angle)
    let integral =
      variance * k * exp(-k * k / (2 * variance))
      + (k * k + variance) * deviation * (Double.pi / 2).squareRoot()
      * (1 + erf(k / (deviation * 2.0.squareRoot())))
    return exp(-aside * aside / (2 * variance)) / (2 * .pi * variance) * integral
  }
}

extension ContextualBandit {
  /// The version for the registry.
  public static let specifications = [
    EnvironmentSpecification(
      name: "contextual-bandit", maxEpisodeSteps: 1,
      rewardThreshold: ContextualBandit().solvedReturn,
      summary: "Point in the direction of a point, with eight to choose from.",
      make: { ContextualBandit() })
  ]
}

extension ContextualBandit: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("context", &context)
    try visitor.visit("generator", &generator)
  }
}
