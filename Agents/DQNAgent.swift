import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// Deep Q-network: values Q(s, a) of a few actions, an output for each, which learn from a memory of
/// transitions; the policy takes the best action, and sometimes any.
///
///     y = r + γ (1 − terminated) max_a Q′(s′, a)                the target
///     y = r + γ (1 − terminated) Q′(s′, argmax_a Q(s′, a))      the same with `usesDoubleQ`
///     L(θ) = mean ℓ[Q_θ(s, a) − y],  ℓ(δ) = ½ δ² within ±1, |δ| − ½ beyond
///
/// At every `targetEvery`-th step Q′ goes the fraction τ of the way to Q; where τ = 1 it is a copy. An
/// action is uniformly random with the probability ε, which falls on a straight line from
/// `epsilonStart` to `epsilonEnd` during the first `epsilonFraction` of the run. V. Mnih et al.,
/// "Human-level control through deep reinforcement learning", 2015; H. van Hasselt, A. Guez,
/// D. Silver, "Deep Reinforcement Learning with Double Q-learning", 2016 (arXiv:1509.06461). The
/// maximum of noisy values is too large on average; an argmax of other values than the target's is
/// not drawn to the same errors.
///
/// With `returnSteps` n > 1, r is the discounted sum of n rewards and s′ the state after them, with
/// γⁿ: R. Sutton, "Learning to predict by the methods of temporal differences", 1988. With
/// `priorityExponent` α > 0, transitions of large errors are drawn more often, and the mean of L is
/// weighted: T. Schaul et al., "Prioritized Experience Replay", 2016 (arXiv:1511.05952).
///
/// It learns at the end of each batch, by as many gradient steps as that had steps (times
/// `gradientStepsPerStep`): `train_freq=(1, "episode"), gradient_steps=-1` in Stable-Baselines3.
/// Actions are uniformly random until `learningStarts` steps have been seen. Where an environment masks
/// actions, those that it forbids are neither taken nor among what a maximum or an argmax is over.
public struct DQNAgent: ReplayAgent {
  // MARK: Settings and state

  public let hyperparameters: Hyperparameters
  private let actions: Discrete
  private let mask: ActionMask
  /// Q: a network from scaled observations to the values of all actions.
  public var network: MLP
  var targetNetwork: MLP
  var scaler: ObservationScaler
  var replay: ReplayBuffer
  private var optimizer: any Optimizer
  /// Gradient steps so far.
  private var steps = 0
  var warmUp: WarmUp
  /// ε is a parameter: a saved agent explores as it last did.
  var epsilon: Parameter
  private var memory: ActionMemory

  /// An untrained agent.
  ///
  /// - Parameters:
  ///   - setting: The spaces and the hyper-parameters.
  ///   - generator: Where the initial weights come from.
  public init(_ setting: AgentSetting<Discrete>, using generator: inout PCG64) {
    hyperparameters = setting.hyperparameters
    actions = setting.actionSpace
    mask = ActionMask(setting.actionMask)
    scaler = ObservationScaler(setting)
    network = MLP(
      sizes: [scaler.width] + hyperparameters.hiddenSizes + [actions.count],
      activation: hyperparameters.activation, hidden: .fanInUniform, output: .fanInUniform,
      using: &generator)
    targetNetwork = network
    replay = ReplayBuffer(
      capacity: hyperparameters.bufferSize, observationCount: scaler.width, actionCount: 1,
      returnSteps: hyperparameters.returnSteps, discount: hyperparameters.discount,
      priorityExponent: hyperparameters.priorityExponent)
    optimizer = hyperparameters.optimizer.makeOptimizer()
    warmUp = WarmUp(steps: hyperparameters.learningStarts)
    epsilon = Parameter(Tensor(Float(hyperparameters.epsilon(atFraction: 0))))
    memory = ActionMemory(for: network)
  }

  // MARK: Acting

  public mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> Int {
    if !isGreedy && (!warmUp.isOver || generator.randomFloat() < epsilon.tensor.scalar) {
      return mask.sample(actions, on: observation, using: &generator)
    }
    memory.evaluate(network, at: observation, scaler)
    mask.forbid(in: &memory.outputs, on: observation)
    let best = memory.outputs.withUnsafeMutableBufferPointer {
      chooseCategory($0, isGreedy: true, using: &generator)
    }
    return actions.start + best
  }

  // MARK: Learning

  public mutating func update(
    on batch: [Episode<Int>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateReport {
    let figures = learn(from: batch, progress: progress, using: &generator)
    epsilon = Parameter(Tensor(Float(hyperparameters.epsilon(atFraction: progress))))
    // The policy climbs no entropy, and none is told.
    return figures.report(entropy: 0)
  }

  mutating func improve(
    on sample: ReplayBatch, _ states: Tensor, _ factor: Float, _ figures: inout ReplayFigures,
    using generator: inout PCG64
  ) {
    let targets = targets(of: sample, from: targetNetwork)
    var errors = Tensor([])
    let (loss, slopes) = valueWithGradients(at: network) {
      errors = Self.errors(of: $0, at: states, sample, targets)
      let losses = Self.losses(of: errors)
      return (sample.weights.map { $0 * losses } ?? losses).mean()
    }
    replay.setPriorities(of: sample, errors: errors.values)
    let (descent, norm) = clipByGlobalNorm(
      slopes, maximum: hyperparameters.maximumGradientNorm.map { Float($0) })
    let rate = Float(hyperparameters.learningRate) * factor
    optimizer.update(&network, along: descent, learningRate: rate)
    figures.losses.add(loss)
    figures.norms.add(norm)
    steps += 1
    guard steps.isMultiple(of: hyperparameters.targetEvery) else { return }
    if hyperparameters.targetRate == 1 {
      targetNetwork = network  // To the bit, which an average is not.
    } else {
      targetNetwork.move(towards: network, rate: Float(hyperparameters.targetRate))
    }
  }

  /// y of transitions with the values of Q′, [rows].
  func targets(of sample: ReplayBatch, from target: MLP) -> Tensor {
    let next = scaler(sample.nextObservations.values)
    let values = target(next)
    let judged = hyperparameters.usesDoubleQ ? network(next) : values
    let best = mask.forbidding(judged, in: next).largestColumns()
    return sample.targets(
      nextValues: values.selecting(columns: best), discount: hyperparameters.discount)
  }

  /// δ = Q(s, a) − y of transitions, [rows].
  private static func errors(
    of network: MLP, at states: Tensor, _ sample: ReplayBatch, _ targets: Tensor
  ) -> Tensor {
    let taken = sample.actions.values.map { Int32($0) }
    return network(states).selecting(columns: taken) - targets
  }

  /// ℓ(δ), [rows].
  private static func losses(of errors: Tensor) -> Tensor {
    // With c = δ cut off at ±1 both parts of ℓ are c δ − ½ c².
    let bounded = errors.clamped(to: -1...1)
    return bounded * errors - 0.5 * bounded.squared()
  }

  /// What the values descend, with the other sign: −Σ_t ∂ℓ[Q(s_t, a_t) − y_t]/∂θ over the steps of the
  /// episode, with Q in the place of Q′, which a saved agent has no longer. It stands for the gradient
  /// of the return, which a policy of argmaxes does not have.
  public func policyGradient(of episode: Episode<Int>, using generator: inout PCG64) -> [Float] {
    let transitions = replay.transitions(of: episode, actions: episode.actions.map(row))
    let targets = targets(of: transitions, from: network)
    let states = scaler(episode.observations)
    return valueWithGradients(at: network) {
      -Self.losses(of: Self.errors(of: $0, at: states, transitions, targets)).sum()
    }.gradients.flatMap(\.values)
  }

  // MARK: Memory

  /// The number of the action's output.
  func row(of action: Int) -> [Float] { [Float(action - actions.start)] }

  // MARK: Parameters

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&network, "network", visit)
    Self.visit(&scaler, "observation_scaler", visit)
    Self.visit(&warmUp, "warm_up", visit)
    Self.visit(&epsilon, "epsilon", visit)
  }

  // MARK: State

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitParameters(with: &visitor)
    try visitor.visit("target_network", &targetNetwork)
    try visitor.visit("optimizer", &optimizer, of: network)
    try visitor.visit("replay", &replay)
    try visitor.visit("steps", &steps, in: 0...Int.max)
  }
}

extension Hyperparameters {
  /// ε after a fraction of the run.
  func epsilon(atFraction fraction: Double) -> Double {
    let share = epsilonFraction > 0 ? min(fraction / epsilonFraction, 1) : 1
    return (1 - share) * epsilonStart + share * epsilonEnd
  }

  /// β after a fraction of the run: on a straight line to 1 at its end.
  func importanceExponent(atFraction fraction: Double) -> Double {
    initialImportanceExponent + min(fraction, 1) * (1 - initialImportanceExponent)
  }
}

extension Tensor {
  /// The column of the largest element of each row of a matrix, the first one of several.
  fileprivate func largestColumns() -> [Int32] {
    let (values, columns) = (values, shape[1])
    return (0..<shape[0]).map { row in
      let start = row * columns
      return (1..<columns).reduce(0) { best, column in
        values[start + column] > values[start + Int(best)] ? Int32(column) : best
      }
    }
  }
}
