import Autodiff
import Distributions
import Foundation
import NeuralNetworks
import RandomNumbers
import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct NVILTests {
  private static let context = Tensor([0.3, -1, 2, 0.5, 1, 1], shape: [3, 2])
  private static let problem = EstimationProblem(
    distribution: bernoulliRows([0.2, -1], 3), objective: squaredDistance(from: 3),
    context: context)

  private func estimator(
    contextWidth: Int = 2, normalizesVariance: Bool = false, size: Float = 1
  ) -> NVIL {
    var generator = PCG64(seed: 1)
    var baseline = Baseline(
      EstimatorSetting(sampleWidth: 2, contextWidth: contextWidth), using: &generator)
    baseline.randomize(using: &generator)
    baseline.setParameters(baseline.parameters.map { size * $0 })
    return NVIL(baseline: baseline, normalizesVariance: normalizesVariance)
  }

  /// f(b) of the rows, and the score.
  private func sample(_ generator: PCG64) -> (values: Tensor, score: Tensor) {
    var generator = generator
    let b = Self.problem.distribution.sample(using: &generator)
    return (
      Self.problem.objective(b, parameters: Self.problem.distribution.parameters),
      Self.problem.distribution.score(of: b)
    )
  }

  @Test(arguments: [0, 2])
  func baselineIsSubtracted(contextWidth: Int) {
    var nvil = estimator(contextWidth: contextWidth)
    var generator = PCG64(seed: 2)
    let first = nvil.estimate(Self.problem, using: &generator)
    nvil.observe(first)
    let mean = first.values.values.reduce(0, +) / 3
    let (values, score) = sample(generator)
    let center = nvil.baseline(Self.context, rows: 3) + mean
    #expect(
      isClose(
        nvil.estimate(Self.problem, using: &generator).gradient,
        score.multiplyingRows(by: values - center)))
  }

  /// The loss is the regression's, and descends it: its slope is that of (f − C)² with f fixed.
  @Test func lossIsThatOfTheRegression() throws {
    let nvil = estimator()
    let generator = PCG64(seed: 3)
    let (values, _) = sample(generator)
    let loss = { (parameters: [Tensor]) -> Tensor in
      var (copy, generator) = (nvil, generator)
      copy.setParameters(parameters)
      let estimate = copy.estimate(Self.problem, using: &generator)
      return copy.adaptationLoss(of: estimate) ?? Tensor(.nan)
    }
    let residuals = values - nvil.baseline(Self.context, rows: 3)
    #expect(abs(loss(nvil.parameters).scalar - residuals.squared().mean().scalar) < 1e-4)
    checkGradient(of: loss, at: nvil.parameters)
  }

  @Test func trainedBaselineLearnsTheMeanOfEachContext() {
    let problem = EstimationProblem(
      distribution: bernoulliRows([0, 0], 2), objective: Objective({ 0 * $0.sumOverColumns() + 3 }),
      context: Tensor([0, 1, 1, 0], shape: [2, 2]))
    var generator = PCG64(seed: 4)
    var nvil = NVIL(
      EstimatorSetting(sampleWidth: 2, contextWidth: 2), using: &generator)
    #expect(nvil.baseline(problem.context, rows: 2).values == [0, 0])
    var optimizer = Adam()
    for _ in 0..<200 {
      let variables = nvil.asVariables()
      let estimate = variables.estimate(problem, using: &generator)
      guard let loss = variables.adaptationLoss(of: estimate) else { break }
      optimizer.update(
        &nvil, along: gradients(of: loss, withRespectTo: variables.parameters), learningRate: 0.05)
    }
    #expect(isClose(nvil.baseline(problem.context, rows: 2), [3, 3], tolerance: 0.02))
  }

  /// The signal is divided by its standard deviation, but never multiplied.
  @Test(arguments: [Float(0.01), 20])
  func varianceNormalizationDividesByAtLeastOne(size: Float) throws {
    let problem = EstimationProblem(
      distribution: bernoulliRows([0.2, -1], 3),
      objective: Objective({ size * ($0 - 3).squared().sumOverColumns() }), context: Self.context)
    var (plain, normal) = (
      estimator(size: min(size, 1)), estimator(normalizesVariance: true, size: min(size, 1))
    )
    var generator = PCG64(seed: 5)
    let observed = plain.estimate(problem, using: &generator)
    var copy = generator
    #expect(
      plain.estimate(problem, using: &copy).gradient.values
        == normal.estimate(problem, using: &generator).gradient.values)
    // The second time the running mean is no longer zero.
    for _ in 0..<2 {
      plain.observe(observed)
      normal.observe(try normal.estimate(problem, seed: 5))
    }
    // The signal f − C of the observations, which are the same.
    let signal = observed.values - plain.baseline(Self.context, rows: 3)
    let variance = (signal - signal.mean().broadcast(to: [3])).squared().mean().scalar
    let unit = max(1, variance.squareRoot())
    #expect((unit > 1) == (size > 1))
    var (first, second) = (PCG64(seed: 6), PCG64(seed: 6))
    let expected = (1 / unit) * plain.estimate(problem, using: &first).gradient
    #expect(isClose(normal.estimate(problem, using: &second).gradient, expected))
  }
}
