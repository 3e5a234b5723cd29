import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// Deep deterministic policy gradient: a policy μ that climbs a critic Q of its own actions, which
/// learns from a memory of transitions.
///
///     y = r + γ (1 − terminated) Q′(s′, μ′(s′))                 the critic's target
///     L(φ) = mean [Q_φ(s, a) − y]²                              what the critic descends
///     ∇J(θ) = mean ∂Q(s, a)/∂a at a = μ_θ(s) · ∂μ_θ(s)/∂θ       what the policy climbs
///
/// μ′ and Q′ follow μ and Q by Polyak averaging with the rate τ. T. Lillicrap et al., "Continuous
/// control with deep reinforcement learning", 2016 (arXiv:1509.02971), with Gaussian noise as in
/// S. Fujimoto et al., 2018 (arXiv:1802.09477).
///
/// It learns at the end of each batch, by as many gradient steps as that had steps (times
/// `gradientStepsPerStep`): `train_freq=(1, "episode"), gradient_steps=-1` in Stable-Baselines3.
/// Actions are uniformly random until `learningStarts` steps have been seen, and from then on those
/// of μ with noise.
public struct DDPGAgent: ReplayAgent {
  // MARK: Settings and state

  public let hyperparameters: Hyperparameters
  public var actor: DeterministicActor
  public var critic: Critic
  var targetActor: DeterministicActor
  var targetCritic: Critic
  var replay: ReplayBuffer
  private var actorOptimizer: any Optimizer
  private var criticOptimizer: any Optimizer
  var warmUp: WarmUp

  /// An untrained agent.
  ///
  /// - Parameters:
  ///   - setting: The spaces, the actions bounded, and the hyper-parameters.
  ///   - generator: Where the initial weights come from.
  public init(_ setting: AgentSetting<Box>, using generator: inout PCG64) {
    hyperparameters = setting.hyperparameters
    actor = DeterministicActor(setting, using: &generator)
    critic = Critic(
      stateCount: actor.scaler.width, actionCount: actor.actionScaler.width,
      hyperparameters: hyperparameters, using: &generator)
    (targetActor, targetCritic) = (actor, critic)
    replay = ReplayBuffer(
      capacity: hyperparameters.bufferSize, observationCount: actor.scaler.width,
      actionCount: actor.actionScaler.width)
    actorOptimizer = hyperparameters.optimizer.makeOptimizer()
    criticOptimizer = hyperparameters.optimizer.makeOptimizer()
    warmUp = WarmUp(steps: hyperparameters.learningStarts)
  }

  // MARK: Acting

  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> [Float] {
    if !isGreedy && !warmUp.isOver { return actor.actionScaler.uniform(using: &generator) }
    let noise = isGreedy ? 0 : hyperparameters.explorationNoise
    return actor.act(on: observation, noise: noise, using: &generator)
  }

  // MARK: Learning

  public mutating func update(
    on batch: [Episode<[Float]>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateReport {
    // The policy has no density, and so no entropy.
    learn(from: batch, progress: progress, using: &generator).report(entropy: 0)
  }

  mutating func improve(
    on sample: ReplayBatch, _ states: Tensor, _ factor: Float, _ figures: inout ReplayFigures,
    using generator: inout PCG64
  ) {
    figures.losses.add(improveCritic(on: sample, states, factor))
    figures.norms.add(improveActor(at: states, factor))
    targetCritic.move(towards: critic, rate: Float(hyperparameters.targetRate))
    targetActor.move(towards: actor, rate: Float(hyperparameters.targetRate))
  }

  /// y of transitions, [rows].
  func targets(of sample: ReplayBatch) -> Tensor {
    let next = actor.scaler(sample.nextObservations.values)
    return sample.targets(
      nextValues: targetCritic(next, targetActor(next)), discount: hyperparameters.discount)
  }

  /// A step of the critic down L(φ), which is returned.
  private mutating func improveCritic(
    on sample: ReplayBatch, _ states: Tensor, _ factor: Float
  ) -> Float {
    let targets = targets(of: sample)
    let (loss, slopes) = valueWithGradients(at: critic) {
      $0.squaredError(states, sample.actions, targets: targets)
    }
    let rate = Float(hyperparameters.criticLearningRate) * factor
    criticOptimizer.update(&critic, along: slopes, learningRate: rate)
    return loss
  }

  /// A step of the policy up ∇J(θ), whose norm is returned.
  private mutating func improveActor(at states: Tensor, _ factor: Float) -> Float {
    let (_, slopes) = valueWithGradients(at: actor) { -critic(states, $0(states)).mean() }
    let (descent, norm) = clipByGlobalNorm(
      slopes, maximum: hyperparameters.maximumGradientNorm.map { Float($0) })
    let rate = Float(hyperparameters.learningRate) * factor
    actorOptimizer.update(&actor, along: descent, learningRate: rate)
    return norm
  }

  /// The deterministic policy gradient Σ_t ∂Q(s_t, μ(s_t))/∂θ at the states of the episode, whatever
  /// was done there. D. Silver et al., "Deterministic Policy Gradient Algorithms", 2014, equation 16.
  public func policyGradient(of episode: Episode<[Float]>, using generator: inout PCG64) -> [Float]
  {
    let states = actor.scaler(episode.observations)
    return valueWithGradients(at: actor) { critic(states, $0(states)).sum() }.gradients
      .flatMap(\.values)
  }

  // MARK: Memory

  var scaler: ObservationScaler {
    get { actor.scaler }
    set { actor.scaler = newValue }
  }

  func row(of action: [Float]) -> [Float] { actor.actionScaler.normalized(action) }

  // MARK: Parameters

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&actor, "actor", visit)
    Self.visit(&actor.scaler, "observation_scaler", visit)
    Self.visit(&actor.actionScaler, "action_scaler", visit)
    Self.visit(&critic, "critic", visit)
    Self.visit(&warmUp, "warm_up", visit)
  }

  // MARK: State

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitParameters(with: &visitor)
    try visitor.visit("target_actor", &targetActor)
    try visitor.visit("target_critic", &targetCritic)
    try visitor.visit("actor_optimizer", &actorOptimizer, of: actor)
    try visitor.visit("critic_optimizer", &criticOptimizer, of: critic)
    try visitor.visit("replay", &replay)
  }
}
