import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Statistics

/// A network whose outputs are values of returns: μ + σ · network, where μ and σ are the mean and the
/// standard deviation of the returns it is fitted to.
///
/// When they move, the last layer is rescaled so that the function stays the same: the network always
/// has targets of order 1, whatever the returns have grown to. H. van Hasselt et al., "Learning values
/// across many orders of magnitude", 2016 (arXiv:1602.07714).
struct NormalizedNetwork: Module {
  var network: MLP
  /// μ and σ; no gradient reaches them.
  private(set) var center = Tensor(0)
  private(set) var spread = Tensor(1)

  /// A function that starts at zero everywhere.
  init(
    inputCount: Int, outputCount: Int, hyperparameters: Hyperparameters,
    using generator: inout PCG64
  ) {
    network = MLP(
      sizes: [inputCount] + hyperparameters.controlVariateHiddenSizes + [outputCount],
      activation: hyperparameters.activation, output: .zeros, using: &generator)
  }

  /// The values of states [rows, width]: [rows, outputs].
  func callAsFunction(_ states: Tensor) -> Tensor {
    spread.scalar * network(states) + center.scalar
  }

  /// Moves μ and σ to those of `returns` and changes the last layer so that the function stays as it
  /// is.
  mutating func normalize(for returns: [Float]) {
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
      network.layers[last].bias = .zeros([network.outputCount])
      return
    }
    let ratio = oldSpread / spread.scalar
    network.layers[last].weight = ratio * network.layers[last].weight
    network.layers[last].bias =
      ratio * network.layers[last].bias + (oldCenter - center.scalar) / spread.scalar
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    network.visitParameters(visit)
    visit("center", &center)
    visit("spread", &spread)
  }
}
