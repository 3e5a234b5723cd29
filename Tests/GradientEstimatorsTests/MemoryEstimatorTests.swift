import Autodiff
import Distributions
import Foundation
import NeuralNetworks
import RandomNumbers
import Statistics
import TestSupport
import Testing

@testable import GradientEstimators

/// What holds for every estimator that learns f from a memory; `UnbiasednessCheckTests` has them too.
@Suite struct MemoryEstimatorTests {
  private static let types: [any MemoryEstimator.Type] = [
    RELAXWithMemory.self, REINFORCEWithMemory.self, RLOOWithMemory.self, DisARMWithMemory.self,
  ]

  /// f(b) has a coupling that no function linear in b explains.
  private func problem(rows: Int) -> EstimationProblem {
    EstimationProblem(
      distribution: bernoulliRows([0.3, -0.5, 0.8, -0.2], rows),
      objective: .rowByRow { b in
        let b = Array(b)
        return 3 * b[0] * b[1] - 2 * b[2] * b[3] + b[1] - 0.5 * b[3]
      })
  }

  private func estimator<E: MemoryEstimator>(_ type: E.Type, width: Int = 4) -> E {
    var generator = PCG64(seed: 1)
    var setting = EstimatorSetting(sampleWidth: width, hiddenSizes: [16])
    setting.memory.expectationDraws = 4
    return type.init(setting, using: &generator)
  }

  /// Without h, the estimate is that of the estimator without a memory.
  @Test(arguments: 0..<5)
  func startsAsItsBase(seed: UInt64) throws {
    let problem = problem(rows: 3)
    func check(_ memory: any MemoryEstimator.Type, _ base: some GradientEstimator) throws {
      let expected = try base.estimate(problem, seed: seed)
      let found = try estimator(memory).estimate(problem, seed: seed)
      #expect(isClose(found.gradient, expected.gradient, tolerance: 1e-6))
      #expect(found.values.values == expected.values.values)
    }
    try check(RELAXWithMemory.self, REINFORCE())
    try check(REINFORCEWithMemory.self, REINFORCE())
    try check(RLOOWithMemory.self, RLOO())
    try check(DisARMWithMemory.self, DisARM())
  }

  /// What was learned from a few hundred evaluations takes most of the variance away that the best
  /// baseline, or DisARM, leaves.
  @Test(arguments: 0..<types.count)
  func whatWasLearnedLowersTheVariance(index: Int) throws {
    func check<E: MemoryEstimator>(_ type: E.Type) throws {
      var estimator = estimator(type)
      estimator.observeSamples(of: problem(rows: 8), steps: 150)
      let one = problem(rows: 1)
      let reference =
        E.traits.evaluationCount == 1
        ? try totalVariance(of: baseline(of: one), on: one, samples: 4000)
        : try totalVariance(of: DisARM(), on: one, samples: 4000)
      let left = try totalVariance(of: estimator, on: one, samples: 4000) / reference
      #expect(left < (type == RELAXWithMemory.self ? 0.8 : 0.3))
      #expect(try checkUnbiasedness(of: estimator, on: one, samples: 4000).isUnbiased)
    }
    try check(Self.types[index])
  }

  /// The same by what two variables do together alone: f has nothing else.
  @Test(arguments: 0..<types.count, [false, true])
  func pairsAreLearned(index: Int, hasContext: Bool) throws {
    func problem(_ rows: Int) -> EstimationProblem {
      let base = self.problem(rows: rows)
      return EstimationProblem(
        distribution: base.distribution, objective: base.objective,
        context: hasContext ? Tensor(repeating: 1, shape: [rows, 1]) : nil)
    }
    func check<E: MemoryEstimator>(_ type: E.Type) throws {
      var setting = EstimatorSetting(sampleWidth: 4, contextWidth: hasContext ? 1 : 0)
      setting.memory.hasNetwork = false
      setting.memory.hasContextSlopes = false
      setting.memory.interactionRank = 4
      setting.memory.learningRate = 0.01
      func variance(_ isLearning: Bool) throws -> Double {
        var generator = PCG64(seed: 1)
        var estimator = E(setting, using: &generator)
        if isLearning { estimator.observeSamples(of: problem(16), steps: 300) }
        #expect(try checkUnbiasedness(of: estimator, on: problem(1), samples: 3000).isUnbiased)
        return try totalVariance(of: estimator, on: problem(1), samples: 3000)
      }
      let left = try variance(true) / variance(false)
      #expect(left < (type == RELAXWithMemory.self ? 0.75 : 0.05), "\(left)")
    }
    try check(Self.types[index])
  }

  /// The score function with the mean of f as its baseline.
  private func baseline(of problem: EstimationProblem) throws -> RunningMeanREINFORCE {
    var estimator = RunningMeanREINFORCE()
    for seed in 0..<500 { estimator.observe(try estimator.estimate(problem, seed: UInt64(seed))) }
    return estimator
  }

  /// Where h has seen the very sample that it is used at, the estimate is biased, and the comparison
  /// with the enumerated gradient finds it out.
  @Test(arguments: [false, true])
  func seeingTheSampleAtHandIsABias(isLeaking: Bool) throws {
    let problem = toyProblem(target: 0.2)
    var setup = PCG64(seed: 1)
    var setting = EstimatorSetting(sampleWidth: 1, hiddenSizes: [4])
    setting.memory.learningRate = 0.2
    var fresh = REINFORCEWithMemory(setting, using: &setup)
    fresh.weights.setParameters(fresh.weights.parameters.map { _ in Tensor(1) })
    var moments = SampleMoments()
    var generator = PCG64(seed: 2)
    for _ in 0..<500 {
      let drawn = problem.draw(using: &generator)
      let asked = EstimationProblem(
        distribution: problem.distribution, objective: problem.objective, drawn: drawn)
      var estimator = fresh
      if isLeaking { estimator.observe(try estimator.estimate(asked, using: &generator)) }
      moments.add(rows: try estimator.estimate(asked, using: &generator).gradient)
    }
    let exact = enumeratedGradient([0]) { ($0[0] - 0.2) * ($0[0] - 0.2) }[0]
    let score = abs(moments.mean[0] - exact) / moments.standardErrors[0]
    #expect(isLeaking ? score > 10 : score < 4)
  }

  /// With a context, C and the slopes of b are functions of it.
  @Test func contextsAreLearned() throws {
    let rows = 64
    let x = sampleTensor([rows, 2], seed: 3, magnitude: 0.5...1)
    let signs = x.columns(0..<1).reshaped([rows])
    let problem = EstimationProblem(
      distribution: bernoulliRows([0, 0.4], rows),
      objective: .blackBox { 5 * signs + signs * ($0.columns(0..<1).reshaped([rows])) },
      context: x)
    var generator = PCG64(seed: 4)
    var estimator = REINFORCEWithMemory(
      EstimatorSetting(sampleWidth: 2, contextWidth: 2, hiddenSizes: [8]), using: &generator)
    estimator.observeSamples(of: problem, steps: 300)
    let left = try estimator.estimate(problem, seed: 5).gradient.squaredNorm().scalar
    let before = try REINFORCE().estimate(problem, seed: 5).gradient.squaredNorm().scalar
    #expect(left < 0.05 * before)
  }

  /// What was learned where b was drawn from one distribution tells the mean of f under another, at which f
  /// was never evaluated.
  @Test func theBaselineFollowsTheDistribution() throws {
    func problem(logits: [Float], rows: Int) -> EstimationProblem {
      EstimationProblem(
        distribution: bernoulliRows(logits, rows), objective: self.problem(rows: 1).objective,
        context: Tensor(repeating: 1, shape: [rows, 1]))
    }
    var generator = PCG64(seed: 6)
    var setting = EstimatorSetting(sampleWidth: 4, contextWidth: 1, hiddenSizes: [16])
    setting.memory.learningRate = 0.01
    var estimator = REINFORCEWithMemory(setting, using: &generator)
    estimator.observeSamples(of: problem(logits: [0, 0, 0, 0], rows: 16), steps: 300)

    // b is nearly (1, 1, 0, 1) there: 3 + 1 − ½.
    let elsewhere = problem(logits: [4, 4, -4, 4], rows: 1)
    #expect(abs(estimator.baseline(of: elsewhere).values[0] - 3.35) < 0.3)
  }

  /// Without a context the baseline is the mean of the last hundred evaluations or so.
  @Test func theBaselineOfNoContextIsARunningMean() throws {
    var generator = PCG64(seed: 6)
    var estimator = REINFORCEWithMemory(EstimatorSetting(sampleWidth: 1), using: &generator)
    func problem(_ value: Float) -> EstimationProblem {
      EstimationProblem(
        distribution: bernoulliRows([0], 1),
        objective: .blackBox { Tensor(repeating: value, shape: [$0.shape[0]]) })
    }
    estimator.observeSamples(of: problem(2), steps: 100)
    #expect(abs(estimator.baseline(of: problem(0)).values[0] - 2) < 1e-4)
    estimator.observeSamples(of: problem(5), steps: 100)
    let share = Foundation.pow(0.99, Double(100))
    #expect(
      abs(Double(estimator.baseline(of: problem(0)).values[0]) - (5 - 3 * share)) < 1e-3)
  }

  /// Where b is Gaussian the mean of a square is not the square of the mean.
  @Test func theBaselineOfASquareHasItsSpread() throws {
    func problem(logScale: Float) -> EstimationProblem {
      EstimationProblem(
        distribution: DiagonalGaussian(
          mean: .zeros([16, 1]), logScale: Tensor(repeating: logScale, shape: [16, 1])),
        objective: .blackBox { $0.squared().sumOverColumns() },
        context: Tensor(repeating: 1, shape: [16, 1]))
    }
    var generator = PCG64(seed: 7)
    var setting = EstimatorSetting(sampleWidth: 1, contextWidth: 1, hiddenSizes: [16])
    setting.memory.learningRate = 0.01
    var estimator = REINFORCEWithMemory(setting, using: &generator)
    estimator.observeSamples(of: problem(logScale: 0), steps: 300)
    // σ = ½ is a mean of ¼, which was 1 where f was evaluated.
    #expect(abs(estimator.baseline(of: problem(logScale: -0.693)).mean().scalar - 0.25) < 0.2)
  }

  /// Without a network and a context there is a constant all the same: the slope of the line is that of f, and
  /// nothing is left of the variance.
  @Test func aLineHasAnIntercept() throws {
    func problem(rows: Int) -> EstimationProblem {
      EstimationProblem(
        distribution: bernoulliRows([2], rows), objective: .blackBox { $0.sumOverColumns() })
    }
    var generator = PCG64(seed: 8)
    var setting = EstimatorSetting(sampleWidth: 1)
    setting.memory.hasNetwork = false
    setting.memory.learningRate = 0.01
    var estimator = REINFORCEWithMemory(setting, using: &generator)
    estimator.observeSamples(of: problem(rows: 16), steps: 300)
    let one = problem(rows: 1)
    let left = try totalVariance(of: estimator, on: one, samples: 2000)
    #expect(try left < 0.01 * totalVariance(of: REINFORCE(), on: one, samples: 2000))
  }

  /// Where contexts are not remembered, C is E[f] at the present θ as new evaluations show it, whatever h
  /// has learned, and the estimate is unbiased.
  @Test func aBaselineOfNewEvaluationsIsTheirMean() throws {
    func problem(rows: Int) -> EstimationProblem {
      let plain = self.problem(rows: rows)
      return EstimationProblem(
        distribution: plain.distribution, objective: plain.objective,
        context: Tensor(repeating: 1, shape: [rows, 1]))
    }
    var generator = PCG64(seed: 9)
    var setting = EstimatorSetting(sampleWidth: 4, contextWidth: 1, hiddenSizes: [16])
    setting.memory.remembersContexts = false
    setting.memory.learningRate = 0.01
    var estimator = REINFORCEWithMemory(setting, using: &generator)
    estimator.observeSamples(of: problem(rows: 64), steps: 300)
    let one = problem(rows: 1)
    let p = try #require(one.distribution as? Bernoulli).mean.values
    let mean = 3 * p[0] * p[1] - 2 * p[2] * p[3] + p[1] - 0.5 * p[3]
    let baseline = estimator.baseline(of: one).values
    #expect(abs(baseline[0] - mean) < 0.2)
    let elsewhere = EstimationProblem(
      distribution: bernoulliRows([4, 4, -4, 4]), objective: one.objective, context: one.context)
    #expect(estimator.baseline(of: elsewhere).values == baseline)
    #expect(try checkUnbiasedness(of: estimator, on: one, samples: 4000).isUnbiased)
    let left = try totalVariance(of: estimator, on: one, samples: 4000)
    #expect(try left < 0.3 * totalVariance(of: self.baseline(of: one), on: one, samples: 4000))
  }

  /// Whatever h is, its deviations have no mean, though not all of h is linear in b, and they are no zeros.
  @Test(arguments: EstimatorTraits.Support.allCases, [false, true])
  func deviationsHaveNoMean(support: EstimatorTraits.Support, hasContext: Bool) {
    let distribution = randomProblem(support, 4).distribution
    var setting = EstimatorSetting(
      sampleWidth: distribution.sampleWidth, contextWidth: hasContext ? 2 : 0, hiddenSizes: [8])
    setting.memory.interactionRank = 2
    var generator = PCG64(seed: 5)
    var estimator = REINFORCEWithMemory(setting, using: &generator)
    estimator.randomize(using: &generator)
    let rows = distribution.rowCount
    let context = hasContext ? sampleTensor([rows, 2], seed: 6) : nil
    var moments = SampleMoments()
    for _ in 0..<4000 {
      let sample = distribution.sample(using: &generator)
      moments.add(
        estimator.deviations(
          of: sample, at: context, drawnFrom: distribution, using: &generator
        ).values)
    }
    checkUnbiased(moments, exact: [Double](repeating: 0, count: rows))
    #expect(moments.variances.allSatisfy { $0 > 0.01 })
  }

  /// What is to be remembered of an estimate takes the place of f there, and the estimate stays what it is.
  @Test func otherValuesCanBeRemembered() throws {
    let problem = problem(rows: 2)
    let estimate = try estimator(REINFORCEWithMemory.self).estimate(problem, seed: 1)
    let other = estimate.remembering(Tensor([7, 7]))
    #expect(other.gradient.values == estimate.gradient.values)
    var learning = estimator(REINFORCEWithMemory.self)
    for _ in 0..<500 { learning.observe(other) }
    #expect(abs(learning.baseline(of: problem).values[0] - 7) < 0.1)
  }

  @Test func stateOfAnotherSettingIsRefused() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = PCG64(seed: 1)
      var estimator = REINFORCEWithMemory(EstimatorSetting(sampleWidth: 2), using: &generator)
      estimator.runningStatistics = [1, 2, 3]
    }
    expectMessage("3 numbers are too few", of: result)
  }
}

extension REINFORCEWithMemory {
  /// What is taken from f first.
  fileprivate func baseline(of problem: EstimationProblem) -> Tensor {
    regression.baseline(
      problem.context, regression.surrogate(at: problem.context, of: problem.distribution))
  }
}

extension MemoryEstimator {
  /// Learns from samples of a problem, with η at 1.
  fileprivate mutating func observeSamples(of problem: EstimationProblem, steps: Int) {
    weights.setParameters(weights.parameters.map { _ in Tensor(1) })
    for seed in 0..<steps {
      do {
        observe(try estimate(problem, seed: UInt64(seed)))
      } catch {
        Issue.record("\(error)")
      }
    }
  }
}
