import Autodiff
import NeuralNetworks
import Testing

@Suite struct RMSPropTests {
  @Test func firstStepWithEpsilonInside() {
    var module = Parameters(Tensor([1]))
    var optimizer = RMSProp()
    optimizer.update(&module, along: [Tensor([0.5])], learningRate: 0.1)
    // v = 0.99 + 0.01 · 0.25, ε = 10⁻⁵
    #expect(abs(module.values[0] - 0.9498114) < 1e-6)
  }

  @Test func firstStepWithEpsilonOutside() {
    var module = Parameters(Tensor([1]))
    var optimizer = RMSProp(epsilon: 0.01, isEpsilonInsideRoot: false, initialAverage: 0)
    optimizer.update(&module, along: [Tensor([0.5])], learningRate: 0.1)
    // 1 − 0.1 · 0.5 / (0.05 + 0.01)
    #expect(abs(module.values[0] - 0.1666667) < 1e-5)
  }

  @Test(arguments: [true, false], [Float(0), 1])
  func equalsReference(isEpsilonInsideRoot: Bool, initialAverage: Float) {
    let (decay, epsilon) = (0.95, 0.02)
    let result = compareWithReference(
      RMSProp(
        decay: decay, epsilon: epsilon, isEpsilonInsideRoot: isEpsilonInsideRoot,
        initialAverage: initialAverage),
      learningRate: 0.01,
      rule: { gradient, _, memory in
        memory.0 = decay * memory.0 + (1 - decay) * gradient * gradient
        return 0.01 * gradient
          / (isEpsilonInsideRoot
            ? (memory.0 + epsilon).squareRoot() : memory.0.squareRoot() + epsilon)
      },
      memory: (Double(initialAverage), 0))
    #expect(largestDistance(result.found, result.expected) < 1e-5)
    #expect(largestDistance(result.found, [1, -2, 0.5, 3, -0.25]) > 0.03)
  }

  @Test func badSettingsStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = RMSProp(decay: 1) }
    await #expect(processExitsWith: .failure) { _ = RMSProp(epsilon: -1) }
  }
}
