import RandomNumbers
import ReinforcementLearning

/// What `LunarLander` and `LunarLanderContinuous` have in common: settings, generator, episode.
struct LunarLanderCore: Sendable {
  let settings: LunarLanderSettings
  var generator: PCG64
  var simulation: LunarLanderSimulation?

  init(_ settings: LunarLanderSettings) {
    self.settings = settings
    generator = PCG64(seed: .random(in: 0 ... .max))
  }

  /// The bounds that Gymnasium declares. A lander that flies far or turns fast leaves them.
  static let observationSpace = Box(
    low: [-2.5, -2.5, -10, -10, -2 * .pi, -10, 0, 0],
    high: [2.5, 2.5, 10, 10, 2 * .pi, 10, 1, 1])

  mutating func reset(seed: UInt64?) -> SIMD8<Float> {
    if let seed { generator = PCG64(seed: seed) }
    var simulation = LunarLanderSimulation(settings, using: &generator)
    // The first observation is what follows a step without thrust; its reward is nobody's.
    let step = simulation.step(LunarLanderSimulation.Thrust(), using: &generator)
    self.simulation = simulation
    return step.observation
  }

  mutating func step(_ thrust: LunarLanderSimulation.Thrust) -> Step<SIMD8<Float>> {
    guard let step = simulation?.step(thrust, using: &generator) else {
      preconditionFailure("Call reset before the first step.")
    }
    return step
  }

  mutating func beginStep(
    _ thrust: LunarLanderSimulation.Thrust, sharing work: inout RigidBodyWork
  ) {
    precondition(simulation != nil, "Call reset before the first step.")
    simulation?.begin(thrust, sharing: &work, using: &generator)
  }

  mutating func endStep(_ thrust: LunarLanderSimulation.Thrust) -> Step<SIMD8<Float>> {
    guard let step = simulation?.outcome(of: thrust) else {
      preconditionFailure("Call reset before the first step.")
    }
    return step
  }
}
