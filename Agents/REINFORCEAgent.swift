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
public struct REINFORCEAgent: PolicyGradientAgent {
  // MARK: Settings and state

  public let hyperparameters: Hyperparameters
  public var policy: CategoricalPolicy
  private var policyOptimizer: any Optimizer

  /// An untrained agent.
  ///
  /// - Parameters:
  ///   - setting: The spaces, the time limit and the hyper-parameters.
  ///   - generator: Where the initial weights come from.
  public init(_ setting: AgentSetting<Discrete>, using generator: inout PCG64) {
    hyperparameters = setting.hyperparameters
    policy = CategoricalPolicy(setting, using: &generator)
    policyOptimizer = hyperparameters.optimizer.makeOptimizer()
  }

  // MARK: Acting

  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> Int {
    policy.act(on: observation, isGreedy: isGreedy, using: &generator)
  }

  // MARK: Learning

  /// The estimate ĝ of one episode at the policy `policy`, as an ascent direction.
  private func estimate(_ episode: EpisodeFeatures, _ policy: CategoricalPolicy) -> PolicyEstimate {
    let logits = policy(episode.states)
    let score = Categorical(logits: logits.detached()).score(of: episode.actions)
    return PolicyEstimate(
      logits: logits,
      gradient: gradients(
        of: logits, withRespectTo: policy.parameters,
        cotangent: score.multiplyingRows(by: episode.returns)))
  }

  public mutating func update(
    on batch: [Episode<Int>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateReport {
    let episodes = batch.map(features)
    let frozen = policy.asVariables()
    let step = PolicyStep(
      along: episodes.map { estimate($0, frozen) }, policy: frozen,
      hyperparameters: hyperparameters)
    step.apply(to: &policy, with: &policyOptimizer, progress: progress)
    for episode in batch { policy.scaler.absorb(episode.observations) }
    return UpdateReport(entropy: step.entropy, gradientNorm: step.norm)
  }

  public func policyGradient(of episode: Episode<Int>, using generator: inout PCG64) -> [Float] {
    estimate(features(of: episode), policy.asVariables()).scalars
  }

  private func features(of episode: Episode<Int>) -> EpisodeFeatures {
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
