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

  /// A context with weights of its own is the joined network with its first weights cut in two.
  @Test func contextWithItsOwnWeightsEqualsTheJoinedNetwork() throws {
    var generator = PCG64(seed: 4)
    func make(contextHasOwnWeights: Bool) -> RelaxedControlVariate {
      RelaxedControlVariate(
        contextWidth: 2, sampleWidth: 3, hiddenSizes: [4, 5], activation: .tanh,
        output: .glorotUniform, scale: 1.5, temperature: 0.5,
        contextHasOwnWeights: contextHasOwnWeights, unit: 2, using: &generator)
    }
    let apart = make(contextHasOwnWeights: true)
    var joined = make(contextHasOwnWeights: false)
    var rest = apart.parameters
    let index = try #require(apart.namedParameters.firstIndex { $0.name == "context_weight" })
    let contextWeight = rest.remove(at: index)
    #expect(contextWeight.shape == [2, 4] && rest[0].shape == [3, 4])
    rest[0] = .concatenatingRows([contextWeight, rest[0]])
    joined.setParameters(rest)
    #expect(apart.parameterCount == joined.parameterCount)

    func values(_ c: RelaxedControlVariate, _ z: Tensor) -> Tensor {
      c(Self.context, relaxation: z, soften: Self.soften)
    }
    #expect(isClose(values(apart, Self.z), values(joined, Self.z)))
    let z = Self.z.asVariable()
    #expect(
      isClose(
        gradients(of: values(apart, z).sum(), withRespectTo: [z])[0],
        gradients(of: values(joined, z).sum(), withRespectTo: [z])[0]))
    // And the gradients in the weights are those of the joined ones, in the order of each.
    checkGradient(
      of: {
        var copy = apart
        copy.setParameters(Array($0.dropLast()))
        return values(copy, $0[$0.count - 1])
      }, at: apart.parameters + [Self.z])
  }

  @Test func contextOfItsOwnNeedsAHiddenLayer() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = PCG64(seed: 1)
      _ = RelaxedControlVariate(
        contextWidth: 2, sampleWidth: 3, hiddenSizes: [], activation: .tanh, output: .zeros,
        contextHasOwnWeights: true, using: &generator)
    }
    expectMessage("RelaxedControlVariate: a context of 2, hidden layers []", of: result)
  }
}
