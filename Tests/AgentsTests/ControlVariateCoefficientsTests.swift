import Autodiff
import RandomNumbers
import Testing

@testable import Agents

@Suite struct ControlVariateCoefficientsTests {
  /// Gaussian vectors of two parameters.
  private func gaussians(_ generator: inout PCG64) -> [Tensor] {
    [20, 30].map { count in
      Tensor((0..<count).map { _ in Float(generator.standardNormal()) })
    }
  }

  private func combine(_ terms: [(Float, [Tensor])]) -> [Tensor] {
    terms[0].1.indices.map { k in
      terms.dropFirst().reduce(terms[0].0 * terms[0].1[k]) { $0 + $1.0 * $1.1[k] }
    }
  }

  /// After `count` estimates with g₀ = noise + Σ optimum · g.
  private func learned(_ optimum: [Float], noise: Float = 1, count: Int = 60) -> [Float] {
    var (coefficients, generator) = (
      ControlVariateCoefficients(count: optimum.count), PCG64(seed: 1)
    )
    for _ in 0..<count {
      // The corrections have much in common.
      let shared = gaussians(&generator)
      let corrections = optimum.map { _ in combine([(1, shared), (0.7, gaussians(&generator))]) }
      let first = combine([(noise, gaussians(&generator))] + zip(optimum, corrections))
      coefficients.absorb([first] + corrections)
    }
    return coefficients.values
  }

  @Test(arguments: [[0.8], [0.3, 1.2], [1, 1], [0.5, 0]] as [[Float]])
  func findsTheOptimum(optimum: [Float]) {
    for (found, expected) in zip(learned(optimum), optimum) {
      #expect(abs(found - expected) < 0.15)
    }
  }

  @Test func staysInItsRange() {
    #expect(learned([3]) == [1.5])
    #expect(learned([-2]) == [0])
    // The other one makes the best of it: 0 where −0.5 is forbidden leaves it less than 1.
    let found = learned([1, -0.5], noise: 0)
    #expect(found[1] == 0 && found[0] < 0.8 && found[0] > 0.5)
  }

  @Test func uselessCorrectionsAreLeftOut() {
    #expect(learned([0, 0]).allSatisfy { $0 < 0.1 })
    var coefficients = ControlVariateCoefficients(count: 2)
    var generator = PCG64(seed: 1)
    let zero = [Tensor.zeros([20]), .zeros([30])]
    for _ in 0..<20 { coefficients.absorb([gaussians(&generator), zero, zero]) }
    #expect(coefficients.values == [0, 0])
  }

  @Test func aFewEstimatesSayNothing() {
    #expect(learned([1], count: 4) == [0])
    #expect(learned([1], count: 5)[0] > 0.5)
  }

  /// Old estimates are forgotten, unless all count alike.
  @Test func averagesDecay() {
    func learned(decay: Double) -> Float {
      var (coefficients, generator) = (
        ControlVariateCoefficients(count: 1, decay: decay), PCG64(seed: 1)
      )
      for step in 0..<200 {
        let correction = gaussians(&generator)
        coefficients.absorb([combine([(step < 100 ? 1 : 0, correction)]), correction])
      }
      return coefficients.values[0]
    }
    #expect(learned(decay: 0.95) < 0.01)
    #expect(abs(learned(decay: 1) - 0.5) < 0.03)
  }

  @Test func wrongNumberOfTermsStopsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      var coefficients = ControlVariateCoefficients(count: 2)
      coefficients.absorb([[Tensor(1)], [Tensor(1)]])
    }
  }
}
