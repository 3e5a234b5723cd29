import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

@Suite struct ActionValueFunctionTests {
  private func setting(_ lambda: Double) -> AgentSetting<Discrete> {
    TinyChain.setting {
      $0.controlVariateHiddenSizes = [24]
      $0.optimizer = .adam
      $0.discount = 0.9
      $0.valueLearningRate = 0.02
      $0.trajectoryLambda = lambda
    }
  }

  private func window(_ episodes: [Episode<Int>], _ policy: CategoricalPolicy) -> EpisodeWindow {
    var window = EpisodeWindow(capacity: episodes.count)
    window.append(
      episodes.map { EpisodeFeatures($0, policy: policy, discount: 0.9, timeLimit: 3) })
    return window
  }

  /// Q(s, a, t) of the chain by dynamic programming, for the policy's probabilities.
  private func exactValue(
    _ state: Int, _ action: Int, time: Int, _ probabilities: [[Double]]
  ) -> Double {
    let reward = [[1.5, -2], [0.5, 3]][state][action]
    if time == 2 || (state == 1 && action == 1) { return reward }
    let next = (state + action) % 2
    return reward
      + 0.9
      * (0...1).reduce(0) {
        $0 + probabilities[next][$1] * exactValue(next, $1, time: time + 1, probabilities)
      }
  }

  /// The largest error of m over the chain, fitted to episodes.
  private func error(
    lambda: Double, episodes: [Episode<Int>], hasValue: Bool = false
  ) -> Double {
    let setting = setting(lambda)
    let policy = TinyChain.randomPolicy(setting)
    var generator = PCG64(seed: 1)
    var m = ActionValueFunction(
      inputCount: 3, actionCount: 2, hyperparameters: setting.hyperparameters, using: &generator)
    // Any V will do.
    var value = ValueFunction(
      inputCount: 3, hyperparameters: setting.hyperparameters, using: &generator)
    if hasValue { value.randomize(using: &generator) }
    sound {
      try m.fit(
        to: window(episodes, policy), of: policy, beyond: value, steps: 1500,
        hyperparameters: setting.hyperparameters, decays: true, using: &generator)
    }
    let observations: [[Float]] = [[1, 0.2], [-0.3, 1]]
    let probabilities = observations.map { row in
      policy(Tensor(row, shape: [1, 2])).probabilities.values.map { Double($0) }
    }
    var largest = 0.0
    for state in 0...1 {
      for time in 0...2 {
        let row = Tensor(observations[state] + [Float(time) / 3], shape: [1, 3])
        let values = (m(row) + value(row).repeatedAsColumns(2)).values
        for action in 0...1 {
          let exact = exactValue(state, action, time: time, probabilities)
          largest = max(largest, abs(Double(values[action]) - exact))
        }
      }
    }
    return largest
  }

  /// The episodes need not be the policy's: here all are equally frequent.
  @Test(arguments: [0, 0.3], [false, true])
  func convergesToTheValuesOfThePolicy(lambda: Double, hasValue: Bool) throws {
    #expect(error(lambda: lambda, episodes: TinyChain.episodes, hasValue: hasValue) < 0.1)
  }

  /// With the policy's own episodes λ may be 1: the Monte-Carlo returns, less what is expected.
  @Test func convergesOnThePolicysEpisodesForEveryLambda() throws {
    let setting = setting(1)
    var generator = PCG64(seed: 2)
    var agent = REINFORCEAgent<CategoricalPolicy>(setting, using: &generator)
    agent.policy = TinyChain.randomPolicy(setting)
    let episodes = (0..<600).map { index in
      var environment = TimeLimit(TinyChain(start: index % 2), maxEpisodeSteps: 3)
      return sound { try collectEpisode(in: &environment, with: &agent, using: &generator) }
    }
    for lambda in [0.9, 1] { #expect(error(lambda: lambda, episodes: episodes) < 0.4) }
  }

  // MARK: Targets

  private func targets(lambda: Double, values: Tensor? = nil) -> ([Float], EpisodeFeatures) {
    let policy = TinyChain.randomPolicy(setting(0))
    let episode = TinyChain.episodes.first { $0.length == 3 && $0.isTruncated }
    let features = EpisodeFeatures(
      episode ?? TinyChain.episodes[0], policy: policy, discount: 0.9, timeLimit: 3)
    let found = temporalDifferenceTargets(
      of: features, values: values ?? .zeros([3, 2]),
      probabilities: Tensor([0.25, 0.75, 0.5, 0.5, 1, 0], shape: [3, 2]), discount: 0.9,
      lambda: lambda)
    return (found, features)
  }

  @Test func fromZeroAllDifferencesMakeTheReturns() throws {
    let (found, episode) = targets(lambda: 1)
    for (a, b) in zip(found, episode.returns.values) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func oneDifferenceMakesTheOneStepTarget() throws {
    let values = Tensor([1, 2, 4, 6, 3, -100], shape: [3, 2])
    let (found, episode) = targets(lambda: 0, values: values)
    // Expected values under the policy: 5 at the second step, 3 at the last, nothing after it.
    let expected = zip(episode.rewards, [0.9 * 5, 0.9 * 3, 0]).map { $0 + $1 }
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-5) }
  }

  /// G_t = r_t + γ [E m̄(·, s') + λ (G' − m̄(a', s'))].
  @Test func lambdaWeighsLaterDifferences() throws {
    let values = Tensor([1, 2, 4, 6, 3, -100], shape: [3, 2])
    let (found, episode) = targets(lambda: 0.5, values: values)
    let taken = values.selecting(columns: episode.categories).values
    let rewards = episode.rewards
    let last = rewards[2]
    let middle = rewards[1] + 0.9 * (3 + 0.5 * (last - taken[2]))
    let first = rewards[0] + 0.9 * (5 + 0.5 * (middle - taken[1]))
    for (a, b) in zip(found, [first, middle, last]) { #expect(abs(a - b) < 1e-4) }
  }

  // MARK: Network

  @Test func rescalingKeepsTheFunction() throws {
    var (hyperparameters, generator) = (setting(0.9).hyperparameters, PCG64(seed: 3))
    hyperparameters.valueLearningRate = 0
    var m = ActionValueFunction(
      inputCount: 3, actionCount: 2, hyperparameters: hyperparameters, using: &generator)
    m.network.randomize(using: &generator)
    let value = ValueFunction(inputCount: 3, hyperparameters: hyperparameters, using: &generator)
    let policy = TinyChain.randomPolicy(setting(0.9))
    let states = Tensor([1, 0.2, 0, -0.3, 1, 0.7], shape: [2, 3])
    let before = m(states).values
    try m.fit(
      to: window(TinyChain.episodes, policy), of: policy, beyond: value, steps: 2,
      hyperparameters: hyperparameters, using: &generator)
    for (new, old) in zip(m(states).values, before) { #expect(abs(new - old) < 1e-4) }
    #expect(m.namedParameters.suffix(2).map(\.tensor.scalar) != [0, 1])
  }

  @Test func nothingToFitChangesNothing() throws {
    let (hyperparameters, policy) = (
      setting(0.9).hyperparameters, TinyChain.randomPolicy(setting(0.9))
    )
    var generator = PCG64(seed: 3)
    var m = ActionValueFunction(
      inputCount: 3, actionCount: 2, hyperparameters: hyperparameters, using: &generator)
    let value = ValueFunction(inputCount: 3, hyperparameters: hyperparameters, using: &generator)
    let before = m.parameters.map(\.values)
    try m.fit(
      to: EpisodeWindow(capacity: 1), of: policy, beyond: value, steps: 5,
      hyperparameters: hyperparameters,
      using: &generator)
    try m.fit(
      to: window(TinyChain.episodes, policy), of: policy, beyond: value, steps: 0,
      hyperparameters: hyperparameters, using: &generator)
    #expect(m.parameters.map(\.values) == before)
  }
}
