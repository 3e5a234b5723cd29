import RandomNumbers
import State

/// Runs one episode to its end.
///
/// - Parameters:
///   - environment: What to act in; it is reset first.
///   - agent: What chooses the actions.
///   - seed: The seed of the reset; `nil` continues the environment's stream.
///   - isGreedy: Whether the agent takes its most probable actions.
///   - maximumSteps: The steps after which the episode is cut, whatever the environment says.
///   - generator: Where the agent's draws come from.
///   - monitor: Tells when to end.
///   - name: What the episode is called in an error's sentence: "episode 12 in cartpole".
/// - Returns: The episode.
/// - Throws: `Failure` if an observation has another width than the first one, or a number is not
///   finite; or after an interruption.
public func collectEpisode<E: Environment, A: Agent>(
  in environment: inout E, with agent: inout A, seed: UInt64? = nil, isGreedy: Bool = false,
  maximumSteps: Int = .max, using generator: inout PCG64, _ monitor: Monitor = .silent,
  named name: @autoclosure () -> String = "an episode"
) throws(Failure) -> Episode<A.Action> where A.Action == E.ActionSpace.Element {
  var observation = environment.reset(seed: seed)
  let width = observation.observationCount
  guard width > 0 else {
    throw .failed("The first observation of \(name()) has no scalars; return one that has some.")
  }
  var episode = Episode<A.Action>(observationCount: width)
  var row = [Float](repeating: 0, count: width)
  let start = ContinuousClock.now
  while true {
    try checkWidth(of: observation, width, after: episode.length, of: name())
    let action = row.withUnsafeMutableBufferPointer { row in
      if let base = row.baseAddress { observation.write(to: base) }
      return agent.act(on: UnsafeBufferPointer(row), isGreedy: isGreedy, using: &generator)
    }
    try checkFinite(row, after: episode.length, of: name())
    let step = environment.step(action)
    try checkFinite(reward: step.reward, ofStep: episode.length + 1, of: name())
    episode.observations.append(contentsOf: row)
    episode.actions.append(action)
    episode.add(reward: step.reward)
    observation = step.observation
    if step.isLast || episode.length >= maximumSteps {
      episode.isTerminated = step.isTerminated
      episode.isTruncated = step.isTruncated || !step.isTerminated
      try checkWidth(of: observation, width, after: episode.length, of: name())
      episode.finalObservation = observation.scalars
      try checkFinite(episode.finalObservation, after: episode.length, of: name())
      return episode
    }
    if episode.length.isMultiple(of: 128) {
      try watch(episode.length, since: start, monitor, name())
    }
  }
}

/// Checks that an observation is as wide as the first one.
private func checkWidth(
  of observation: some ObservationVector, _ width: Int, after step: Int,
  of name: @autoclosure () -> String
) throws(Failure) {
  if observation.observationCount == width { return }
  throw .failed(
    "The observation after step \(step) of \(name()) has "
      + "\(observation.observationCount) scalars, the first one \(width); make them agree.")
}

/// Checks that the scalars of an observation are numbers.
func checkFinite(
  _ row: some Sequence<Float>, after step: Int, of name: @autoclosure () -> String
) throws(Failure) {
  if row.allSatisfy(\.isFinite) { return }
  throw .diverged(
    "The observation after step \(step) of \(name()) holds a number that is not finite; "
      + "keep the environment's numbers finite.")
}

/// Checks that a reward is a number.
func checkFinite(
  reward: Double, ofStep step: Int, of name: @autoclosure () -> String
) throws(Failure) {
  if reward.isFinite { return }
  throw .diverged(
    "The reward of step \(step) of \(name()) is \(reward); keep the environment's numbers finite.")
}

/// Looks up from a long episode.
private func watch(
  _ length: Int, since start: ContinuousClock.Instant, _ monitor: Monitor, _ name: String
) throws(Failure) {
  // Short ones leave the line to what they are part of.
  if ContinuousClock.now - start < .milliseconds(300) { return try monitor.check() }
  try monitor.check("step of this episode", length, of: 0)
  if length == 1 << 20 {
    monitor.warn(
      "After \(length) steps \(name) has not ended; give the environment a time limit "
        + "(maxEpisodeSteps), or the training --steps.")
  }
}
