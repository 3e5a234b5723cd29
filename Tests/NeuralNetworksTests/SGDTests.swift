import Autodiff
import NeuralNetworks
import Testing

@Suite struct SGDTests {
  @Test func firstSteps() {
    var module = Parameters(Tensor([1]))
    var optimizer = SGD(momentum: 0.9)
    optimizer.update(&module, along: [Tensor([0.5])], learningRate: 0.1)
    #expect(abs(module.values[0] - 0.95) < 1e-6)
    optimizer.update(&module, along: [Tensor([-0.25])], learningRate: 0.1)
    #expect(abs(module.values[0] - 0.93) < 1e-6)
  }

  @Test(arguments: [0, 0.9])
  func equalsReference(momentum: Double) {
    let result = compareWithReference(SGD(momentum: momentum), learningRate: 0.001) {
      gradient, _, memory in
      memory.0 = momentum * memory.0 + gradient
      return 0.001 * memory.0
    }
    #expect(largestDistance(result.found, result.expected) < 1e-4)
    #expect(largestDistance(result.found, [1, -2, 0.5, 3, -0.25]) > 0.03)
  }

  @Test func badSettingsStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = SGD(momentum: 1) }
  }
}
