import Autodiff
import RandomNumbers
import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct BaselineTests {
  @Test func withoutContextItIsOneNumber() {
    var generator = PCG64(seed: 1)
    var baseline = Baseline(EstimatorSetting(sampleWidth: 3), using: &generator)
    #expect(baseline(nil, rows: 2).values == [0, 0])
    #expect(baseline.namedParameters.map(\.name) == ["constant"])
    baseline.setParameters([Tensor([2.5])])
    #expect(baseline(nil, rows: 3).values == [2.5, 2.5, 2.5])
    let variables = baseline.asVariables()
    let slope = gradients(of: variables(nil, rows: 3).sum(), withRespectTo: variables.parameters)
    #expect(slope[0].values == [3])
  }

  @Test func withContextItIsANetworkThatStartsAtZero() {
    var generator = PCG64(seed: 2)
    var baseline = Baseline(
      EstimatorSetting(sampleWidth: 3, contextWidth: 2, hiddenSizes: [4]), using: &generator)
    let context = sampleTensor([5, 2], seed: 3)
    #expect(baseline(context, rows: 5).values == [0, 0, 0, 0, 0])
    #expect(baseline.parameterCount == 2 * 4 + 4 + 4 + 1)
    #expect(baseline.namedParameters.allSatisfy { $0.name.hasPrefix("network.") })
    baseline.randomize(using: &generator)
    #expect(Set(baseline(context, rows: 5).values).count == 5)
  }

  @Test func missingContextStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = PCG64(seed: 4)
      let baseline = Baseline(
        EstimatorSetting(sampleWidth: 3, contextWidth: 2), using: &generator)
      _ = baseline(nil, rows: 1)
    }
    expectMessage("made for a context of width 2, got none", of: result)
  }
}
