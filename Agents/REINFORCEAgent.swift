import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// The policy gradient without a baseline: the yardstick of all others.
///
///     ĝ = Σ_t R_t ∂ log π(a_t | s_t) / ∂θ
///
/// R. Williams, "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement
/// Learning", 1992, with the return from each step on instead of the whole episode's.
public struct REINFORCEAgent<ActionPolicy: Policy>: PolicyGradientAgent {
  // MARK: Settings and state

  public let hyperparameters: Hyperparameters
  public var policy: ActionPolicy
  private var policyOptimizer: any Optimizer

  /// An untrained agent.
  ///
  /// - Parameters:
  ///   - setting: The spaces, the time limit and the hyper-parameters.
  ///   - generator: Where the initial weights come from.
  public init(_ setting: AgentSetting<ActionPolicy.ActionSpace>, using generator: inout PCG64) {
    hyperparameters = setting.hyperparameters
    policy = ActionPolicy(setting, using: &generator)
    policyOptimizer = hyperparameters.optimizer.makeOptimizer()
  }

  // MARK: Learning

  /// The estimate ĝ of one episode at the policy `policy`, as an ascent direction.
  private func estimate(_ episode: EpisodeFeatures, _ policy: ActionPolicy) -> PolicyEstimate {
    let distribution = policy(episode.states)
    let score = distribution.detached().score(of: episode.samples)
    return PolicyEstimate(
      distribution, gradient: score.multiplyingRows(by: episode.returns), policy: policy)
  }

  public mutating func update(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateReport {
    let episodes = batch.map(features)
    let frozen = policy.asVariables()
    let agent = self
    let (shares, _) = try EpisodeShare.all(of: episodes, frozen, hyperparameters) { index in
      (agent.estimate(episodes[index], frozen), [])
    }
    let step = PolicyStep(along: shares, hyperparameters: hyperparameters)
    step.apply(to: &policy, with: &policyOptimizer, progress: progress)
    for episode in batch { policy.scaler.absorb(episode.observations) }
    return step.report
  }

  public func policyGradient(of episode: Episode<Action>, using generator: inout PCG64) -> [Float] {
    estimate(features(of: episode), policy.asVariables()).scalars
  }

  private func features(of episode: Episode<Action>) -> EpisodeFeatures {
    EpisodeFeatures(
      episode, policy: policy, discount: hyperparameters.discount, timeLimit: nil)
  }

  // MARK: Parameters

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&policy, "policy", visit)
    Self.visit(&policy.scaler, "observation_scaler", visit)
  }

  // MARK: State

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("policy", &policy)
    try visitor.visit("observation_scaler", &policy.scaler)
    try visitor.visit("policy_optimizer", &policyOptimizer, of: policy)
  }
}
