import Autodiff
import Distributions
import RandomNumbers
import Testing

@testable import GradientEstimators

/// The check of unbiasedness finds wrong relaxations out.
@Suite struct IncorrectRelaxationsTests {
  /// On how many of seven random problems the check finds RELAX biased; on some the random control
  /// variate is all but constant, and hides its relaxations.
  private func biasedProblems(
    _ distribution: any RelaxableDistribution, _ coupling: NoiseCoupling
  ) throws -> Int {
    let support: EstimatorTraits.Support =
      type(of: distribution).name == "Bernoulli" ? .bernoulli : .categorical
    return try (UInt64(1)...7).count { seed in
      let base = randomProblem(support, distribution.sampleWidth, seed: seed)
      let problem = EstimationProblem(
        distribution: distribution.replacing(parameters: base.distribution.parameters),
        objective: base.objective, context: base.context)
      let relax = randomized(
        RELAX.self, width: distribution.sampleWidth, contextWidth: 2, coupling: coupling,
        seed: seed)
      let report = try checkUnbiasedness(
        of: relax, on: problem, samples: 8000, seed: seed, familyWiseError: 1e-5)
      return !report.isUnbiased
    }
  }

  @Test(arguments: NoiseCoupling.allCases)
  func redrawnBernoullisAreCaught(coupling: NoiseCoupling) throws {
    let base = Bernoulli(logits: .zeros([1, 3]))
    #expect(try biasedProblems(base, coupling) == 0)
    #expect(try biasedProblems(RedrawnRelaxation(base), coupling) > 3)
  }

  @Test(arguments: NoiseCoupling.allCases)
  func redrawnCategoricalsAreCaught(coupling: NoiseCoupling) throws {
    let base = OneHotCategorical(logits: .zeros([1, 4]))
    #expect(try biasedProblems(base, coupling) == 0)
    #expect(try biasedProblems(RedrawnRelaxation(base), coupling) > 3)
  }

  @Test func publishedSamplerIsCaught() throws {
    let base = OneHotCategorical(logits: .zeros([1, 4]))
    #expect(try biasedProblems(PublishedRelaxation(base), .independent) > 3)
  }

  /// All but the relaxations is the base's.
  @Test func substitutesAreOtherwiseTheirBase() {
    let base = Bernoulli(logits: bernoulliRows([0.4, -1], 3).logits)
    let substitute = RedrawnRelaxation(base)
    var (first, second) = (PCG64(seed: 1), PCG64(seed: 1))
    let b = base.sample(using: &first)
    #expect(substitute.sample(using: &second).values == b.values)
    #expect(substitute.score(of: b).values == base.score(of: b).values)
    #expect(substitute.logProbability(of: b).values == base.logProbability(of: b).values)
    #expect(substitute.mean.values == base.mean.values && substitute.supportCount == 4)
    #expect(substitute.supportPoint(2).values == base.supportPoint(2).values)
    #expect(type(of: substitute).name == "Bernoulli" && substitute.sampleWidth == 2)
    let other = substitute.replacing(parameters: .zeros([1, 2]))
    #expect(other.parameters.values == [0, 0])
  }

  /// The published z̃ has its largest element at b, as the right one.
  @Test func publishedRelaxationHasTheSampleAsItsLargest() {
    let base = OneHotCategorical(logits: bernoulliRows([0.4, -1, 2], 500).logits)
    var generator = PCG64(seed: 2)
    let b = base.sample(using: &generator)
    let (z, zTilde) = PublishedRelaxation(base).relaxations(
      given: b, coupling: .independent, using: &generator)
    #expect(base.hard(z).values == b.values && base.hard(zTilde).values == b.values)
  }
}
