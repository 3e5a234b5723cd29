import Autodiff
import NeuralNetworks
import RandomNumbers

/// V(s), or V(s, t): a network fitted to the returns by regression.
public struct ValueFunction: Module {
  public var network: MLP
  private let returnScale: Float
  private var optimizer: any Optimizer

  /// A function that starts at zero everywhere.
  public init(
    inputCount: Int, hyperparameters: Hyperparameters, using generator: inout PCG64
  ) {
    network = MLP(
      sizes: [inputCount] + hyperparameters.controlVariateHiddenSizes + [1],
      activation: hyperparameters.activation, output: .zeros, using: &generator)
    returnScale = Float(hyperparameters.returnScale)
    optimizer = hyperparameters.optimizer.makeOptimizer()
  }

  /// The values of states [rows, width]: a vector [rows].
  public func callAsFunction(_ states: Tensor) -> Tensor {
    returnScale * network(states).reshaped([states.shape[0]])
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
    var loss = 0.0
    for step in 0..<steps {
      let (states, returns) = sampler.draw(
        hyperparameters.valueBatchSize, using: &generator)
      let target = (1 / returnScale) * returns
      let (error, slopes) = valueWithGradients(at: network) { network in
        (network(states).reshaped(target.shape) - target).squared().mean()
      }
      loss += Double(error * returnScale * returnScale) / Double(steps)
      let rate = hyperparameters.valueLearningRate * (decays ? 1 - Double(step) / Double(steps) : 1)
      optimizer.update(&network, along: slopes, learningRate: Float(rate))
    }
    return loss
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    network.visitParameters(visit)
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
