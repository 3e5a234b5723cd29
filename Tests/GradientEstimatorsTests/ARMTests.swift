import Autodiff
import Distributions
import Foundation
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct ARMTests {
  private static let logits: [Float] = [0.4, -1.3, 2]

  @Test func estimateFromItsUniforms() throws {
    let problem = EstimationProblem(
      distribution: bernoulliRows(Self.logits, 50), objective: squaredDistance(from: 0.3))
    var (first, second) = (PCG64(seed: 1), PCG64(seed: 1))
    let estimate = try ARM().estimate(problem, using: &first)
    let u = second.openUniforms(count: 150)
    let p = Self.logits.map { 1 / (1 + exp(-$0)) }
    for row in 0..<50 {
      var f: (Float, Float) = (0, 0)
      for i in 0..<3 {
        let x = u[row * 3 + i]
        f.0 += x > 1 - p[i] ? 0.49 : 0.09
        f.1 += x < p[i] ? 0.49 : 0.09
      }
      #expect(abs(estimate.values.values[row] - (f.0 + f.1) / 2) < 1e-5)
      for i in 0..<3 {
        let expected = (f.0 - f.1) * (u[row * 3 + i] - 0.5)
        #expect(abs(estimate.gradient.values[row * 3 + i] - expected) < 1e-5)
      }
    }
  }

  /// Both samples of the pair have the distribution; no coordinate is 1 in neither or both of them
  /// more often than its probability forces.
  @Test func pairIsAntithetic() {
    var generator = PCG64(seed: 2)
    let pair = AntitheticPair(bernoulliRows(Self.logits, 20_000), using: &generator)
    let both = (pair.first * pair.second).sumOverRows().values
    let neither = ((-pair.first + 1) * (-pair.second + 1)).sumOverRows().values
    for (i, logit) in Self.logits.enumerated() {
      let p = 1 / (1 + exp(-logit))
      #expect(abs(both[i] / 20_000 - max(0, 2 * p - 1)) < 0.02)
      #expect(abs(neither[i] / 20_000 - max(0, 1 - 2 * p)) < 0.02)
    }
  }

  /// Given the first sample, u has the law that it has where it is drawn first.
  @Test func uniformsGivenTheSampleAreUniform() {
    let rows = 20_000
    var generator = PCG64(seed: 3)
    let distribution = bernoulliRows(Self.logits, rows)
    let sample = distribution.sample(using: &generator)
    let pair = AntitheticPair(distribution, first: sample, using: &generator)
    #expect(pair.first.values == sample.values)
    let limit = zScoreLimit(coordinates: 63, familyWiseError: 1e-3)
    let p = Self.logits.map { 1 / (1 + exp(-Double($0))) }
    for i in 0..<3 {
      var counts = [Int](repeating: 0, count: 20)
      var ones = 0
      for row in 0..<rows {
        let (u, b) = (pair.uniforms.values[row * 3 + i], sample.values[row * 3 + i])
        #expect((Double(u) > 1 - p[i] - 1e-6) == (b == 1) || abs(Double(u) - 1 + p[i]) < 1e-6)
        counts[min(19, Int(u * 20))] += 1
        ones += Int(pair.second.values[row * 3 + i])
      }
      for count in counts {
        let deviation = (Double(rows) * 0.05 * 0.95).squareRoot()
        #expect(abs(Double(count) - Double(rows) * 0.05) < limit * deviation)
      }
      let deviation = (Double(rows) * p[i] * (1 - p[i])).squareRoot()
      #expect(abs(Double(ones) - Double(rows) * p[i]) < limit * deviation)
    }
  }
}
