import Foundation
import NeuralNetworks

/// A number with its derivatives along two directions and its mixed second derivative.
///
/// J. Fike, J. Alonso, "The Development of Hyper-Dual Numbers for Exact Second-Derivative
/// Calculations" (2011).
struct HyperDual {
  var value: Double
  var first = 0.0
  var second = 0.0
  var mixed = 0.0

  init(_ value: Double, first: Double = 0, second: Double = 0, mixed: Double = 0) {
    (self.value, self.first, self.second, self.mixed) = (value, first, second, mixed)
  }

  static func + (a: HyperDual, b: HyperDual) -> HyperDual {
    HyperDual(
      a.value + b.value, first: a.first + b.first, second: a.second + b.second,
      mixed: a.mixed + b.mixed)
  }

  static func * (a: HyperDual, b: HyperDual) -> HyperDual {
    HyperDual(
      a.value * b.value,
      first: a.first * b.value + a.value * b.first,
      second: a.second * b.value + a.value * b.second,
      mixed: a.mixed * b.value + a.value * b.mixed + a.first * b.second + a.second * b.first)
  }

  /// A function of this number, from its value and its first two derivatives here.
  func mapped(_ f: Double, _ slope: Double, _ curvature: Double) -> HyperDual {
    HyperDual(
      f, first: slope * first, second: slope * second,
      mixed: slope * mixed + curvature * first * second)
  }

  func exp() -> HyperDual {
    let f = Foundation.exp(value)
    return mapped(f, f, f)
  }

  func reciprocal() -> HyperDual {
    mapped(1 / value, -1 / (value * value), 2 / (value * value * value))
  }

  func activated(_ activation: Activation) -> HyperDual {
    switch activation {
    case .tanh:
      let y = Foundation.tanh(value)
      return mapped(y, 1 - y * y, -2 * y * (1 - y * y))
    case .relu:
      return value > 0 ? self : HyperDual(0)
    case .elu:
      let e = Foundation.exp(value)
      return value > 0 ? self : mapped(e - 1, e, e)
    }
  }
}

/// A multilayer perceptron in hyper-dual numbers, its parameters in one row in the order of
/// `MLP.visitParameters`.
struct HyperDualMLP {
  let sizes: [Int]
  let activation: Activation
  let parameters: [Double]

  init(_ network: MLP) {
    sizes = [network.inputCount] + network.layers.map { $0.bias.shape[0] }
    activation = network.activation
    parameters = network.parameters.flatMap { $0.values.map { Double($0) } }
  }

  func callAsFunction(_ input: [HyperDual], _ parameters: [HyperDual]) -> [HyperDual] {
    var (x, start) = (input, 0)
    for layer in 1..<sizes.count {
      let (inputs, outputs) = (sizes[layer - 1], sizes[layer])
      x = (0..<outputs).map { j in
        var sum = parameters[start + inputs * outputs + j]
        for i in 0..<inputs { sum = sum + x[i] * parameters[start + i * outputs + j] }
        return layer < sizes.count - 1 ? sum.activated(activation) : sum
      }
      start += (inputs + 1) * outputs
    }
    return x
  }
}
