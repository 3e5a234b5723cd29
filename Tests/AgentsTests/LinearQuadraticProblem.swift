import Autodiff
import Distributions
import Foundation
import RandomNumbers
import ReinforcementLearning
import Statistics

@testable import Agents

/// s' = A s + B a with the reward −½(‖s'‖² + ‖a‖²) + w · a, three steps from a fixed start, and a policy
/// that is linear in the state: the expected return is a polynomial of the moments of s, so that its
/// gradient is known.
struct LinearQuadraticProblem {
  static let horizon = 3

  /// d, the number of scalars of states and of actions.
  let dimension: Int
  private let a: [[Double]]
  private let b: [[Double]]
  private let w: [Double]
  private let start: [Double]
  let setting: AgentSetting<Box>
  let policy: GaussianPolicy

  init(dimension d: Int, seed: UInt64 = 1) {
    var generator = PCG64(seed: seed + UInt64(d))
    func matrix(_ size: Double) -> [[Double]] {
      (0..<d).map { _ in (0..<d).map { _ in size * generator.standardNormal() } }
    }
    dimension = d
    (a, b) = (matrix(0.5), matrix(0.7))
    w = (0..<d).map { _ in generator.standardNormal() }
    start = (0..<d).map { _ in generator.standardNormal() }
    var hyperparameters = Hyperparameters()
    hyperparameters.hiddenSizes = []
    hyperparameters.controlVariateHiddenSizes = [5]
    hyperparameters.discount = 1
    hyperparameters.returnScale = 5
    hyperparameters.observationScaling = .none
    setting = AgentSetting(
      observationSpace: Box(low: -.infinity, high: .infinity, count: d),
      actionSpace: Box(low: -1, high: 1, count: d), timeLimit: Self.horizon,
      hyperparameters: hyperparameters)
    var policy = GaussianPolicy(setting, using: &generator)
    policy.randomize(using: &generator) { $0 == "log_scale" ? 0.3 : 0.5 }
    self.policy = policy
  }

  /// ∂E[Σ r]/∂θ in the order of the policy's parameters (weight, bias, log σ), by central differences of
  /// the exact expectation in Double.
  var gradient: [Double] {
    let theta = policy.parameters.flatMap { $0.values.map { Double($0) } }
    let h = 1e-4
    return theta.indices.map { index in
      var (up, down) = (theta, theta)
      up[index] += h
      down[index] -= h
      return (expectedReturn(up) - expectedReturn(down)) / (2 * h)
    }
  }

  /// E[Σ r] from the mean and the second moments of s, step by step.
  private func expectedReturn(_ theta: [Double]) -> Double {
    let d = dimension
    // The weight maps rows: mean_j = Σ_i s_i W_ij + bias_j.
    func weight(_ i: Int, _ j: Int) -> Double { theta[i * d + j] }
    let bias = theta[d * d..<d * d + d].map { $0 }
    let variances = theta[(d * d + d)...].map { exp(2 * $0) }
    var mean = start
    var covariance = [[Double]](repeating: [Double](repeating: 0, count: d), count: d)
    var total = 0.0
    for _ in 0..<Self.horizon {
      // a = Wᵀ s + bias + σ ε
      let action = (0..<d).map { j in
        bias[j] + (0..<d).reduce(0) { $0 + mean[$1] * weight($1, j) }
      }
      for j in 0..<d {
        var spread = variances[j]
        for i in 0..<d {
          for k in 0..<d { spread += weight(i, j) * covariance[i][k] * weight(k, j) }
        }
        total += w[j] * action[j] - 0.5 * (action[j] * action[j] + spread)
      }
      // s' = (A + B Wᵀ) s + B bias + B σ ε
      let transition = (0..<d).map { i in
        (0..<d).map { k in
          a[i][k] + (0..<d).reduce(0) { $0 + b[i][$1] * weight(k, $1) }
        }
      }
      var next = [Double](repeating: 0, count: d)
      for i in 0..<d {
        for k in 0..<d { next[i] += a[i][k] * mean[k] + b[i][k] * action[k] }
      }
      covariance = (0..<d).map { i in
        (0..<d).map { j in
          var sum = 0.0
          for k in 0..<d {
            sum += b[i][k] * variances[k] * b[j][k]
            for l in 0..<d { sum += transition[i][k] * covariance[k][l] * transition[j][l] }
          }
          return sum
        }
      }
      mean = next
      for i in 0..<d { total -= 0.5 * (mean[i] * mean[i] + covariance[i][i]) }
    }
    return total
  }

  /// Episodes of the policy, one below the other as one long list of steps.
  func episodes(_ count: Int, using generator: inout PCG64) -> EpisodeFeatures {
    let d = dimension
    var noise = [Float](repeating: 0, count: count * Self.horizon * d)
    noise.withUnsafeMutableBufferPointer { generator.fillStandardNormal($0) }
    let weight = policy.parameters[0].values.map { Double($0) }
    let bias = policy.parameters[1].values.map { Double($0) }
    let deviations = withoutRecording { policy.parameters[2].exp().values.map { Double($0) } }
    var (states, timed, samples) = ([Float](), [Float](), [Float]())
    var (allRewards, returns) = ([Float](), [Float]())
    for episode in 0..<count {
      var state = start
      var rewards: [Float] = []
      for step in 0..<Self.horizon {
        let action = (0..<d).map { j in
          var sum = bias[j]
          for i in 0..<d { sum += state[i] * weight[i * d + j] }
          return sum + deviations[j] * Double(noise[(episode * Self.horizon + step) * d + j])
        }
        states += state.map { Float($0) }
        timed += state.map { Float($0) } + [Float(step) / Float(Self.horizon)]
        samples += action.map { Float($0) }
        var next = [Double](repeating: 0, count: d)
        for i in 0..<d {
          for k in 0..<d { next[i] += a[i][k] * state[k] + b[i][k] * action[k] }
        }
        var reward = 0.0
        for i in 0..<d {
          reward += w[i] * action[i] - 0.5 * (action[i] * action[i] + next[i] * next[i])
        }
        rewards.append(Float(reward))
        state = next
      }
      allRewards += rewards
      returns += discountedReturns(rewards, discount: 1)
    }
    let rows = count * Self.horizon
    return EpisodeFeatures(
      states: Tensor(states, shape: [rows, d]), timedStates: Tensor(timed, shape: [rows, d + 1]),
      samples: Tensor(samples, shape: [rows, d]), returns: Tensor(returns),
      rewards: allRewards)
  }

  /// Episodes that make a sample of `moments`.
  static let episodesPerSample = 500

  /// The moments of an estimate, the mean over a batch of episodes being a single sample.
  ///
  /// - Parameters:
  ///   - count: How many episodes.
  ///   - estimate: The sum of the estimates of a batch.
  func moments(
    episodes count: Int, _ estimate: (EpisodeFeatures, inout PCG64) -> [Float]
  ) -> SampleMoments {
    var (generator, moments) = (PCG64(seed: 3), SampleMoments())
    for _ in 0..<count / Self.episodesPerSample {
      let batch = episodes(Self.episodesPerSample, using: &generator)
      let share = 1 / Float(Self.episodesPerSample)
      moments.add(estimate(batch, &generator).map { share * $0 })
    }
    return moments
  }

  /// One episode of the policy; what comes after its end is not known.
  func episode(using generator: inout PCG64) -> Episode<[Float]> {
    let features = episodes(1, using: &generator)
    let actions = features.samples.values
    var episode = Episode<[Float]>(observationCount: dimension)
    episode.observations = features.states.values
    episode.actions = (0..<Self.horizon).map {
      Array(actions[$0 * dimension..<($0 + 1) * dimension])
    }
    for reward in features.rewards { episode.add(reward: Double(reward)) }
    episode.finalObservation = [Float](repeating: 0, count: dimension)
    episode.isTerminated = true
    return episode
  }
}
