import Autodiff
import ReinforcementLearning

/// An episode prepared for learning: what the networks see, what was done, what came of it.
struct EpisodeFeatures: Sendable {
  /// The policy's inputs, [T, width].
  let states: Tensor
  /// The inputs of V, ĉ and action values: the states, and the fraction of the time limit that has
  /// passed where that is asked for; [T, width] or [T, width + 1].
  let timedStates: Tensor
  /// The actions as columns of the logits, [T].
  let actions: [Int32]
  /// The discounted returns, [T].
  let returns: Tensor
  /// The rewards, T of them.
  let rewards: [Float]
}

extension EpisodeFeatures {
  init(
    _ episode: Episode<Int>, policy: CategoricalPolicy, discount: Double, timeLimit: Int?
  ) {
    let states = policy.scaler(episode.observations)
    var timedStates = states
    if let timeLimit {
      // Known before the action, so a baseline may depend on it.
      let times = (0..<episode.length).map { Float($0) / Float(timeLimit) }
      timedStates = .concatenatingColumns([states, Tensor(times, shape: [episode.length, 1])])
    }
    self.init(
      states: states, timedStates: timedStates,
      actions: episode.actions.map { Int32($0 - policy.firstAction) },
      returns: Tensor(discountedReturns(episode.rewards, discount: discount)),
      rewards: episode.rewards)
  }
}

/// The most recent episodes, the oldest leaving first.
struct EpisodeWindow: Sendable {
  private(set) var episodes: [EpisodeFeatures] = []
  let capacity: Int

  init(capacity: Int) {
    precondition(capacity > 0, "EpisodeWindow: a window of \(capacity) episodes holds nothing")
    self.capacity = capacity
  }

  mutating func append(_ new: [EpisodeFeatures]) {
    episodes.append(contentsOf: new)
    if episodes.count > capacity { episodes.removeFirst(episodes.count - capacity) }
  }
}
