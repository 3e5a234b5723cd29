import Autodiff
import Distributions
import Foundation
import RandomNumbers
import State
import Testing

@testable import GradientEstimators

@Suite struct ExactEnumerationTests {
  private static let objective = Objective.rowByRow({ b in
    b.enumerated().reduce(Float(0.5)) { $0 * (1 + Float($1.offset + 1) * $1.element) } + 3
  })

  private static func f(_ b: [Double]) -> Double {
    b.enumerated().reduce(0.5) { $0 * (1 + Double($1.offset + 1) * $1.element) } + 3
  }

  @Test(arguments: [[Float(0.4)], [0.4, -1, 2], [80, -80, 1], [-2, -1, 0, 1, 2, 3]])
  func bernoullis(logits: [Float]) throws {
    let problem = EstimationProblem(
      distribution: bernoulliRows(logits, 2), objective: Self.objective)
    let gradient = try ExactEnumeration().estimate(problem).gradient
    let expected = enumeratedGradient(logits, Self.f)
    #expect(isClose(gradient, expected + expected, tolerance: 1e-5))
  }

  @Test func categoricals() throws {
    let logits: [Float] = [0.5, -1, 0.2, 2, 0, -0.7]
    let distribution = OneHotCategorical(logits: Tensor(logits, shape: [1, 6]), categoryCount: 3)
    let problem = EstimationProblem(distribution: distribution, objective: Self.objective)
    let estimate = try ExactEnumeration().estimate(problem)
    var (expected, mean) = ([Double](repeating: 0, count: 6), 0.0)
    let p = [logits[0..<3], logits[3..<6]].flatMap { block in
      let weights = block.map { exp(Double($0)) }
      return weights.map { $0 / weights.reduce(0, +) }
    }
    for first in 0..<3 {
      for second in 3..<6 {
        let b = (0..<6).map { $0 == first || $0 == second ? 1.0 : 0 }
        let probability = p[first] * p[second]
        mean += probability * Self.f(b)
        for i in 0..<6 { expected[i] += probability * Self.f(b) * (b[i] - p[i]) }
      }
    }
    #expect(isClose(estimate.gradient, expected) && isClose(estimate.values, [mean]))
  }

  /// What f owes to θ directly is in the estimate's values.
  @Test func directDependenceOnTheParameters() throws {
    let alpha = Tensor([0.3], shape: [1, 1]).asVariable()
    let problem = EstimationProblem(
      distribution: Bernoulli(logits: alpha),
      objective: Objective.dependingOnParameters({ ($0 * $1.squared()).sumOverColumns() }))
    let estimate = try ExactEnumeration().estimate(problem)
    // E[f] = α² σ(α)
    let p = 1 / (1 + exp(-0.3))
    let found = gradients(of: estimate.surrogate, withRespectTo: [alpha])[0]
    #expect(isClose(found, [0.6 * p + 0.09 * p * (1 - p)]))
  }

  @Test func twelveBernoullisAreTheMost() throws {
    let most = EstimationProblem(
      distribution: bernoulliRows([Float](repeating: 0.5, count: 12)),
      objective: linear([Float](repeating: 1, count: 12)))
    let p = 1 / (1 + exp(-0.5))
    let gradient = try ExactEnumeration().estimate(most).gradient
    #expect(isClose(gradient, [Double](repeating: p * (1 - p), count: 12), tolerance: 1e-4))
    let message = { (count: Int) in
      """
      exact sums over at most 4096 values of b, and \(count) columns of Bernoulli variables take \
      more; use rloo with many samples.
      """
    }
    for count in [13, 31, 10_000] {
      let error = #expect(throws: Failure.self) {
        try ExactEnumeration().estimate(
          EstimationProblem(
            distribution: bernoulliRows([Float](repeating: 0, count: count)),
            objective: Self.objective))
      }
      #expect(error?.description == message(count))
    }
  }
}
