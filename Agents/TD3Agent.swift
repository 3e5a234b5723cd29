import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// Twin delayed DDPG: `DDPGAgent` with two critics, noise on the target's actions and a policy that
/// moves less often.
///
///     ã = clip(μ′(s′) + clip(ε, −c, c), −1, 1),  ε ~ N(0, σ²)   the target's action
///     y = r + γ (1 − terminated) min_i Q′_i(s′, ã)              the critics' target
///     L(φ) = Σ_i mean [Q_i(s, a) − y]²                          what the critics descend
///     ∇J(θ) = mean ∂Q_1(s, a)/∂a at a = μ_θ(s) · ∂μ_θ(s)/∂θ     what the policy climbs
///
/// The last line, and the Polyak averages μ′ and Q′, take their turn at every `policyDelay`-th step.
/// S. Fujimoto, H. van Hoof, D. Meger, "Addressing Function Approximation Error in Actor-Critic
/// Methods", 2018 (arXiv:1802.09477), algorithm 1.
///
/// It learns at the end of each batch, by as many gradient steps as that had steps (times
/// `gradientStepsPerStep`): `train_freq=(1, "episode"), gradient_steps=-1` in Stable-Baselines3.
/// Actions are uniformly random until `learningStarts` steps have been seen, and from then on those
/// of μ with noise.
public struct TD3Agent: ReplayAgent {
  // MARK: Settings and state

  public let hyperparameters: Hyperparameters
  public var actor: DeterministicActor
  public var critic: TwinCritic
  var targetActor: DeterministicActor
  var targetCritic: TwinCritic
  var replay: ReplayBuffer
  private var actorOptimizer: any Optimizer
  private var criticOptimizer: any Optimizer
  var warmUp: WarmUp
  /// The critics' steps so far.
  private var steps = 0

  /// An untrained agent.
  ///
  /// - Parameters:
  ///   - setting: The spaces, the actions bounded, and the hyper-parameters.
  ///   - generator: Where the initial weights come from.
  public init(_ setting: AgentSetting<Box>, using generator: inout PCG64) {
    hyperparameters = setting.hyperparameters
    actor = DeterministicActor(setting, using: &generator)
    critic = TwinCritic(
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
    figures.losses.add(improveCritic(on: sample, states, factor, using: &generator))
    steps += 1
    guard steps.isMultiple(of: hyperparameters.policyDelay) else { return }
    figures.norms.add(improveActor(at: states, factor))
    targetCritic.move(towards: critic, rate: Float(hyperparameters.targetRate))
    targetActor.move(towards: actor, rate: Float(hyperparameters.targetRate))
  }

  /// y of transitions, [rows].
  func targets(of sample: ReplayBatch, using generator: inout PCG64) -> Tensor {
    let next = actor.scaler(sample.nextObservations.values)
    let size = Float(hyperparameters.targetNoise)
    let limit = Float(hyperparameters.targetNoiseClip)
    let noise = (size * .standardNormal(sample.actions.shape, using: &generator))
      .clamped(to: -limit...limit)
    let actions = (targetActor(next) + noise).clamped(to: -1...1)
    return sample.targets(
      nextValues: targetCritic.minimum(next, actions), discount: hyperparameters.discount)
  }

  /// A step of the critics down L(φ), which is returned.
  private mutating func improveCritic(
    on sample: ReplayBatch, _ states: Tensor, _ factor: Float, using generator: inout PCG64
  ) -> Float {
    let targets = targets(of: sample, using: &generator)
    let (loss, slopes) = valueWithGradients(at: critic) {
      $0.squaredError(states, sample.actions, targets: targets)
    }
    let rate = Float(hyperparameters.criticLearningRate) * factor
    criticOptimizer.update(&critic, along: slopes, learningRate: rate)
    return loss
  }

  /// A step of the policy up ∇J(θ), whose norm is returned.
  private mutating func improveActor(at states: Tensor, _ factor: Float) -> Float {
    let (_, slopes) = valueWithGradients(at: actor) { -critic.first(states, $0(states)).mean() }
    let (descent, norm) = clipByGlobalNorm(
      slopes, maximum: hyperparameters.maximumGradientNorm.map { Float($0) })
    let rate = Float(hyperparameters.learningRate) * factor
    actorOptimizer.update(&actor, along: descent, learningRate: rate)
    return norm
  }

  /// The deterministic policy gradient Σ_t ∂Q_1(s_t, μ(s_t))/∂θ at the states of the episode, whatever
  /// was done there. D. Silver et al., "Deterministic Policy Gradient Algorithms", 2014, equation 16.
  public func policyGradient(of episode: Episode<[Float]>, using generator: inout PCG64) -> [Float]
  {
    let states = actor.scaler(episode.observations)
    return valueWithGradients(at: actor) { critic.first(states, $0(states)).sum() }.gradients
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
    try visitor.visit("steps", &steps, in: 0...Int.max)
  }
}
