import ReinforcementLearning

@testable import Box2DEnvironments

/// The proportional-derivative rule that Gymnasium ships with LunarLander.
///
/// NumPy computes with single-precision observations in single precision, and so does this.
struct HeuristicController {
  /// How much the lander should climb and turn.
  private func demand(_ o: SIMD8<Float>) -> (climb: Float, turn: Float) {
    if o[6] > 0 || o[7] > 0 { return (-o[3] * 0.5, 0) }
    let targetAngle = min(max(o[0] * 0.5 + o[2], -0.4), 0.4)
    let targetHeight = 0.55 * abs(o[0])
    return (
      (targetHeight - o[1]) * 0.5 - o[3] * 0.5, (targetAngle - o[4]) * 0.5 - o[5]
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
    return [min(max(climb * 20 - 1, -1), 1), min(max(-turn * 20, -1), 1)]
  }
}

/// An episode's sum of rewards and number of steps.
struct EpisodeResult {
  var total = 0.0
  var length = 0
}

/// Plays one episode.
///
/// - Parameters:
///   - first: The first observation.
///   - limit: The greatest number of steps.
///   - step: Takes the step that the observation calls for.
func play<Observation>(
  from first: Observation, limit: Int = 1000, step: (Observation) -> Step<Observation>
) -> EpisodeResult {
  var observation = first
  var result = EpisodeResult()
  while result.length < limit {
    let outcome = step(observation)
    observation = outcome.observation
    result.total += outcome.reward
    result.length += 1
    if outcome.isTerminated { break }
  }
  return result
}
