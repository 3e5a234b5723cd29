import Autodiff
import Distributions
import RandomNumbers
import State
import Synchronization
import TestSupport
import Testing

@testable import GradientEstimators

/// What holds for every estimator.
@Suite struct GradientEstimatorTests {
  private static let cases = EstimatorRegistry.all.flatMap { type in
    type.traits.supports.sorted { $0.rawValue < $1.rawValue }.map { (type.traits.name, $0) }
  }

  private func estimator(_ name: String, width: Int) throws -> any GradientEstimator {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    return randomized(type, width: width, contextWidth: 2)
  }

  private final class Counter: Sendable {
    let rows = Mutex(0)
  }

  /// f is evaluated as often as the traits say, soft samples included.
  @Test(arguments: cases)
  func evaluationsAreCounted(name: String, support: EstimatorTraits.Support) throws {
    let counter = Counter()
    let base = randomProblem(support, 3)
    let rows = 7
    let problem = EstimationProblem(
      distribution: base.distribution.replacing(
        parameters: Tensor(base.distribution.parameters.values).repeatedAsRows(rows)),
      objective: Objective({ b in
        counter.rows.withLock { $0 += b.shape[0] }
        return b.sumOverColumns()
      }), context: sampleTensor([rows, 2], seed: 1))
    let estimator = try estimator(name, width: 3)
    let estimate = try estimator.estimate(problem, seed: 2)
    #expect(estimate.gradient.shape == problem.distribution.parameters.shape)
    #expect(estimate.values.shape == [rows])
    let support = (problem.distribution as? any RelaxableDistribution)?.supportCount
    let expected = type(of: estimator).traits.evaluationCount ?? support
    #expect(counter.rows.withLock { $0 } == rows * (expected ?? 0))
  }

  /// An estimate is recorded as a function of the estimator's variables only where it has some, and
  /// has the same value there.
  @Test(arguments: cases)
  func estimatesAtVariablesHaveTheSameValue(
    name: String, support: EstimatorTraits.Support
  ) throws {
    let problem = randomProblem(support, 3)
    let plain = try estimator(name, width: 3)
    let estimate = try plain.estimate(problem, seed: 3)
    #expect(!estimate.gradient.isRecorded)
    let variables = plain.asVariables()
    let recorded = try variables.estimate(problem, seed: 3)
    #expect(isClose(recorded.gradient, estimate.gradient, tolerance: 1e-6))
    let loss = variables.adaptationLoss(of: recorded)
    #expect((loss != nil) == (plain.parameterCount > 0))
    #expect(loss?.isRecorded != false)
    if let loss, !["nvil", "muprop"].contains(name) {
      let norm = recorded.gradient.squaredNorm().scalar
      #expect(abs(loss.scalar - norm) <= 1e-5 * norm)
    }
  }

  @Test func lossIsTheMeanOverTheRows() throws {
    let distribution = bernoulliRows([0.2, 1], 8)
    let problem = EstimationProblem(
      distribution: distribution, objective: squaredDistance(from: 0.3))
    let rebar = REBAR().asVariables()
    let estimate = try rebar.estimate(problem, seed: 4)
    let loss = try #require(rebar.adaptationLoss(of: estimate))
    #expect(abs(loss.scalar - estimate.gradient.squaredNorm().scalar / 8) < 1e-6)
  }

  @Test func settingThatMakesNoSenseStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = EstimatorSetting(sampleWidth: 2, temperature: -1) }
    expectMessage("samples of width 2, temperature -1.0 and 2 samples", of: result)
  }

  /// An estimator that is given the running statistics of another one estimates as that does; given its
  /// state, it goes on as it does.
  @Test(arguments: EstimatorRegistry.all.map { $0.traits.name })
  func statisticsAndStateAreAllThereIs(name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    func check<E: GradientEstimator>(
      _ type: E.Type, _ support: EstimatorTraits.Support
    ) throws {
      let problem = randomProblem(support, 3)
      var first = randomized(type, width: 3, contextWidth: 2)
      var second = first
      for seed in 1...3 { first.observe(try first.estimate(problem, seed: UInt64(seed))) }
      #expect(
        (first.runningStatistics != second.runningStatistics)
          == (["running-mean", "nvil", "muprop", "concrete"].contains(name)
            || type is any MemoryEstimator.Type))
      second.runningStatistics = first.runningStatistics
      #expect(
        try first.estimate(problem, seed: 3).gradient.values
          == second.estimate(problem, seed: 3).gradient.values)
      try StateSnapshot(of: &first).restore(&second)
      for seed in 4...6 {
        let estimate = try first.estimate(problem, seed: UInt64(seed))
        let other = try second.estimate(problem, seed: UInt64(seed))
        #expect(estimate.gradient.values == other.gradient.values)
        first.observe(estimate)
        second.observe(other)
        #expect(first.runningStatistics == second.runningStatistics)
      }
    }
    for support in type.traits.supports { try check(type, support) }
  }

  /// What a normalised signal and an annealed temperature are made of is in the statistics.
  @Test func runningStatisticsOfOtherSettings() throws {
    let problem = randomProblem(.bernoulli, 3)
    func check(_ estimator: some GradientEstimator) throws {
      var first = estimator
      for seed in 1...3 { first.observe(try first.estimate(problem, seed: UInt64(seed))) }
      var second = estimator
      let before = try second.estimate(problem, seed: 4).gradient.values
      second.runningStatistics = first.runningStatistics
      let values = try first.estimate(problem, seed: 4).gradient.values
      #expect(try second.estimate(problem, seed: 4).gradient.values == values)
      #expect(values != before)
    }
    try check(Concrete(temperature: 1, annealingRate: 0.1))
    let baseline = randomized(NVIL.self, width: 3, contextWidth: 2).baseline
    try check(NVIL(baseline: baseline, normalizesVariance: true))
  }

  @Test func statisticsThatDoNotFitStopTheProgram() async {
    let none = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var estimator = REINFORCE()
      estimator.runningStatistics = [1]
    }
    expectMessage("reinforce has no running statistics", of: none)
    let few = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var estimator = RunningMeanREINFORCE()
      estimator.runningStatistics = [1]
    }
    expectMessage("1 numbers instead of 3", of: few)
  }

  /// Temperatures whose logarithm is minus infinity, far out, and infinity: all stays a number.
  @Test(arguments: cases, [1e-50, 1e-38, 1e-45, 1e50])
  func temperaturesAtTheLimits(_ one: (String, EstimatorTraits.Support), temperature: Double) throws
  {
    let type = try #require(EstimatorRegistry.estimator(named: one.0))
    let problem = randomProblem(one.1, 3)
    var generator = PCG64(seed: 4)
    let variables = type.init(
      EstimatorSetting(sampleWidth: 3, contextWidth: 2, temperature: Float(temperature)),
      using: &generator
    ).asVariables()
    let estimate = try variables.estimate(problem, seed: 5)
    #expect(estimate.gradient.values.allSatisfy { $0.isFinite })
    if let loss = variables.adaptationLoss(of: estimate) {
      #expect(loss.scalar.isFinite)
      let slopes = gradients(of: loss, withRespectTo: variables.parameters)
      #expect(slopes.allSatisfy { $0.values.allSatisfy { $0.isFinite } })
    }
  }
}
