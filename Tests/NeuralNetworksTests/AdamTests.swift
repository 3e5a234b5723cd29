import Autodiff
import Foundation
import NeuralNetworks
import Parallelism
import TestSupport
import Testing

@Suite struct AdamTests {
  @Test func firstSteps() {
    var module = Parameters(Tensor([1]))
    var optimizer = Adam()
    optimizer.update(&module, along: [Tensor([0.5])], learningRate: 0.1)
    #expect(abs(module.values[0] - 0.9) < 1e-6)
    // m̂ = 0.02 / 0.19, v̂ = 0.00031225 / 0.001999
    optimizer.update(&module, along: [Tensor([-0.25])], learningRate: 0.1)
    #expect(abs(module.values[0] - 0.8733663) < 1e-6)
  }

  @Test(arguments: [(0.9, 0.999, 1e-8), (0.5, 0.9, 1e-2), (0.9, 0.99999, 1e-8), (0, 0, 0.1)])
  func equalsReference(beta1: Double, beta2: Double, epsilon: Double) {
    let result = compareWithReference(
      Adam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: 0.01
    ) { gradient, step, memory in
      memory.0 = beta1 * memory.0 + (1 - beta1) * gradient
      memory.1 = beta2 * memory.1 + (1 - beta2) * gradient * gradient
      let m = memory.0 / (1 - pow(beta1, Double(step)))
      let v = memory.1 / (1 - pow(beta2, Double(step)))
      return Double(Float(0.01)) * m / (v.squareRoot() + epsilon)
    }
    #expect(largestDistance(result.found, result.expected) < 1e-5)
    #expect(largestDistance(result.found, [1, -2, 0.5, 3, -0.25]) > 0.03)
  }

  /// Long enough that threads share the elements, whose number no vector divides.
  @Test func threadsChangeNoBit() {
    let gradient = Tensor((0..<100_003).map { Float($0 % 71) - 35.5 })
    let results = [1, 2, 3].map { threads in
      withThreads(threads) { () -> [Float] in
        var (module, optimizer) = (Parameters(.zeros([100_003])), Adam())
        for step in 1...3 {
          optimizer.update(&module, along: [Float(step) * gradient], learningRate: 0.01)
        }
        return module.values
      }
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    #expect(results[0].allSatisfy { abs(abs($0) - 0.03) < 1e-3 })
  }

  @Test func stepDoesNotDependOnTheGradientsScale() {
    var module = Parameters(Tensor([0, 0]))
    var optimizer = Adam()
    optimizer.update(&module, along: [Tensor([1e-3, -1e4])], learningRate: 0.01)
    #expect(abs(module.values[0] + 0.01) < 1e-6)
    #expect(abs(module.values[1] - 0.01) < 1e-6)
  }

  @Test func copiesHaveMemoriesOfTheirOwn() {
    var first = Adam()
    var module = Parameters(Tensor([1]))
    first.update(&module, along: [Tensor([1])], learningRate: 0.1)
    var second = first
    var copy = module
    first.update(&module, along: [Tensor([-3])], learningRate: 0.1)
    second.update(&copy, along: [Tensor([1])], learningRate: 0.1)
    #expect(abs(copy.values[0] - 0.8) < 1e-5)
    #expect(module.values[0] > 0.9)
  }

  @Test func badSettingsStopTheProgram() async {
    let beta = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Adam(beta1: 1) }
    expectMessage("must be in 0..<1", of: beta)
    await #expect(processExitsWith: .failure) { _ = Adam(beta2: -0.1) }
    await #expect(processExitsWith: .failure) { _ = Adam(epsilon: -1) }
  }
}
