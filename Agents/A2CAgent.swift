import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// Advantage actor-critic: the policy gradient with a fitted state value as its baseline.
///
///     ĝ = Σ_t (R_t − V(s_t)) ∂ log π(a_t | s_t) / ∂θ
///
/// R are discounted Monte-Carlo returns, so that ĝ is unbiased whatever V is. V is fitted to the
/// returns of recent episodes, always after ĝ was taken: it has not seen the episode it is the
/// baseline of. V. Mnih et al., "Asynchronous Methods for Deep Reinforcement Learning", 2016
/// (arXiv:1602.01783); with whole episodes as in Grathwohl et al., ICLR 2018.
///
/// With `advantageLambda` below 1 R are λ-returns: less noise from what comes long after an action, and a
/// bias as large as V's errors.
public struct A2CAgent<ActionPolicy: Policy>: PolicyGradientAgent, OverlappingAgent {
  // MARK: Settings and state

  public let hyperparameters: Hyperparameters
  public var policy: ActionPolicy
  public var value: ValueFunction
  private let timeLimit: Int?
  private var policyOptimizer: any Optimizer
  private var window: EpisodeWindow

  /// An untrained agent.
  ///
  /// - Parameters:
  ///   - setting: The spaces, the time limit and the hyper-parameters.
  ///   - generator: Where the initial weights come from.
  public init(_ setting: AgentSetting<ActionPolicy.ActionSpace>, using generator: inout PCG64) {
    hyperparameters = setting.hyperparameters
    timeLimit = hyperparameters.usesTime ? setting.timeLimit : nil
    let stateCount = setting.observationSpace.count + (timeLimit == nil ? 0 : 1)
    policy = ActionPolicy(setting, using: &generator)
    value = ValueFunction(
      inputCount: stateCount, hyperparameters: hyperparameters, using: &generator)
    policyOptimizer = hyperparameters.optimizer.makeOptimizer()
    window = EpisodeWindow(capacity: hyperparameters.windowEpisodes)
  }

  // MARK: Learning

  /// The estimate ĝ of one episode at the policy `policy`, as an ascent direction.
  private func estimate(_ episode: EpisodeFeatures, _ policy: ActionPolicy) -> PolicyEstimate {
    let distribution = policy(episode.states)
    let score = distribution.detached().score(of: episode.samples)
    let advantages = episode.advantages(over: value, hyperparameters)
    return PolicyEstimate(
      distribution, gradient: score.multiplyingRows(by: advantages), policy: policy)
  }

  public mutating func movePolicy(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateInProgress<Self> {
    let episodes = batch.map(features)
    let frozen = policy.asVariables()
    let agent = self
    window.append(episodes)
    let (shares, fit) = try EpisodeShare.all(
      of: episodes, frozen, hyperparameters,
      beside: ValueFit(of: value, to: window, hyperparameters, using: generator)
    ) { index in
      (agent.estimate(episodes[index], frozen), [])
    }
    let step = PolicyStep(along: shares, hyperparameters: hyperparameters)

    step.apply(to: &policy, with: &policyOptimizer, progress: progress)
    for episode in batch { policy.scaler.absorb(episode.observations) }

    return UpdateInProgress(step.report) { (agent, generator) throws(Failure) in
      guard let fit = try fit?.made() else { return nil }
      (agent.value, generator) = (fit.value, fit.generator)
      return fit.loss
    }
  }

  /// Fits V to the returns of given episodes, the policy staying as it is.
  ///
  /// - Parameters:
  ///   - episodes: What to fit on; they are kept as the window of recent episodes.
  ///   - steps: Gradient steps, of the size and batch of the hyper-parameters.
  ///   - generator: Where the choice of transitions comes from.
  ///   - monitor: Tells when to end.
  public mutating func fitControlVariate(
    on episodes: [Episode<Action>], steps: Int, using generator: inout PCG64,
    _ monitor: Monitor = .silent
  ) throws(Failure) {
    window = EpisodeWindow(capacity: episodes.count)
    window.append(episodes.map(features))
    try value.fit(
      to: window, steps: steps, hyperparameters: hyperparameters, decays: true, using: &generator,
      monitor)
  }

  public func policyGradient(of episode: Episode<Action>, using generator: inout PCG64) -> [Float] {
    estimate(features(of: episode), policy.asVariables()).scalars
  }

  private func features(of episode: Episode<Action>) -> EpisodeFeatures {
    EpisodeFeatures(
      episode, policy: policy, discount: hyperparameters.discount, timeLimit: timeLimit)
  }

  // MARK: Parameters

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&policy, "policy", visit)
    Self.visit(&policy.scaler, "observation_scaler", visit)
    Self.visit(&value, "value", visit)
  }

  // MARK: State

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("policy", &policy)
    try visitor.visit("observation_scaler", &policy.scaler)
    try visitor.visit("value", &value)
    try visitor.visit("policy_optimizer", &policyOptimizer, of: policy)
    try visitor.visit("window", &window)
  }
}
