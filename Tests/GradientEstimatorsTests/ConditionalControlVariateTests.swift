import Autodiff
import Distributions
import RandomNumbers
import Synchronization
import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct ConditionalControlVariateTests {
  /// ĝ = advantage · score + ∂(difference)/∂θ, row by row.
  @Test(arguments: [false, true])
  func controlledGradientIsScoreTermPlusCorrection(recorded: Bool) {
    let leaf = sampleTensor([3, 2], seed: 1).asVariable()
    let phi = Tensor(0.7).asVariable()
    let (score, advantages) = (sampleTensor([3, 2], seed: 2), sampleTensor([3], seed: 3))
    let gradient = controlledGradient(
      advantages: advantages.scaled(by: phi), score: score,
      difference: leaf.squared().sumOverColumns().scaled(by: phi), leaf: leaf, recorded: recorded)
    let expected = 0.7 * (score.multiplyingRows(by: advantages) + 2 * leaf.detached())
    #expect(isClose(gradient, expected))
    let slope = gradients(of: gradient.sum(), withRespectTo: [phi])[0].scalar
    let scoreTerm = score.multiplyingRows(by: advantages).sum().scalar
    let correction = 2 * leaf.detached().sum().scalar
    #expect(abs(slope - (recorded ? scoreTerm + correction : scoreTerm)) < 1e-5)
  }

  /// c is evaluated once where z and z̃ share their noise, and at both of them otherwise.
  @Test(arguments: NoiseCoupling.allCases)
  func controlVariateSeesRelaxationsOfTheSample(coupling: NoiseCoupling) throws {
    let distribution = bernoulliRows([0.4, -1], 5)
    let problem = EstimationProblem(
      distribution: distribution, objective: squaredDistance(from: 0.1))
    var generator = PCG64(seed: 4)
    var copy = generator
    let b = distribution.sample(using: &copy)
    let spy = SpyEstimator(coupling: coupling)
    let estimate = try spy.estimate(problem, using: &generator)
    let seen = spy.relaxations.withLock { $0 }
    #expect(seen.count == (coupling == .coupled ? 1 : 2) && !estimate.gradient.isRecorded)
    for z in seen { #expect(distribution.hard(z).values == b.values) }
  }

  /// Both ways of the shared noise: c evaluated once, and at z and z̃ apart.
  @Test func coupledEstimateIsThatOfTwoEvaluations() throws {
    let problem = randomProblem(.categorical, 4)
    let relax = randomized(RELAX.self, width: 4, contextWidth: 2)
    let estimate = try relax.estimate(problem, seed: 5)
    var generator = PCG64(seed: 5)
    let leaf = try problem.relaxable(for: RELAX.traits).atLeaf()
    let b = leaf.sample(using: &generator)
    let (z, zTilde) = leaf.relaxations(given: b, coupling: .coupled, using: &generator)
    let c = { (z: Tensor) in
      relax.controlVariate(problem.context, relaxation: z) {
        2 * leaf.soft($0, logTemperature: $1) - 1
      }
    }
    let expected = controlledGradient(
      advantages: problem.value(at: b) - c(zTilde), score: leaf.score(of: b).detached(),
      difference: c(z) - c(zTilde), leaf: leaf.parameters, recorded: false)
    #expect(isClose(estimate.gradient, expected))
  }
}

/// An estimator that notes where its control variate is evaluated.
private final class SpyEstimator: RelaxationControlledEstimator {
  static var traits: EstimatorTraits { RELAX.traits }
  let coupling: NoiseCoupling
  let relaxations = Mutex<[Tensor]>([])
  let isAdapting = false

  init(coupling: NoiseCoupling) { self.coupling = coupling }

  required init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    coupling = setting.coupling
  }

  func controlVariate(
    at z: Tensor, of distribution: any ReparameterizedDistribution, in problem: EstimationProblem
  ) -> Tensor {
    relaxations.withLock { $0.append(z.detached()) }
    return z.sumOverColumns()
  }
}
