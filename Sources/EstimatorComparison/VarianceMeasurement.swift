import Autodiff
import Foundation
import GradientEstimators
import NeuralNetworks
import Parallelism
import RandomNumbers
import ReinforcementLearning
import State
import Statistics

/// Measures the variances of estimators at the same frozen θ of a toy problem, each estimator's own
/// parameters φ having been trained there.
public struct VarianceMeasurement: Sendable {
  public var problem: ToyProblem
  /// θ is what this many steps along the exact gradient lead to (Adam with step size 0.01).
  public var exactSteps = [0, 100, 400]
  /// The training of φ: steps, estimates in a step, step size.
  public var adaptationSteps = 3000
  public var adaptationRows = 16
  public var adaptationRate = 0.01
  /// The hidden layers of control variates.
  public var hiddenSizes: [Int]
  /// From how many estimates the variance is taken.
  public var samples = 100_000
  /// Each with its own initial φ and noise.
  public var seeds: Range<UInt64> = 0..<3

  public init(problem: ToyProblem) {
    self.problem = problem
    hiddenSizes = problem.usualHiddenSizes
  }

  /// The variance of one estimator at one θ.
  public struct Entry: Sendable {
    public let estimator: String
    /// The number of exact steps that led to θ.
    public let exactSteps: Int
    /// log Σ_i Var ĝ_i, one for each seed.
    public let logVariances: [Double]
    /// How often f is evaluated for an estimate.
    public let evaluationCount: Int
    /// The time of one estimate with frozen φ, and with a step of φ.
    public let estimateTime: Duration
    public let adaptingTime: Duration
  }

  /// θ for each number of exact steps.
  func parameters() -> [Tensor] {
    var theta = ToyParameters(values: problem.start)
    var optimizer = Adam()
    var result: [Int: Tensor] = [:]
    for step in 0...(exactSteps.max() ?? 0) {
      result[step] = exactSteps.contains(step) ? theta.values : nil
      let gradient = problem.expectation(theta.values.values).gradient
      optimizer.update(
        &theta, along: [Tensor(gradient.map { Float($0) }, shape: problem.start.shape)],
        learningRate: 0.01)
    }
    return exactSteps.compactMap { result[$0] }
  }

  /// Measures all estimators that sample, several at a time.
  ///
  /// - Parameters:
  ///   - estimators: Types that support the problem's distribution.
  ///   - jobs: How many threads; as many as there are cores without it. The variances do not depend
  ///     on it.
  public func run(
    _ estimators: [any GradientEstimator.Type], jobs: Int? = nil
  ) throws(Failure) -> [Entry] {
    let thetas = parameters()
    let tasks = exactSteps.indices.flatMap { index in
      estimators.filter { $0.traits.evaluationCount != nil }.map { (index, $0) }
    }
    let results = concurrentMap(tasks.count, jobs: jobs) { task in
      let (index, type) = tasks[task]
      return Result { () throws(Failure) in
        try entry(type, at: thetas[index], exactSteps: exactSteps[index])
      }
    }
    var entries: [Entry] = []
    for result in results { entries.append(try result.get()) }
    return entries
  }

  private func entry(
    _ type: (some GradientEstimator).Type, at theta: Tensor, exactSteps: Int
  ) throws(Failure) -> Entry {
    var logVariances: [Double] = []
    var times = (estimate: Duration.zero, adapting: Duration.zero)
    for seed in seeds {
      var streams = RandomStreams(seed: seed)
      var estimator = type.init(
        EstimatorSetting(sampleWidth: problem.sampleWidth, hiddenSizes: hiddenSizes),
        using: &streams.initialization)
      var optimizer = Adam()
      for step in 0..<adaptationSteps {
        // The step size falls to zero, so that φ settles.
        let rate = adaptationRate * (1 - Double(step) / Double(adaptationSteps))
        try adapt(
          &estimator, with: &optimizer, at: theta, rows: adaptationRows, rate: Float(rate),
          using: &streams.relaxation)
      }
      logVariances.append(
        try logTrace(of: estimator, at: theta, samples: samples, using: &streams.evaluation))
      times = try time(estimator, at: theta, using: &streams.evaluation)
    }
    return Entry(
      estimator: type.traits.name, exactSteps: exactSteps, logVariances: logVariances,
      evaluationCount: type.traits.evaluationCount ?? 0, estimateTime: times.estimate,
      adaptingTime: times.adapting)
  }

  /// One step of φ.
  private func adapt(
    _ estimator: inout some GradientEstimator, with optimizer: inout Adam, at theta: Tensor,
    rows: Int, rate: Float, using generator: inout PCG64
  ) throws(Failure) {
    let variables = estimator.asVariables()
    let estimate = try variables.estimate(
      problem.problem(at: theta, rows: rows), using: &generator)
    if let loss = variables.adaptationLoss(of: estimate) {
      optimizer.update(
        &estimator, along: gradients(of: loss, withRespectTo: variables.parameters),
        learningRate: rate)
    }
    estimator.observe(estimate)
  }

  /// log Σ_i Var ĝ_i over fresh estimates.
  private func logTrace(
    of estimator: some GradientEstimator, at theta: Tensor, samples: Int,
    using generator: inout PCG64
  ) throws(Failure) -> Double {
    var moments = SampleMoments()
    let rows = min(samples, 1000)
    while moments.count < samples {
      moments.add(
        rows: try estimator.estimate(
          problem.problem(at: theta, rows: rows), using: &generator
        ).gradient)
    }
    return moments.logTrace
  }

  /// The median time of a single estimate, without and with a step of φ; φ is a copy.
  private func time(
    _ estimator: some GradientEstimator, at theta: Tensor, using generator: inout PCG64
  ) throws(Failure) -> (estimate: Duration, adapting: Duration) {
    let clock = ContinuousClock()
    var (copy, optimizer) = (estimator, Adam())
    var (plain, adapting): ([Double], [Double]) = ([], [])
    for _ in 0..<200 {
      var start = clock.now
      _ = try estimator.estimate(problem.problem(at: theta, rows: 1), using: &generator)
      plain.append((clock.now - start) / .seconds(1))
      start = clock.now
      try adapt(&copy, with: &optimizer, at: theta, rows: 1, rate: 0, using: &generator)
      adapting.append((clock.now - start) / .seconds(1))
    }
    return (.seconds(median(plain)), .seconds(median(adapting)))
  }
}
