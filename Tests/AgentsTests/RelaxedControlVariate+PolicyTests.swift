import Autodiff
import Foundation
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import TestSupport
import Testing

@testable import Agents

@Suite struct RelaxedControlVariateTests {
  private func controlVariate(seesRelaxation: Bool = true) -> RelaxedControlVariate {
    var generator = PCG64(seed: 1)
    var hyperparameters = Hyperparameters()
    hyperparameters.controlVariateHiddenSizes = [4]
    hyperparameters.returnScale = 3
    return RelaxedControlVariate(
      stateCount: 2, sampleWidth: 3, seesRelaxation: seesRelaxation,
      hyperparameters: hyperparameters, using: &generator)
  }

  private func random(seesRelaxation: Bool = true) -> RelaxedControlVariate {
    var generator = PCG64(seed: 2)
    var c = controlVariate(seesRelaxation: seesRelaxation)
    c.randomize(using: &generator)
    c.logTemperature = Tensor(-0.5)
    c.scale = Tensor(1.5)
    return c
  }

  private let states = sampleTensor([4, 2], seed: 3)
  private let z = sampleTensor([4, 3], seed: 4)

  @Test func startsAtZero() {
    let c = controlVariate()
    #expect(c(states, relaxation: z).values == [0, 0, 0, 0])
    #expect(c.scale.scalar == 1 && c.logTemperature.scalar == 0)
  }

  @Test func equalsItsFormula() {
    let c = random()
    let found = c(states, relaxation: z)
    #expect(found.shape == [4])
    for row in 0..<4 {
      let weights = (0..<3).map { exp(Double(z.values[3 * row + $0]) / exp(-0.5)) }
      let soft = weights.map { Float($0 / weights.reduce(0, +)) }
      let input = Array(states.values[2 * row..<2 * row + 2]) + soft
      let expected = 1.5 * 3 * c.network(Tensor(input, shape: [1, 5])).values[0]
      #expect(abs(found.values[row] - expected) < 1e-4)
    }
  }

  @Test func stateFormIgnoresTheRelaxation() {
    let c = random(seesRelaxation: false)
    #expect(c(states, relaxation: z).values == c(states, relaxation: -z).values)
    #expect(random()(states, relaxation: z).values != random()(states, relaxation: -z).values)
    #expect(c.network.inputCount == 2 && random().network.inputCount == 5)
  }

  @Test func listsItsParameters() {
    #expect(
      random().namedParameters.map(\.name) == [
        "network.0.weight", "network.0.bias", "network.1.weight", "network.1.bias",
        "log_temperature", "scale",
      ])
  }

  /// In z and all parameters, also of the derivatives themselves.
  @Test(arguments: [1, 2])
  func derivatives(order: Int) {
    let (c, states) = (random(), states)
    checkGradient(
      of: { inputs in
        var c = c
        c.setParameters(Array(inputs.dropLast()))
        return c(states, relaxation: inputs[inputs.count - 1])
      }, at: c.parameters + [z], order: order)
  }
}
