import RandomNumbers

/// Runs one episode to its end.
///
/// - Parameters:
///   - environment: What to act in; it is reset first.
///   - agent: What chooses the actions.
///   - seed: The seed of the reset; `nil` continues the environment's stream.
///   - isGreedy: Whether the agent takes its most probable actions.
///   - generator: Where the agent's draws come from.
/// - Returns: The episode.
public func collectEpisode<E: Environment, A: Agent>(
  in environment: inout E, with agent: inout A, seed: UInt64? = nil, isGreedy: Bool = false,
  using generator: inout PCG64
) -> Episode<A.Action> where A.Action == E.ActionSpace.Element {
  var observation = environment.reset(seed: seed)
  let width = observation.observationCount
  var episode = Episode<A.Action>(observationCount: width)
  return withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { row in
    guard let base = row.baseAddress else { preconditionFailure("an observation has no scalars") }
    while true {
      precondition(
        observation.observationCount == width,
        "collectEpisode: \(observation.observationCount) scalars of an observation after \(width)")
      observation.write(to: base)
      let action = agent.act(
        on: UnsafeBufferPointer(row), isGreedy: isGreedy, using: &generator)
      let step = environment.step(action)
      episode.observations.append(contentsOf: row)
      episode.actions.append(action)
      episode.rewards.append(Float(step.reward))
      observation = step.observation
      if step.isLast {
        episode.isTerminated = step.isTerminated
        episode.isTruncated = step.isTruncated
        return episode
      }
    }
  }
}
