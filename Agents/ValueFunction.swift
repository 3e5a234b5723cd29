import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// V(s), or V(s, t): a normalised network fitted to the returns by regression.
public struct ValueFunction: Module {
  private var body: NormalizedNetwork
  private var optimizer: any Optimizer

  /// The network, whose unit is the spread of the returns.
  public var network: MLP {
    get { body.network }
    set { body.network = newValue }
  }

  /// A function that starts at zero everywhere.
  public init(
    inputCount: Int, hyperparameters: Hyperparameters, using generator: inout PCG64
  ) {
    body = NormalizedNetwork(
      inputCount: inputCount, outputCount: 1, hyperparameters: hyperparameters, using: &generator)
    optimizer = hyperparameters.optimizer.makeOptimizer()
  }

  /// The values of states [rows, width]: a vector [rows].
  public func callAsFunction(_ states: Tensor) -> Tensor {
    body(states).reshaped([states.shape[0]])
  }

  /// Takes gradient steps on the mean squared error over transitions drawn from the window.
  ///
  /// - Parameters:
  ///   - window: The episodes to fit.
  ///   - steps: How many steps.
  ///   - hyperparameters: The step size, and the transitions in a step.
  ///   - decays: Whether the step size falls to zero on a straight line, for one long fit.
  ///   - generator: Where the choice of transitions comes from.
  ///   - monitor: Tells when to end.
  /// - Returns: The mean squared error of the steps; `nil` without any.
  @discardableResult
  mutating func fit(
    to window: EpisodeWindow, steps: Int, hyperparameters: Hyperparameters, decays: Bool = false,
    using generator: inout PCG64, _ monitor: Monitor = .silent
  ) throws(Failure) -> Double? {
    guard steps > 0, let sampler = TransitionSampler(window) else { return nil }
    let returns = window.episodes.flatMap(\.returns.values)
    normalize(for: returns)
    var loss = 0.0
    for step in 0..<steps {
      try monitor.check("fit of V, step", step, of: steps)
      let (states, indices) = sampler.draw(hyperparameters.valueBatchSize, using: &generator)
      let rate = hyperparameters.valueLearningRate * (decays ? 1 - Double(step) / Double(steps) : 1)
      let targets = Tensor(indices.map { returns[$0] })
      let error = improve(at: states, targets: targets, learningRate: Float(rate))
      loss += Double(error) / Double(steps)
    }
    return loss
  }

  /// Makes the spread of `targets` the unit of the network; the function stays as it is.
  mutating func normalize(for targets: [Float]) { body.normalize(for: targets) }

  /// Takes one gradient step on the mean squared error.
  ///
  /// - Parameters:
  ///   - states: [rows, width].
  ///   - targets: [rows].
  ///   - learningRate: The step size.
  ///   - reach: How far from which values, [rows], an error may still shrink, in units of the network:
  ///     what goes beyond counts as if it had stopped there. Any distance without it.
  /// - Returns: The mean squared error before the step.
  mutating func improve(
    at states: Tensor, targets: Tensor, learningRate: Float,
    reach: (from: Tensor, distance: Float)? = nil
  ) -> Float {
    let (center, spread) = (body.center.scalar, body.spread.scalar)
    let target = (1 / spread) * (targets - center)
    let (error, slopes) = valueWithGradients(at: body.network) { network in
      let values = network(states).reshaped(target.shape)
      let errors = (values - target).squared()
      guard let reach else { return errors.mean() }
      let old = (1 / spread) * (reach.from - center)
      let near = old + (values - old).clamped(to: -reach.distance...reach.distance)
      // The larger of both errors.
      return -Tensor.minimum(-errors, -(near - target).squared()).mean()
    }
    optimizer.update(&body.network, along: slopes, learningRate: learningRate)
    return error * spread * spread
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    body.visitParameters(visit)
  }

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try body.visitState(&visitor)
    try visitor.visit("optimizer", &optimizer, of: body.network)
  }
}

/// The fit of V that belongs to an update.
///
/// The gradient of the update does not ask for it, so that another rank or thread can make it meanwhile.
struct ValueFit: Stateful, Sendable {
  /// V before the fit, or after it, with the draws that follow and what was descended.
  private(set) var value: ValueFunction
  private(set) var generator: PCG64
  private(set) var loss: Double?
  private let window: EpisodeWindow
  private let hyperparameters: Hyperparameters
  private var isMade = false

  /// A fit to be made.
  ///
  /// - Parameters:
  ///   - value: V as it is.
  ///   - window: The episodes to fit.
  ///   - hyperparameters: The settings.
  ///   - generator: Where the choice of transitions comes from.
  init(
    of value: ValueFunction, to window: EpisodeWindow, _ hyperparameters: Hyperparameters,
    using generator: PCG64
  ) {
    (self.value, self.generator) = (value, generator)
    (self.window, self.hyperparameters) = (window, hyperparameters)
  }

  /// How long it takes, in transitions.
  var cost: Int {
    let transitions = window.episodes.reduce(0) { $0 + $1.length }
    return hyperparameters.valueSteps * min(hyperparameters.valueBatchSize, transitions)
  }

  /// The fit, made now if it was not before.
  func made() throws(Failure) -> ValueFit {
    if isMade { return self }
    var fit = self
    fit.loss = try fit.value.fit(
      to: window, steps: hyperparameters.valueSteps, hyperparameters: hyperparameters,
      using: &fit.generator)
    fit.isMade = true
    return fit
  }

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("value", &value)
    try visitor.visit("generator", &generator)
    try visitor.visit("loss", &loss)
    try visitor.visit("is_made", &isMade)
  }
}
