import Autodiff
import Distributions
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct BitFlipTests {
  /// Of a sum, coordinate j is D p (1 − p) (f_j(1) − f_j(0)) when chosen, and all others are zero.
  @Test func touchesOneCoordinate() throws {
    let weights: [Float] = [1, -2, 3, 0.5]
    let logits: [Float] = [0.3, -1, 2, 0]
    let problem = EstimationProblem(
      distribution: bernoulliRows(logits, 400), objective: linear(weights))
    var generator = PCG64(seed: 1)
    let gradient = try BitFlip().estimate(problem, using: &generator).gradient.values
    let p = bernoulliRows(logits).probabilities.values
    var chosen = [0, 0, 0, 0]
    for row in 0..<400 {
      let touched = (0..<4).filter { gradient[row * 4 + $0] != 0 }
      #expect(touched.count == 1)
      for j in touched {
        chosen[j] += 1
        #expect(abs(gradient[row * 4 + j] - 4 * p[j] * (1 - p[j]) * weights[j]) < 1e-5)
      }
    }
    // Each with probability ¼: 100 ± 8.7.
    #expect(chosen.allSatisfy { abs($0 - 100) < 40 })
  }

  /// With one variable it is the gradient itself, whatever f is.
  @Test func exactForOneVariable() throws {
    let problem = randomProblem(.bernoulli, 1)
    let exact = try ExactEnumeration().estimate(problem).gradient
    for seed in 0..<20 {
      var generator = PCG64(seed: UInt64(seed))
      let estimate = try BitFlip().estimate(problem, using: &generator)
      #expect(isClose(estimate.gradient, exact))
    }
  }
}
