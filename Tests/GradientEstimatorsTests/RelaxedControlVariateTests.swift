import Autodiff
import NeuralNetworks
import RandomNumbers
import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct RelaxedControlVariateTests {
  private static func make(
    contextWidth: Int = 2, seesRelaxation: Bool = true, scale: Float = 1, unit: Float = 1
  ) -> RelaxedControlVariate {
    var generator = PCG64(seed: 1)
    return RelaxedControlVariate(
      contextWidth: contextWidth, sampleWidth: 3, seesRelaxation: seesRelaxation,
      hiddenSizes: [4], activation: .tanh, output: .glorotUniform, scale: scale, temperature: 0.5,
      unit: unit, using: &generator)
  }

  private static let context = sampleTensor([5, 2], seed: 2)
  private static let z = sampleTensor([5, 3], seed: 3)

  private static func soften(_ z: Tensor, _ logTemperature: Tensor) -> Tensor {
    z.scaled(by: (-logTemperature).exp()).sigmoid()
  }

  @Test func valueIsUnitTimesScaleTimesNetwork() {
    let c = Self.make(scale: 3, unit: 7)
    let input = Tensor.concatenatingColumns([Self.context, (2 * Self.z).sigmoid()])
    let expected = 21 * c.network(input).reshaped([5])
    #expect(isClose(c(Self.context, relaxation: Self.z, soften: Self.soften), expected))
  }

  @Test func contextOrRelaxationAlone() {
    let blind = Self.make(seesRelaxation: false)
    #expect(
      blind(Self.context, relaxation: Self.z, soften: Self.soften).values
        == blind.network(Self.context).values)
    let alone = Self.make(contextWidth: 0)
    #expect(
      isClose(
        alone(nil, relaxation: Self.z, soften: Self.soften),
        alone.network((2 * Self.z).sigmoid()).reshaped([5])))
  }

  @Test func scaleOfZeroIsNoControlVariate() {
    let c = Self.make(scale: 0)
    #expect(
      c(Self.context, relaxation: Self.z, soften: Self.soften).values == [0, 0, 0, 0, 0])
  }

  @Test func parametersAreWeightsTemperatureAndScale() {
    let c = Self.make()
    #expect(c.parameterCount == 5 * 4 + 4 + 4 + 1 + 2)
    #expect(c.namedParameters.map(\.name).suffix(2) == ["log_temperature", "scale"])
    #expect(!c.hasVariables && c.asVariables().hasVariables)
  }

  @Test func derivativesInAllParametersAndTheRelaxation() {
    let c = Self.make(scale: 1.3, unit: 2)
    checkGradient(
      of: {
        var copy = c
        copy.setParameters(Array($0.dropLast()))
        return copy(Self.context, relaxation: $0[$0.count - 1], soften: Self.soften)
      }, at: c.parameters + [Self.z])
  }
}
