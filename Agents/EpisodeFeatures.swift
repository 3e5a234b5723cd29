import Autodiff
import ReinforcementLearning
import State

/// An episode prepared for learning: what the networks see, what was done, what came of it.
struct EpisodeFeatures: Sendable {
  /// The policy's inputs, [T, width].
  let states: Tensor
  /// The inputs of V, ĉ and action values: the states, and the fraction of the time limit that has
  /// passed where that is asked for; [T, width] or [T, width + 1].
  let timedStates: Tensor
  /// What was done, as samples of the policy's distribution, [T, sampleWidth].
  let samples: Tensor
  /// The discounted returns, [T].
  let returns: Tensor
  /// The rewards, T of them.
  let rewards: [Float]

  /// T, the number of steps.
  var length: Int { states.shape[0] }

  /// What the policy gradient follows: the returns R_t with λ = 1, the λ-returns with less, which put V in
  /// the place of a part of every later reward.
  ///
  ///     R_t^λ = V(s_t) + Σ_k (γλ)^k δ_{t+k},   δ_t = r_t + γ V(s_{t+1}) − V(s_t)
  ///
  /// As in the returns the episode ends after its last reward, be it by a time limit, and V is 0 there.
  ///
  /// - Parameters:
  ///   - values: V(s_t), constants, [T].
  ///   - hyperparameters: γ and λ.
  /// - Returns: [T].
  func returns(given values: Tensor, _ hyperparameters: Hyperparameters) -> Tensor {
    if hyperparameters.advantageLambda == 1 { return returns }
    let advantages = generalizedAdvantageEstimates(
      rewards: rewards, values: values.values, finalValue: 0,
      discount: hyperparameters.discount, lambda: hyperparameters.advantageLambda)
    return values + Tensor(advantages)
  }

  /// The same episode with other returns, [T].
  func replacing(returns: Tensor) -> EpisodeFeatures {
    EpisodeFeatures(
      states: states, timedStates: timedStates, samples: samples, returns: returns,
      rewards: rewards)
  }

  /// The returns that the policy gradient follows less V.
  func advantages(over value: ValueFunction, _ hyperparameters: Hyperparameters) -> Tensor {
    let values = value(timedStates)
    return returns(given: values, hyperparameters) - values
  }
}

extension EpisodeFeatures {
  init<P: Policy>(
    _ episode: Episode<P.ActionSpace.Element>, policy: P, discount: Double, timeLimit: Int?
  ) {
    let states = policy.scaler(episode.observations)
    let timedStates = Self.timed(states, at: episode.times, timeLimit: timeLimit)
    self.init(
      states: states, timedStates: timedStates,
      samples: policy.samples(of: episode.actions),
      returns: Tensor(discountedReturns(episode.rewards, discount: discount)),
      rewards: episode.rewards)
  }

  /// States, [rows, width], with the fraction of the time limit that has passed beside each, where there
  /// is one.
  ///
  /// - Parameters:
  ///   - states: The states.
  ///   - times: The steps of their episodes that they are before, known when an action is chosen, so that
  ///     a baseline may depend on them.
  ///   - timeLimit: The steps of a whole episode.
  static func timed(
    _ states: Tensor, at times: some Sequence<Int>, timeLimit: Int?
  ) -> Tensor {
    guard let timeLimit else { return states }
    let fractions = times.map { Float($0) / Float(timeLimit) }
    return .concatenatingColumns([states, Tensor(fractions, shape: [fractions.count, 1])])
  }
}

extension Episode {
  /// How many steps of the episode came before each of these.
  var times: Range<Int> { firstStep..<firstStep + length }
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

extension EpisodeWindow: Stateful {
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    var lengths = episodes.map(\.length)
    var widths =
      episodes.first.map {
        [$0.states.shape[1], $0.timedStates.shape[1], $0.samples.shape[1]]
      } ?? [1, 1, 1]
    var states = episodes.flatMap(\.timedStates.values)
    var samples = episodes.flatMap(\.samples.values)
    var returns = episodes.flatMap(\.returns.values)
    var rewards = episodes.flatMap(\.rewards)
    try visitor.visit("lengths", &lengths)
    try visitor.visit("widths", &widths)
    try visitor.visit("states", &states)
    try visitor.visit("samples", &samples)
    try visitor.visit("returns", &returns)
    try visitor.visit("rewards", &rewards)
    let count = lengths.reduce(0, &+)
    try visitor.check(
      lengths.count <= capacity && lengths.allSatisfy { (1...max(1, returns.count)).contains($0) }
        && widths.count == 3 && widths[0] > 0 && (0...1).contains(widths[1] - widths[0])
        && widths[2] > 0 && states.count == count * widths[1]
        && samples.count == count * widths[2] && returns.count == count
        && rewards.count == count,
      "\(lengths.count) episodes that do not fit their numbers")
    var start = 0
    episodes = lengths.map { length in
      let range = start..<start + length
      start += length
      let timed = Tensor(
        Array(states[range.lowerBound * widths[1]..<range.upperBound * widths[1]]),
        shape: [length, widths[1]])
      return EpisodeFeatures(
        // The time, where there is any, stands in the last column.
        states: widths[0] == widths[1] ? timed : timed.columns(0..<widths[0]), timedStates: timed,
        samples: Tensor(
          Array(samples[range.lowerBound * widths[2]..<range.upperBound * widths[2]]),
          shape: [length, widths[2]]),
        returns: Tensor(Array(returns[range])), rewards: Array(rewards[range]))
    }
  }
}
