import Foundation
import RandomNumbers
import Testing

@Suite struct StandardDrawsTests {
  static let sampleSize = 20_000

  /// A distribution, with the moments and the cumulative probability it must have.
  struct Target: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var mean: Double
    var variance: Double
    /// The fourth central moment, divided by the squared variance.
    var kurtosis: Double
    var probability: @Sendable (Double) -> Double
    var draw: @Sendable (inout PCG64) -> Double
  }

  static let targets = [
    Target(
      testDescription: "normal", mean: 0, variance: 1, kurtosis: 3,
      probability: { erfc(-$0 / 2.0.squareRoot()) / 2 }, draw: { $0.standardNormal() }),
    Target(
      testDescription: "second of a normal pair", mean: 0, variance: 1, kurtosis: 3,
      probability: { erfc(-$0 / 2.0.squareRoot()) / 2 }, draw: { $0.standardNormalPair().1 }),
    Target(
      testDescription: "exponential", mean: 1, variance: 1, kurtosis: 9,
      probability: { -expm1(-$0) }, draw: { $0.standardExponential() }),
    Target(
      testDescription: "Gumbel", mean: 0.577_215_664_901_532_9, variance: .pi * .pi / 6,
      kurtosis: 5.4, probability: { exp(-exp(-$0)) }, draw: { $0.standardGumbel() }),
    Target(
      testDescription: "logistic", mean: 0, variance: .pi * .pi / 3, kurtosis: 4.2,
      probability: { 1 / (1 + exp(-$0)) }, draw: { $0.standardLogistic() }),
  ]

  @Test(arguments: targets)
  func momentsAndShape(target: Target) {
    var generator = PCG64(seed: 2024)
    let sample = (0..<Self.sampleSize).map { _ in target.draw(&generator) }
    #expect(abs(zScore(of: sample, mean: target.mean, variance: target.variance)) < 4)

    let squares = sample.map { ($0 - target.mean) * ($0 - target.mean) }
    let spread = (target.kurtosis - 1) * target.variance * target.variance
    #expect(abs(zScore(of: squares, mean: target.variance, variance: spread)) < 4)

    // Kolmogorov–Smirnov: the largest distance between the sample's and the true distribution.
    var distance = 0.0
    for (index, value) in sample.sorted().enumerated() {
      let probability = target.probability(value)
      let below = Double(index) / Double(sample.count)
      let above = Double(index + 1) / Double(sample.count)
      distance = max(distance, above - probability, probability - below)
    }
    // Exceeded by one seed in ten thousand.
    #expect(distance * Double(sample.count).squareRoot() < 2.225)
  }

  @Test(arguments: ConstantGenerator.extremes)
  func extremeBitsGiveFiniteNumbers(word: UInt64) {
    var generator = ConstantGenerator(word: word)
    let (first, second) = generator.standardNormalPair()
    #expect(abs(first) < 8.6 && abs(second) < 8.6)
    #expect(abs(generator.standardNormal()) < 8.6)
    let exponential = generator.standardExponential()
    #expect(exponential > 1.1e-16 && exponential < 36.8)
    let gumbel = generator.standardGumbel()
    #expect(gumbel > -3.7 && gumbel < 36.8)
    #expect(abs(generator.standardLogistic()) < 36.8)
  }

  @Test func halvesOfANormalPairAreIndependent() {
    var generator = PCG64(seed: 12)
    let products = (0..<Self.sampleSize).map { _ in
      let (first, second) = generator.standardNormalPair()
      return first * second
    }
    #expect(abs(zScore(of: products, mean: 0, variance: 1)) < 4)
  }

  @Test func fillConsistsOfPairs() {
    for count in [0, 1, 2, 5] {
      var generator = PCG64(seed: 6)
      var pairs = generator
      var values = [Float](repeating: .nan, count: count)
      values.withUnsafeMutableBufferPointer { generator.fillStandardNormal($0) }
      var expected: [Float] = []
      while expected.count < count {
        let (first, second) = pairs.standardNormalPair()
        expected += [Float(first), Float(second)]
      }
      #expect(values == Array(expected.prefix(count)))
      #expect(generator == pairs)
    }
  }
}
