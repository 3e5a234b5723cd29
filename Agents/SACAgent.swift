import Autodiff
import Distributions
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// Soft actor-critic: a stochastic policy π that climbs two critics and its own entropy, which learn
/// from a memory of transitions.
///
///     y = r + γ (1 − terminated) [min_i Q′_i(s′, a′) − α log π(a′ | s′)],  a′ ~ π(s′)
///     L(φ) = Σ_i mean [Q_i(s, a) − y]²                          what the critics descend
///     J(θ) = mean [min_i Q_i(s, a_θ(ε, s)) − α log π(a_θ | s)]  what the policy climbs
///     L(log α) = −log α · mean [log π(a | s) + H̄],  H̄ = −dim a  what the temperature descends
///
/// a_θ(ε, s) = tanh(μ(s) + σ(s) ε) is a draw of π as a function of its parameters; Q′ follow Q by
/// Polyak averaging with the rate τ. T. Haarnoja et al., "Soft Actor-Critic Algorithms and
/// Applications", 2018 (arXiv:1812.05905), equations 5 to 10 and 18, algorithm 1.
///
/// It learns at the end of each batch, by as many gradient steps as that had steps (times
/// `gradientStepsPerStep`): `train_freq=(1, "episode"), gradient_steps=-1` in Stable-Baselines3.
/// Actions are uniformly random until `learningStarts` steps have been seen, and from then on draws
/// of π.
public struct SACAgent: ReplayAgent {
  // MARK: Settings and state

  public let hyperparameters: Hyperparameters
  public var actor: SquashedGaussianActor
  public var critic: TwinCritic
  /// log α.
  var logTemperature: Parameter
  var targetCritic: TwinCritic
  var replay: ReplayBuffer
  private var actorOptimizer: any Optimizer
  private var criticOptimizer: any Optimizer
  private var temperatureOptimizer: any Optimizer
  var warmUp: WarmUp

  /// An untrained agent.
  ///
  /// - Parameters:
  ///   - setting: The spaces, the actions bounded, and the hyper-parameters.
  ///   - generator: Where the initial weights come from.
  public init(_ setting: AgentSetting<Box>, using generator: inout PCG64) {
    hyperparameters = setting.hyperparameters
    actor = SquashedGaussianActor(setting, using: &generator)
    critic = TwinCritic(
      stateCount: actor.scaler.width, actionCount: actor.actionScaler.width,
      hyperparameters: hyperparameters, using: &generator)
    targetCritic = critic
    logTemperature = Parameter(Tensor(Float(log(hyperparameters.temperature))))
    replay = ReplayBuffer(
      capacity: hyperparameters.bufferSize, observationCount: actor.scaler.width,
      actionCount: actor.actionScaler.width)
    actorOptimizer = hyperparameters.optimizer.makeOptimizer()
    criticOptimizer = hyperparameters.optimizer.makeOptimizer()
    temperatureOptimizer = hyperparameters.optimizer.makeOptimizer()
    warmUp = WarmUp(steps: hyperparameters.learningStarts)
  }

  // MARK: Acting

  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> [Float] {
    if !isGreedy && !warmUp.isOver { return actor.actionScaler.uniform(using: &generator) }
    return actor.act(on: observation, isGreedy: isGreedy, using: &generator)
  }

  // MARK: Learning

  public mutating func update(
    on batch: [Episode<[Float]>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateReport {
    // Of actions in ±1; before anything is learned they are uniform.
    let uniform = Double(actor.actionScaler.width) * log(2)
    return learn(from: batch, progress: progress, using: &generator).report(entropy: uniform)
  }

  mutating func improve(
    on sample: ReplayBatch, _ states: Tensor, _ factor: Float, _ figures: inout ReplayFigures,
    using generator: inout PCG64
  ) {
    figures.losses.add(improveCritic(on: sample, states, factor, using: &generator))
    let (norm, entropy) = improveActor(at: states, factor, using: &generator)
    figures.norms.add(norm)
    figures.entropies.add(entropy)
    if hyperparameters.learnsTemperature { adjustTemperature(for: entropy, factor) }
    targetCritic.move(towards: critic, rate: Float(hyperparameters.targetRate))
  }

  /// α
  var temperature: Float { exp(logTemperature.tensor.scalar) }

  /// y of transitions, [rows].
  func targets(of sample: ReplayBatch, using generator: inout PCG64) -> Tensor {
    let next = actor.scaler(sample.nextObservations.values)
    let (actions, logProbability) = actor(next).sample(using: &generator)
    return sample.targets(
      nextValues: targetCritic.minimum(next, actions) - temperature * logProbability,
      discount: hyperparameters.discount)
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

  /// A step of the policy up ∇J(θ); the norm of that and the policy's entropy are returned.
  private mutating func improveActor(
    at states: Tensor, _ factor: Float, using generator: inout PCG64
  ) -> (norm: Float, entropy: Float) {
    var entropy: Float = 0
    let (_, slopes) = valueWithGradients(at: actor) { actor in
      let (actions, logProbability) = actor(states).sample(using: &generator)
      let mean = logProbability.mean()
      entropy = -mean.scalar
      return temperature * mean - critic.minimum(states, actions).mean()
    }
    let (descent, norm) = clipByGlobalNorm(
      slopes, maximum: hyperparameters.maximumGradientNorm.map { Float($0) })
    let rate = Float(hyperparameters.learningRate) * factor
    actorOptimizer.update(&actor, along: descent, learningRate: rate)
    return (norm, entropy)
  }

  /// A step of log α down L(log α), whose derivative is the entropy beyond H̄.
  private mutating func adjustTemperature(for entropy: Float, _ factor: Float) {
    let slope = Tensor(entropy + Float(actor.actionScaler.width))
    let rate = Float(hyperparameters.learningRate) * factor
    temperatureOptimizer.update(&logTemperature, along: [slope], learningRate: rate)
  }

  /// Σ_t ∂ min_i Q_i(s_t, a_θ(ε_t, s_t))/∂θ at the states of the episode with fresh noise: J(θ)
  /// without the entropy.
  public func policyGradient(of episode: Episode<[Float]>, using generator: inout PCG64) -> [Float]
  {
    let states = actor.scaler(episode.observations)
    return valueWithGradients(at: actor) { actor in
      critic.minimum(states, actor(states).sample(using: &generator).sample).sum()
    }.gradients.flatMap(\.values)
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
    Self.visit(&logTemperature, "log_temperature", visit)
    Self.visit(&warmUp, "warm_up", visit)
  }

  // MARK: State

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitParameters(with: &visitor)
    try visitor.visit("target_critic", &targetCritic)
    try visitor.visit("actor_optimizer", &actorOptimizer, of: actor)
    try visitor.visit("critic_optimizer", &criticOptimizer, of: critic)
    try visitor.visit("temperature_optimizer", &temperatureOptimizer, of: logTemperature)
    try visitor.visit("replay", &replay)
  }
}

/// A module of one tensor.
struct Parameter: Module {
  private(set) var tensor: Tensor

  init(_ tensor: Tensor) { self.tensor = tensor }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("value", &tensor)
  }
}
