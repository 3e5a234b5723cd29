import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// V(s), or V(s, t): a network fitted to the returns by regression.
///
/// V = μ + σ · network, where μ and σ are the mean and the standard deviation of the returns in the
/// window. When they move, the last layer is rescaled so that V stays the same function: the network
/// always has targets of order 1, whatever the returns have grown to. H. van Hasselt et al., "Learning
/// values across many orders of magnitude", 2016 (arXiv:1602.07714).
public struct ValueFunction: Module {
  public var network: MLP
  /// μ and σ; no gradient reaches them.
  private var center = Tensor(0)
  private var spread = Tensor(1)
  private var optimizer: any Optimizer

  /// A function that starts at zero everywhere.
  public init(
    inputCount: Int, hyperparameters: Hyperparameters, using generator: inout PCG64
  ) {
    network = MLP(
      sizes: [inputCount] + hyperparameters.controlVariateHiddenSizes + [1],
      activation: hyperparameters.activation, output: .zeros, using: &generator)
    optimizer = hyperparameters.optimizer.makeOptimizer()
  }

  /// The values of states [rows, width]: a vector [rows].
  public func callAsFunction(_ states: Tensor) -> Tensor {
    spread.scalar * network(states).reshaped([states.shape[0]]) + center.scalar
  }

  /// Moves μ and σ to those of `returns` and changes the last layer so that V stays as it is.
  private mutating func normalize(for returns: [Float]) {
    let values = returns.map { Double($0) }
    let newCenter = mean(values)
    // Returns that are all alike would have no unit.
    let newSpread = max(sampleVariance(values).squareRoot(), 1e-3 * max(1, abs(newCenter)))
    guard newSpread.isFinite else { return }
    let (oldCenter, oldSpread) = (center.scalar, spread.scalar)
    (center, spread) = (Tensor(Float(newCenter)), Tensor(Float(newSpread)))
    let last = network.layers.count - 1
    if network.layers[last].weight.values.allSatisfy({ $0 == 0 }) {
      // Still a constant, in which nothing has been learned: it becomes μ. To keep it would leave
      // the network to make up for μ in steps that are small beside μ / σ.
      network.layers[last].bias = .zeros([1])
      return
    }
    let ratio = oldSpread / spread.scalar
    network.layers[last].weight = ratio * network.layers[last].weight
    network.layers[last].bias =
      ratio * network.layers[last].bias + (oldCenter - center.scalar) / spread.scalar
  }

  /// Takes gradient steps on the mean squared error over transitions drawn from the window.
  ///
  /// - Parameters:
  ///   - window: The episodes to fit.
  ///   - steps: How many steps.
  ///   - hyperparameters: The step size, and the transitions in a step.
  ///   - decays: Whether the step size falls to zero on a straight line, for one long fit.
  ///   - generator: Where the choice of transitions comes from.
  /// - Returns: The mean squared error of the steps; `nil` without any.
  @discardableResult
  mutating func fit(
    to window: EpisodeWindow, steps: Int, hyperparameters: Hyperparameters, decays: Bool = false,
    using generator: inout PCG64
  ) -> Double? {
    guard steps > 0, let sampler = TransitionSampler(window) else { return nil }
    normalize(for: window.episodes.flatMap(\.returns.values))
    let (center, spread) = (center.scalar, spread.scalar)
    var loss = 0.0
    for step in 0..<steps {
      let (states, returns) = sampler.draw(
        hyperparameters.valueBatchSize, using: &generator)
      let target = (1 / spread) * (returns - center)
      let (error, slopes) = valueWithGradients(at: network) { network in
        (network(states).reshaped(target.shape) - target).squared().mean()
      }
      loss += Double(error * spread * spread) / Double(steps)
      let rate = hyperparameters.valueLearningRate * (decays ? 1 - Double(step) / Double(steps) : 1)
      optimizer.update(&network, along: slopes, learningRate: Float(rate))
    }
    return loss
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    network.visitParameters(visit)
    visit("center", &center)
    visit("spread", &spread)
  }
}

/// Draws transitions from the episodes of a window.
private struct TransitionSampler {
  /// Rows of the state and, last, the return.
  private var rows: [Float] = []
  private let width: Int
  private let count: Int

  init?(_ window: EpisodeWindow) {
    guard let first = window.episodes.first else { return nil }
    width = first.timedStates.shape[1]
    count = window.episodes.reduce(0) { $0 + $1.actions.count }
    rows.reserveCapacity(count * (width + 1))
    for episode in window.episodes {
      let (states, returns) = (episode.timedStates.values, episode.returns.values)
      for t in returns.indices {
        rows.append(contentsOf: states[t * width..<(t + 1) * width])
        rows.append(returns[t])
      }
    }
  }

  /// States [n, width] and returns [n]: all of them where there are no more than `limit`.
  func draw(_ limit: Int, using generator: inout PCG64) -> (states: Tensor, returns: Tensor) {
    let n = min(limit, count)
    var returns: [Float] = []
    returns.reserveCapacity(n)
    let states = [Float](unsafeUninitializedCapacity: n * width) { states, initialized in
      for k in 0..<n {
        let start = (n == count ? k : generator.integers(0, count)) * (width + 1)
        for i in 0..<width { states[k * width + i] = rows[start + i] }
        returns.append(rows[start + width])
      }
      initialized = n * width
    }
    return (Tensor(states, shape: [n, width]), Tensor(returns))
  }
}
