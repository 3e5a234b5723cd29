import Autodiff
import Distributions
import Foundation
import RandomNumbers
import TestSupport
import Testing

/// Impossible values, certain ones, and temperatures that tend to 0.
@Suite struct LimitsTests {
  private static let infinity = Float.infinity

  private func slopes(_ function: (Tensor) -> Tensor, at input: Tensor) -> [Float] {
    let variable = input.asVariable()
    return gradients(of: function(variable), withRespectTo: [variable])[0].values
  }

  // MARK: Impossible categories

  /// Beside an impossible category the others are what they are without it.
  @Test(arguments: 0..<4)
  func impossibleCategoryAddsNothing(place: Int) {
    let rest = Tensor([0, 0.5, -2], shape: [1, 3])
    var values = rest.values
    values.insert(-Self.infinity, at: place)
    let logits = Tensor(values, shape: [1, 4])
    let entropy = { (logits: Tensor) in Categorical(logits: logits).entropy().sum() }
    #expect(abs(entropy(logits).scalar - entropy(rest).scalar) < 1e-6)
    var found = slopes(entropy, at: logits)
    #expect(found.remove(at: place) == 0)
    for (found, expected) in zip(found, slopes(entropy, at: rest)) {
      #expect(abs(found - expected) < 1e-6)
    }
  }

  @Test func entropiesOfLiteralLogits() {
    let some = Categorical(
      logits: Tensor([0, 0, -Self.infinity, -Self.infinity, 3, -Self.infinity], shape: [2, 3]))
    #expect(abs(some.entropy().values[0] - log(2)) < 1e-6)
    #expect(some.entropy().values[1] == 0)
    #expect(Categorical(logits: Tensor([.nan, 0], shape: [1, 2])).entropy().values[0].isNaN)
  }

  /// Two blocks of two, each with an impossible category, and with a sample that has it.
  @Test func logProbabilityOfOneHotCodes() {
    let logits = Tensor([0, -Self.infinity, 1, 0, -Self.infinity, 0, 1, 0], shape: [2, 4])
    let sample = Tensor([1, 0, 0, 1, 1, 0, 0, 1], shape: [2, 4])
    let d = OneHotCategorical(logits: logits, categoryCount: 2)
    let found = d.logProbability(of: sample).values
    #expect(abs(found[0] + log(1 + exp(Float(1)))) < 1e-6 && found[1] == -.infinity)
    let score = d.score(of: sample)
    #expect(Array(score.values[..<2]) == [0, 0] && Array(score.values[4..<6]) == [1, -1])
    let slope = slopes(
      {
        OneHotCategorical(logits: $0, categoryCount: 2).logProbability(of: sample).sum()
      }, at: logits)
    #expect(zip(slope, score.values).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func impossibleCategoriesAreNeverDrawn() {
    // The probabilities of the others sum to less than 1 after rounding.
    let row: [Float] = [0.1, 0.7, -0.4, 1.3, -Self.infinity, -Self.infinity]
    let d = Categorical(logits: Tensor(row).repeatedAsRows(1))
    var generator = LargestUniforms()
    #expect(d.sample(using: &generator) == [3])
  }

  @Test(arguments: [NoiseCoupling.coupled, .independent])
  func relaxationsOfImpossibleCategories(coupling: NoiseCoupling) {
    let logits = Tensor([0, -Self.infinity, 1], shape: [1, 3]).asVariable()
    let temperature = Tensor(-0.5).asVariable()
    let d = OneHotCategorical(logits: logits)
    var generator = PCG64(seed: 1)
    let b = Tensor([0, 0, 1], shape: [1, 3])
    let (z, conditional) = d.relaxations(given: b, coupling: coupling, using: &generator)
    for relaxation in [z, conditional] {
      #expect(d.hard(relaxation).values == b.values)
      let soft = d.soft(relaxation, logTemperature: temperature)
      #expect(soft.values[1] == 0 && abs(soft.values.reduce(0, +) - 1) < 1e-6)
      let slopes = gradients(
        of: (soft * Tensor([1, 2, 3], shape: [1, 3])).sum(), withRespectTo: [logits, temperature])
      #expect(
        slopes[0].values[1] == 0 && slopes.allSatisfy { $0.values.allSatisfy { $0.isFinite } })
      #expect(slopes[1].scalar != 0)
    }
  }

  // MARK: Certain Bernoullis

  @Test func certainBernoullis() {
    let logits = Tensor([Self.infinity, -Self.infinity, 0, 0], shape: [2, 2])
    let d = Bernoulli(logits: logits)
    #expect(d.mean.values == [1, 0, 0.5, 0.5])
    let sample = Tensor([1, 0, 1, 0], shape: [2, 2])
    let found = d.logProbability(of: sample).values
    #expect(found[0] == 0 && abs(found[1] + 2 * log(2)) < 1e-6)
    #expect(d.logProbability(of: Tensor([1, 1, 0, 0], shape: [2, 2])).values[0] == -.infinity)
    #expect(d.score(of: sample).values == [0, 0, 0.5, -0.5])
    #expect(
      slopes({ Bernoulli(logits: $0).logProbability(of: sample).sum() }, at: logits)
        == [0, 0, 0.5, -0.5])
    var generator = PCG64(seed: 1)
    for _ in 0..<20 { #expect(Array(d.sample(using: &generator).values[..<2]) == [1, 0]) }
  }

  @Test(arguments: [NoiseCoupling.coupled, .independent])
  func relaxationsOfCertainBernoullis(coupling: NoiseCoupling) {
    let logits = Tensor([Self.infinity, -Self.infinity, 0.5], shape: [1, 3]).asVariable()
    let temperature = Tensor(-0.5).asVariable()
    let d = Bernoulli(logits: logits)
    var generator = PCG64(seed: 2)
    let (z, conditional) = d.relaxations(
      given: Tensor([1, 0, 1], shape: [1, 3]), coupling: coupling, using: &generator)
    for relaxation in [z, conditional] {
      let soft = d.soft(relaxation, logTemperature: temperature)
      #expect(Array(soft.values[..<2]) == [1, 0] && soft.values[2] > 0.5)
      let slopes = gradients(of: soft.sum(), withRespectTo: [logits, temperature])
      #expect(Array(slopes[0].values[..<2]) == [0, 0] && slopes[0].values[2] > 0)
      #expect(slopes[1].scalar.isFinite && slopes[1].scalar != 0)
    }
  }

  // MARK: Temperatures that tend to 0

  private static let z: [Float] = [1.5, -0.2, 0.7, 1e-7, -3, 40]

  @Test(arguments: [-75, -88, -89, -104, -1000, -Float.infinity])
  func softBernoullisBecomeHard(logTemperature: Float) {
    let d = Bernoulli(logits: .zeros([1, 6]))
    let z = Tensor(Self.z, shape: [1, 6])
    expectHard(d, z, logTemperature, [1, 0, 1, 1, 0, 1])
    #expect(d.soft(.zeros([1, 6]), logTemperature: Tensor(logTemperature)).values[0] == 0.5)
  }

  @Test(arguments: [-75, -88, -89, -104, -1000, -Float.infinity])
  func softCategoricalsBecomeOneHot(logTemperature: Float) {
    let d = OneHotCategorical(logits: .zeros([1, 6]), categoryCount: 3)
    expectHard(d, Tensor(Self.z, shape: [1, 6]), logTemperature, [1, 0, 0, 0, 0, 1])
    let ties = d.soft(
      Tensor([2, 2, 1, 0, 0, -.infinity], shape: [1, 6]), logTemperature: Tensor(logTemperature))
    #expect(ties.values == [0.5, 0.5, 0, 0.5, 0.5, 0])
  }

  private func expectHard(
    _ d: some RelaxableDistribution, _ z: Tensor, _ logTemperature: Float, _ expected: [Float],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (z, temperature) = (z.asVariable(), Tensor(logTemperature).asVariable())
    let soft = d.soft(z, logTemperature: temperature)
    #expect(soft.values == expected, sourceLocation: sourceLocation)
    let weights = Tensor([1, -2, 3, 0.5, 2, 1], shape: [1, 6])
    let slopes = gradients(of: (soft * weights).sum(), withRespectTo: [z, temperature])
    let all = slopes.flatMap(\.values)
    #expect(all == [0, 0, 0, 0, 0, 0, 0], sourceLocation: sourceLocation)
  }

  /// A temperature without limit makes soft samples equal.
  @Test func highTemperatures() {
    let z = Tensor([1, -2, .infinity, -.infinity], shape: [1, 4])
    let temperature = Tensor(200).asVariable()
    let soft = Bernoulli(logits: .zeros([1, 4])).soft(z, logTemperature: temperature)
    #expect(soft.values == [0.5, 0.5, 0.5, 0.5])
    #expect(gradients(of: soft.sum(), withRespectTo: [temperature])[0].scalar == 0)
  }

  /// The ordinary way is that of the plain formulas, digit by digit.
  @Test(arguments: [-3, -0.7, 0, 2] as [Float])
  func ordinaryTemperaturesKeepTheirDigits(logTemperature: Float) {
    let z = sampleTensor([4, 3], seed: 3)
    let scaled = z.scaled(by: (-Tensor(logTemperature)).exp())
    let bernoulli = Bernoulli(logits: .zeros([4, 3]))
    #expect(
      bernoulli.soft(z, logTemperature: Tensor(logTemperature)).values == scaled.sigmoid().values)
    #expect(
      Categorical.soft(z, logTemperature: Tensor(logTemperature)).values
        == scaled.logSoftmax().exp().values)
    let d = Categorical(logits: z)
    #expect(
      d.entropy().values == (-(d.probabilities * d.logProbabilities).sumOverColumns()).values)
  }
}

/// Every draw is the largest there is.
private struct LargestUniforms: RandomNumberGenerator {
  func next() -> UInt64 { .max }
}
