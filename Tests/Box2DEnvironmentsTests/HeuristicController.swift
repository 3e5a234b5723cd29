import ReinforcementLearning

@testable import Box2DEnvironments

/// The proportional-derivative rule that Gymnasium ships with LunarLander.
struct HeuristicController {
  /// How much the lander should climb and turn.
  private func demand(_ observation: SIMD8<Float>) -> (climb: Double, turn: Double) {
    let o = SIMD8<Double>(observation)
    let targetAngle = min(max(0.5 * o[0] + o[2], -0.4), 0.4)
    let targetHeight = 0.55 * abs(o[0])
    if o[6] > 0 || o[7] > 0 { return (-0.5 * o[3], 0) }
    return (
      0.5 * (targetHeight - o[1]) - 0.5 * o[3], 0.5 * (targetAngle - o[4]) - 1.0 * o[5]
    )
  }

  /// The action for `LunarLander`.
  func discreteAction(_ observation: SIMD8<Float>) -> Int {
    let (climb, turn) = demand(observation)
    if climb > abs(turn) && climb > 0.05 { return 2 }
    if turn < -0.05 { return 3 }
    return turn > 0.05 ? 1 : 0
  }

  /// The action for `LunarLanderContinuous`.
  func continuousAction(_ observation: SIMD8<Float>) -> [Float] {
    let (climb, turn) = demand(observation)
    return [Float(min(max(20 * climb - 1, -1), 1)), Float(min(max(-20 * turn, -1), 1))]
  }
}

/// An episode's sum of rewards and number of steps.
struct EpisodeResult {
  var total = 0.0
  var length = 0
}

/// Plays one episode of at most 1,000 steps.
func play<Lander: Environment<ActionSpace>, ActionSpace: Space>(
  _ environment: inout Lander, seed: UInt64, policy: (SIMD8<Float>) -> ActionSpace.Element
) -> EpisodeResult where Lander.Observation == SIMD8<Float> {
  var observation = environment.reset(seed: seed)
  var result = EpisodeResult()
  while result.length < 1000 {
    let step = environment.step(policy(observation))
    observation = step.observation
    result.total += step.reward
    result.length += 1
    if step.isTerminated { break }
  }
  return result
}
