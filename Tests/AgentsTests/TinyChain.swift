import Autodiff
import Distributions
import RandomNumbers
import ReinforcementLearning
import State

@testable import Agents

/// Two states and two actions: each action has its reward, decides the next state, and the second
/// one ends the process in the second state.
struct TinyChain: Environment {
  let start: Int
  private var state = 0

  init(start: Int) { self.start = start }

  var observationSpace: Box { Box(low: -1, high: 1, count: 2) }
  var actionSpace: Discrete { Discrete(2) }

  private var observation: SIMD2<Float> { state == 0 ? [1, 0.2] : [-0.3, 1] }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
    state = start
    return observation
  }

  mutating func step(_ action: Int) -> Step<SIMD2<Float>> {
    let reward = [[1.5, -2], [0.5, 3]][state][action]
    let isEnd = state == 1 && action == 1
    state = (state + action) % 2
    return Step(observation: observation, reward: reward, isTerminated: isEnd)
  }

  /// A setting with small networks and plain gradient descent of step size 1.
  static func setting(
    _ form: ControlVariateForm = .valueAndRelaxation,
    adjust: (inout Hyperparameters) -> Void = { _ in }
  ) -> AgentSetting<Discrete> {
    var hyperparameters = Hyperparameters()
    hyperparameters.hiddenSizes = [3]
    hyperparameters.controlVariateHiddenSizes = [6]
    hyperparameters.controlVariateForm = form
    hyperparameters.optimizer = .sgd
    hyperparameters.learningRate = 1
    hyperparameters.entropyCoefficient = 0
    hyperparameters.discount = 1
    hyperparameters.returnScale = 2
    adjust(&hyperparameters)
    return AgentSetting(
      observationSpace: Box(low: -1, high: 1, count: 2), actionSpace: Discrete(2), timeLimit: 3,
      hyperparameters: hyperparameters)
  }

  /// A policy that prefers some actions, but none much.
  static func randomPolicy(_ setting: AgentSetting<Discrete>, seed: UInt64 = 3) -> CategoricalPolicy
  {
    var generator = PCG64(seed: seed)
    var policy = CategoricalPolicy(setting, using: &generator)
    policy.randomize(using: &generator) { _ in 0.8 }
    return policy
  }

  /// Every episode of three steps or fewer: seven from each of the two states, equally likely.
  static let episodes: [Episode<Int>] = [0, 1].flatMap { start in
    var found: [[Int]: Episode<Int>] = [:]
    for code in 0..<8 {
      var environment = TimeLimit(TinyChain(start: start), maxEpisodeSteps: 3)
      var agent = FixedActions(actions: [code & 1, code >> 1 & 1, code >> 2])
      var generator = PCG64(seed: 0)
      let episode = sound { try collectEpisode(in: &environment, with: &agent, using: &generator) }
      found[episode.actions] = episode
    }
    return found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }
}

/// Takes actions from a list.
private struct FixedActions: Agent {
  var actions: [Int]

  mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> Int { actions.removeFirst() }

  mutating func update(
    on batch: [Episode<Int>], progress: Double, using generator: inout PCG64
  ) -> UpdateReport { UpdateReport(entropy: 0, gradientNorm: 0) }

  func policyGradient(of episode: Episode<Int>, using generator: inout PCG64) -> [Float] { [] }

  var nonFiniteParameter: String? { nil }

  mutating func visitState(_ visitor: inout some StateVisitor) {}
}

/// What a policy does in all episodes of the chain, computed by enumeration.
struct EnumeratedChain {
  /// The probabilities of `TinyChain.episodes`.
  let probabilities: [Double]
  /// The gradient of the expected return in the policy's parameters, by differentiating
  /// Σ_τ p(τ) R(τ): no score function is used.
  let gradientOfExpectedReturn: [Double]

  init(_ policy: CategoricalPolicy) {
    let variables = policy.asVariables()
    var terms: [Tensor] = []
    for episode in TinyChain.episodes {
      let logProbability = variables(policy.scaler(episode.observations))
        .logProbability(of: policy.samples(of: episode.actions)).sum()
      terms.append((0.5 * logProbability.exp()).reshaped([1]))
    }
    let all = Tensor.concatenatingRows(terms)
    let returns = Tensor(TinyChain.episodes.map { Float($0.totalReward) })
    probabilities = all.values.map { Double($0) }
    gradientOfExpectedReturn = gradients(
      of: (all * returns).sum(), withRespectTo: variables.parameters
    ).flatMap { $0.values.map { Double($0) } }
  }

  /// Σ_t E[R_t ∂ log π(a_t | s_t) / ∂θ] with discounted returns R: the sum over the steps of the
  /// gradients that the policy has as far as it decides that step alone, by enumeration.
  static func policyGradient(of policy: CategoricalPolicy, discount: Double) -> [Double] {
    let variables = policy.asVariables()
    let terms = TinyChain.episodes.map { episode in
      let logProbabilities = variables(policy.scaler(episode.observations))
        .logProbability(of: policy.samples(of: episode.actions))
      let fixed = logProbabilities.detached()
      // The probability of all other steps, then this step's own as a function of θ.
      let others = (fixed.sum().broadcast(to: fixed.shape) - fixed).exp()
      let returns = Tensor(discountedReturns(episode.rewards, discount: discount))
      return (0.5 * (others * logProbabilities.exp() * returns)).sum().reshaped([1])
    }
    return gradients(
      of: Tensor.concatenatingRows(terms).sum(), withRespectTo: variables.parameters
    ).flatMap { $0.values.map { Double($0) } }
  }

  /// The mean over all episodes of a vector that belongs to each.
  func mean(_ vector: (Episode<Int>) -> [Float]) -> [Double] {
    var sum = [Double](repeating: 0, count: gradientOfExpectedReturn.count)
    for (episode, p) in zip(TinyChain.episodes, probabilities) {
      for (i, element) in vector(episode).enumerated() { sum[i] += p * Double(element) }
    }
    return sum
  }
}

extension EnumeratedChain {
  /// The mean of A2C's estimates with the policy, the V and the settings of an agent.
  func meanOfA2C(like agent: RELAXAgent<CategoricalPolicy>) -> [Double] {
    var generator = PCG64(seed: 1)
    var critic = A2CAgent<CategoricalPolicy>(
      TinyChain.setting { $0 = agent.hyperparameters }, using: &generator)
    (critic.policy, critic.value) = (agent.policy, agent.value)
    return mean { critic.policyGradient(of: $0, using: &generator) }
  }
}

/// The Euclidean norm of the difference over that of `expected`.
func relativeDistance(_ found: [Double], _ expected: [Double]) -> Double {
  let error = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return (error / expected.reduce(0) { $0 + $1 * $1 }).squareRoot()
}
