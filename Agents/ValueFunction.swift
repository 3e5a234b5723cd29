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
  ///   - isShared: Whether threads and ranks take the gradients of parts of each step.
  ///   - generator: Where the choice of transitions comes from.
  ///   - monitor: Tells when to end.
  /// - Returns: The mean squared error of the steps; `nil` without any.
  @discardableResult
  mutating func fit(
    to window: EpisodeWindow, steps: Int, hyperparameters: Hyperparameters, decays: Bool = false,
    isShared: Bool = false, using generator: inout PCG64, _ monitor: Monitor = .silent
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
      let error =
        try isShared
        ? improveTogether(at: states, targets: targets, learningRate: Float(rate))
        : improve(at: states, targets: targets, learningRate: Float(rate))
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

  /// Takes the step of `improve`, whose gradient is the sum of those of parts of the rows: how many depends on
  /// the rows alone.
  private mutating func improveTogether(
    at states: Tensor, targets: Tensor, learningRate: Float
  ) throws(Failure) -> Float {
    let count = targets.shape[0]
    let parts = max(1, min(4, count / 128))
    let (network, center, spread) = (body.network, body.center.scalar, body.spread.scalar)
    let shares = try sharedTensors(costs: [Int](repeating: 1, count: parts)) { part in
      let rows = part * count / parts..<(part + 1) * count / parts
      let target = (1 / spread) * (targets.rows(rows) - center)
      let (error, slopes) = valueWithGradients(at: network) { network in
        let values = network(states.rows(rows)).reshaped(target.shape)
        return (1 / Float(count)) * (values - target).squared().sum()
      }
      return [Tensor(error)] + slopes
    }
    var sum = shares[0]
    for share in shares.dropFirst() { sum = zip(sum, share).map { $0 + $1 } }
    optimizer.update(&body.network, along: Array(sum.dropFirst()), learningRate: learningRate)
    return sum[0].scalar * spread * spread
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    body.visitParameters(visit)
  }

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try body.visitState(&visitor)
    try visitor.visit("optimizer", &optimizer, of: body.network)
  }
}
