import Autodiff
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

@Suite struct EpisodeFeaturesTests {
  private func episode(_ length: Int, start: Int = 0) -> Episode<Int> {
    var episode = Episode<Int>(observationCount: 2)
    for t in 0..<length {
      episode.observations += [Float(t), 10]
      episode.actions.append(start + t % 2)
      episode.rewards.append(Float(t + 1))
    }
    return episode
  }

  private func policy(start: Int = 0) -> CategoricalPolicy {
    var generator = PCG64(seed: 1)
    return CategoricalPolicy(
      AgentSetting(
        observationSpace: Box(low: [0, 0], high: [1, 20]), actionSpace: Discrete(2, start: start),
        timeLimit: 8, hyperparameters: Hyperparameters()), using: &generator)
  }

  @Test func literalValues() {
    let features = EpisodeFeatures(
      episode(3, start: 4), policy: policy(start: 4), discount: 0.5, timeLimit: 8)
    #expect(features.states.shape == [3, 2])
    #expect(features.states.values == [0, 0.5, 1, 0.5, 2, 0.5])
    #expect(features.timedStates.shape == [3, 3])
    #expect(features.timedStates.values == [0, 0.5, 0, 1, 0.5, 0.125, 2, 0.5, 0.25])
    #expect(features.samples.values == [1, 0, 0, 1, 1, 0])
    #expect(features.returns.values == [2.75, 3.5, 3])
  }

  @Test func withoutATimeLimitThereIsNoTime() {
    let features = EpisodeFeatures(episode(3), policy: policy(), discount: 1, timeLimit: nil)
    #expect(features.timedStates.values == features.states.values)
    #expect(features.returns.values == [6, 5, 3])
  }

  /// Nothing follows an episode, whichever way it ended.
  @Test func truncationCountsAsAnEnd() {
    var (terminated, truncated) = (episode(3), episode(3))
    terminated.isTerminated = true
    truncated.isTruncated = true
    func returns(_ episode: Episode<Int>) -> [Float] {
      EpisodeFeatures(episode, policy: policy(), discount: 0.9, timeLimit: 3).returns.values
    }
    #expect(returns(terminated) == returns(truncated))
  }

  /// With λ = 1 V has no part in what the policy follows; with λ = 0 it has all but the first reward.
  @Test func lambdaPutsValuesInThePlaceOfRewards() {
    let features = EpisodeFeatures(episode(3), policy: policy(), discount: 0.5, timeLimit: 8)
    func returns(_ lambda: Double) -> [Float] {
      var hyperparameters = Hyperparameters()
      hyperparameters.discount = 0.5
      hyperparameters.advantageLambda = lambda
      return features.returns(given: Tensor([10, 20, 40]), hyperparameters).values
    }
    #expect(returns(1) == features.returns.values)
    #expect(returns(0) == [11, 22, 3])
    // R_t^λ = r_t + γ [(1 − λ) V(s_{t+1}) + λ R_{t+1}^λ], from the last one on.
    let second: Float = 2 + 0.5 * (0.75 * 40 + 0.25 * 3)
    let first: Float = 1 + 0.5 * (0.75 * 20 + 0.25 * second)
    #expect(returns(0.25) == [first, second, 3])
  }

  @Test func windowKeepsTheLatest() {
    var window = EpisodeWindow(capacity: 3)
    func add(_ lengths: [Int]) -> [Int] {
      window.append(
        lengths.map {
          EpisodeFeatures(episode($0), policy: policy(), discount: 1, timeLimit: nil)
        })
      return window.episodes.map(\.length)
    }
    #expect(add([1]) == [1])
    #expect(add([2, 3]) == [1, 2, 3])
    #expect(add([4]) == [2, 3, 4])
    #expect(add([5, 6, 7, 8]) == [6, 7, 8])
  }

  @Test func emptyWindowStopsTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = EpisodeWindow(capacity: 0) }
  }
}
