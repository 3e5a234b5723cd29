import Autodiff
import Distributions
import RandomNumbers
import State
import Testing

@testable import GradientEstimators

@Suite struct UnsuitableProblemTests {
  private static let distributions: [any LatentDistribution] = [
    bernoulliRows([0.1, 0.2]), OneHotCategorical(logits: .zeros([1, 2])),
    DiagonalGaussian(parameters: .zeros([1, 2])),
  ]
  private static let supports: [EstimatorTraits.Support] = [.bernoulli, .categorical, .gaussian]

  /// Every estimator takes what its traits say, and refuses the rest by a sentence that names an
  /// estimator which takes it.
  @Test(arguments: EstimatorRegistry.all.map { $0.traits.name }, 0..<3)
  func unsupportedDistributions(name: String, index: Int) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let problem = EstimationProblem(
      distribution: Self.distributions[index], objective: Objective({ $0.sumOverColumns() }))
    var generator = PCG64(seed: 1)
    let estimator = type.init(
      EstimatorSetting(sampleWidth: problem.distribution.sampleWidth), using: &generator)
    if type.traits.supports.contains(Self.supports[index]) {
      _ = try estimator.estimate(problem, using: &generator)
      return
    }
    let error = #expect(throws: Failure.self) {
      try estimator.estimate(problem, using: &generator)
    }
    let known = type.traits.supports.map(\.rawValue).sorted().joined(separator: " and ")
    let found = ["Bernoulli", "categorical", "Gaussian"][index]
    let other = index == 2 ? "lax" : "rloo"
    #expect(
      error?.description
        == "\(name) has no form for the \(found) distribution, only for \(known); use another "
        + "estimator, such as \(other).")
    let fallback = try #require(EstimatorRegistry.estimator(named: other))
    #expect(fallback.traits.supports.contains(Self.supports[index]))
  }

  @Test(arguments: EstimatorRegistry.all.map { $0.traits.name })
  func blackBoxes(name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    for (index, support) in Self.supports.enumerated()
    where type.traits.supports.contains(support) {
      let problem = EstimationProblem(
        distribution: Self.distributions[index],
        objective: Objective.blackBox({ $0.sumOverColumns() }))
      var generator = PCG64(seed: 1)
      let estimator = type.init(
        EstimatorSetting(sampleWidth: problem.distribution.sampleWidth), using: &generator)
      if !type.traits.needsDifferentiable {
        _ = try estimator.estimate(problem, using: &generator)
        continue
      }
      let error = #expect(throws: Failure.self) {
        try estimator.estimate(problem, using: &generator)
      }
      // The one that is named takes this distribution.
      #expect(
        error?.description
          == "\(name) needs the derivative of f, which this black box does not give; use an "
          + "estimator for black boxes, such as \(support == .gaussian ? "lax" : "relax").")
    }
  }
}
