import Autodiff
import Distributions
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// Interpolated policy gradient: the family of estimates from LAX to DDPG, with a critic from replay in
/// the place of ĉ.
///
///     ĝ = Σ_t ν (R_t − V(s_t) − A(s_t, a_t)) ∂ log π(a_t | s_t) / ∂θ + ∂Q(s_t, a_t(ε_t, s_t, θ)) / ∂θ
///     A(s, a) = Q(s, a) − Q(s, μ(s))                            μ, the mean of π
///     y = r + γ (1 − terminated) Q′(s′, a′), a′ ~ π(· | s′)     the critic's target
///
/// With ν = 1 this is LAX with c = V(s) + A(s, a), unbiased whatever V and Q are, since neither has seen
/// the episode; with ν = 0 the returns have no part in it, and what is left is the gradient of DDPG for a
/// policy that draws its actions, with Q's error as its bias. S. Gu et al., "Interpolated Policy
/// Gradient", NIPS 2017 (arXiv:1706.00387), and "Q-Prop", ICLR 2017 (arXiv:1611.02247), where Q is made
/// linear in a.
///
/// V is fitted to returns as in `A2CAgent`; Q takes as many gradient steps as an episode had steps (times
/// `gradientStepsPerStep`), and Q′ follows it. Until `learningStarts` steps there is no Q, and ĝ is that
/// of A2C.
public struct IPGAgent: PolicyGradientAgent, ReplayAgent {
  // MARK: Settings and state

  public let hyperparameters: Hyperparameters
  public var policy: GaussianPolicy
  /// V(s).
  public var value: ValueFunction
  /// Q(s, a) in units of the return's scale; a as the policy has drawn it.
  public var critic: Critic
  var targetCritic: Critic
  var replay: ReplayBuffer
  var warmUp: WarmUp
  private let timeLimit: Int?
  private var policyOptimizer: any Optimizer
  private var criticOptimizer: any Optimizer
  private var window: EpisodeWindow

  /// An untrained agent.
  ///
  /// - Parameters:
  ///   - setting: The spaces, the time limit and the hyper-parameters.
  ///   - generator: Where the initial weights come from.
  public init(_ setting: AgentSetting<Box>, using generator: inout PCG64) {
    hyperparameters = setting.hyperparameters
    timeLimit = hyperparameters.usesTime ? setting.timeLimit : nil
    policy = GaussianPolicy(setting, using: &generator)
    value = ValueFunction(
      inputCount: setting.observationSpace.count + (timeLimit == nil ? 0 : 1),
      hyperparameters: hyperparameters, using: &generator)
    critic = Critic(
      stateCount: setting.observationSpace.count, actionCount: policy.sampleWidth,
      hyperparameters: hyperparameters, using: &generator)
    targetCritic = critic
    replay = ReplayBuffer(
      capacity: hyperparameters.bufferSize, observationCount: setting.observationSpace.count,
      actionCount: policy.sampleWidth)
    warmUp = WarmUp(steps: hyperparameters.learningStarts)
    policyOptimizer = hyperparameters.optimizer.makeOptimizer()
    criticOptimizer = hyperparameters.optimizer.makeOptimizer()
    window = EpisodeWindow(capacity: hyperparameters.windowEpisodes)
  }

  // MARK: Learning

  /// Q of states and actions, a row each: a vector [rows].
  func values(_ states: Tensor, _ actions: Tensor, by critic: Critic) -> Tensor {
    Float(hyperparameters.returnScale) * critic(states, actions)
  }

  /// The estimate ĝ of one episode at the policy `policy`, as an ascent direction.
  func estimate(_ episode: EpisodeFeatures, _ policy: GaussianPolicy) -> PolicyEstimate {
    let distribution = policy(episode.states)
    let leaf = distribution.atLeaf()
    let (score, mean) = withoutRecording { (leaf.score(of: episode.samples), leaf.mean) }
    var advantages = episode.returns - value(episode.timedStates)
    guard warmUp.isOver else {
      return PolicyEstimate(
        distribution, gradient: score.multiplyingRows(by: advantages), policy: policy)
    }
    let known =
      values(episode.states, episode.samples, by: critic)
      - values(episode.states, mean, by: critic)
    advantages = Float(hyperparameters.residualWeight) * (advantages - known)
    let drawn = leaf.reparameterized(episode.samples)
    let gradient = controlledGradient(
      advantages: advantages, score: score,
      difference: values(episode.states, drawn, by: critic), leaf: leaf.parameters,
      recorded: false)
    return PolicyEstimate(distribution, gradient: gradient, policy: policy)
  }

  public mutating func update(
    on batch: [Episode<[Float]>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateReport {
    let episodes = batch.map(features)
    let frozen = policy.asVariables()
    let estimates = episodes.map { estimate($0, frozen) }
    let step = PolicyStep(along: estimates, policy: frozen, hyperparameters: hyperparameters)

    window.append(episodes)
    try value.fit(
      to: window, steps: hyperparameters.valueSteps, hyperparameters: hyperparameters,
      using: &generator)
    step.apply(to: &policy, with: &policyOptimizer, progress: progress)
    // The critic's targets have the actions of the policy that acts next.
    let figures = learn(from: batch, progress: progress, using: &generator)
    return UpdateReport(
      entropy: step.entropy, gradientNorm: step.norm, controlVariateLoss: figures.losses.value)
  }

  mutating func improve(
    on sample: ReplayBatch, _ states: Tensor, _ factor: Float, _ figures: inout ReplayFigures,
    using generator: inout PCG64
  ) {
    let next = policy.scaler(sample.nextObservations.values)
    let nextValues = values(next, policy(next).sample(using: &generator), by: targetCritic)
    let targets = sample.targets(nextValues: nextValues, discount: hyperparameters.discount)
    let unit = Float(hyperparameters.returnScale)
    let (loss, slopes) = valueWithGradients(at: critic) {
      $0.squaredError(states, sample.actions, targets: (1 / unit) * targets)
    }
    criticOptimizer.update(
      &critic, along: slopes,
      learningRate: Float(hyperparameters.criticLearningRate) * factor)
    targetCritic.move(towards: critic, rate: Float(hyperparameters.targetRate))
    figures.losses.add(unit * unit * loss)
  }

  public func policyGradient(of episode: Episode<[Float]>, using generator: inout PCG64) -> [Float]
  {
    estimate(features(of: episode), policy.asVariables()).scalars
  }

  private func features(of episode: Episode<[Float]>) -> EpisodeFeatures {
    EpisodeFeatures(
      episode, policy: policy, discount: hyperparameters.discount, timeLimit: timeLimit)
  }

  // MARK: Memory

  var scaler: ObservationScaler {
    get { policy.scaler }
    set { policy.scaler = newValue }
  }

  func row(of action: [Float]) -> [Float] { action }

  // MARK: Parameters

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&policy, "policy", visit)
    Self.visit(&policy.scaler, "observation_scaler", visit)
    Self.visit(&value, "value", visit)
    Self.visit(&critic, "critic", visit)
    Self.visit(&warmUp, "warm_up", visit)
  }

  // MARK: State

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("policy", &policy)
    try visitor.visit("observation_scaler", &policy.scaler)
    try visitor.visit("value", &value)
    try visitor.visit("critic", &critic)
    try visitor.visit("warm_up", &warmUp)
    try visitor.visit("target_critic", &targetCritic)
    try visitor.visit("policy_optimizer", &policyOptimizer, of: policy)
    try visitor.visit("critic_optimizer", &criticOptimizer, of: critic)
    try visitor.visit("replay", &replay)
    try visitor.visit("window", &window)
  }
}
