import Autodiff
import NeuralNetworks
import RandomNumbers

/// A baseline C(x), or a single number where there is no context x; it starts at zero.
public struct Baseline: Module {
  /// `nil` without a context.
  private var network: MLP?
  private var constant = Tensor([0])

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    guard setting.contextWidth > 0 else { return }
    network = MLP(
      sizes: [setting.contextWidth] + setting.hiddenSizes + [1], activation: .tanh, output: .zeros,
      using: &generator)
  }

  /// The values for `rows` rows, [rows].
  public func callAsFunction(_ context: Tensor?, rows: Int) -> Tensor {
    guard let network else { return constant.broadcast(to: [rows]) }
    guard let context else {
      preconditionFailure("Baseline: made for a context of width \(network.inputCount), got none")
    }
    return network(context).reshaped([rows])
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    if var module = network {
      Self.visit(&module, "network", visit)
      network = module
    } else {
      visit("constant", &constant)
    }
  }
}
