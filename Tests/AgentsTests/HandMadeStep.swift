import Autodiff
import Foundation
import NeuralNetworks
import ReinforcementLearning
import Testing

@testable import Agents

// Gradient steps once more, in `Double`, without the tape: networks row by row, gradients by central
// differences. `loss` is a function of all parameters of a module, one after the other.

/// A network with tanh between its layers at one input.
func handMade(_ network: MLP, _ input: [Double], _ parameters: [Double]? = nil) -> [Double] {
  var rest = (parameters ?? flatParameters(of: network))[...]
  var x = input
  for (index, layer) in network.layers.enumerated() {
    let (inputs, outputs) = (layer.weight.shape[0], layer.weight.shape[1])
    let weight = Array(rest.prefix(inputs * outputs))
    rest = rest.dropFirst(inputs * outputs)
    let bias = Array(rest.prefix(outputs))
    rest = rest.dropFirst(outputs)
    x = (0..<outputs).map { j in
      let sum = (0..<inputs).reduce(bias[j]) { $0 + x[$1] * weight[$1 * outputs + j] }
      return index < network.layers.count - 1 ? tanh(sum) : sum
    }
  }
  return x
}

func flatParameters(of module: some Module) -> [Double] {
  module.parameters.flatMap(\.values).map { Double($0) }
}

/// The rows of a matrix.
func rows(_ tensor: Tensor) -> [[Double]] {
  let width = tensor.shape[1]
  return (0..<tensor.shape[0]).map { row in
    tensor.values[row * width..<(row + 1) * width].map { Double($0) }
  }
}

/// Expects that a step of plain gradient descent has led from one module to the other.
func expectDescent<M: Module>(
  from before: M, to after: M, rate: Double, on loss: ([Double]) -> Double,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let start = flatParameters(of: before)
  let step = 1e-5
  var (errors, squares) = (0.0, 0.0)
  for (index, end) in flatParameters(of: after).enumerated() {
    var (low, high) = (start, start)
    low[index] -= step
    high[index] += step
    let slope = (loss(high) - loss(low)) / (2 * step)
    let moved = (start[index] - end) / rate
    errors += (moved - slope) * (moved - slope)
    squares += slope * slope
  }
  #expect(squares > 1e-6, sourceLocation: sourceLocation)
  #expect(
    errors < 1e-6 * squares, "\(errors) beside \(squares)", sourceLocation: sourceLocation)
}

/// Expects a Polyak average.
func expectAverage<M: Module>(
  _ after: M, of before: M, and other: M, rate: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let pairs = zip(flatParameters(of: before), flatParameters(of: other))
  for (found, (old, new)) in zip(flatParameters(of: after), pairs) {
    let expected = (1 - rate) * old + rate * new
    #expect(
      abs(found - expected) < 1e-6 * (1 + abs(old) + abs(new)), sourceLocation: sourceLocation)
  }
}

/// Spaces of two scalars each, networks of three units, and one gradient step of plain descent after
/// an episode of one step; step sizes are large enough for the rounding.
func stepSetting(adjust: (inout Hyperparameters) -> Void = { _ in }) -> AgentSetting<Box> {
  continuousSetting(Box(low: -1, high: 1, count: 2), Box(low: -2, high: 2, count: 2)) {
    $0.hiddenSizes = [3]
    $0.activation = .tanh
    $0.optimizer = .sgd
    $0.learningRate = 0.5
    $0.criticLearningRate = 0.25
    $0.replayBatchSize = 6
    $0.learningStarts = 0
    $0.targetRate = 0.1
    $0.discount = 0.8
    adjust(&$0)
  }
}
