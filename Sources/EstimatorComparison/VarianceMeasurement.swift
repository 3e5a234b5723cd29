import Autodiff
import Experiments
import GradientEstimators
import NeuralNetworks
import Parallelism
import RandomNumbers
import State
import Statistics
import Synchronization

/// Measures the variances of estimators at the same frozen θ of a toy problem, each estimator's own
/// parameters φ having been trained there.
struct VarianceMeasurement: Sendable {
  /// The estimators with their settings, and the seeds, each with its own initial φ and noise.
  private let plan: ComparisonPlan<ToySettings>
  let problem: ToyProblem
  /// θ is what this many steps along the exact gradient lead to (Adam with step size 0.01).
  var exactSteps = [0, 100, 400]
  /// The training of φ: steps, and estimates in a step.
  var adaptationSteps = 3000
  var adaptationRows = 16
  /// From how many estimates the variance is taken.
  var samples = 100_000

  /// - Throws: `Failure` if the estimators have different problems.
  init(_ plan: ComparisonPlan<ToySettings>) throws(Failure) {
    self.plan = plan
    let first = plan.entries[0].settings
    problem = first.toyProblem
    for entry in plan.entries {
      for flag in ["problem", "target", "dimensions", "levels"] {
        let setting = ToySettings.setting(flag)
        guard setting.get(entry.settings) == setting.get(first) else {
          throw .usage(
            "\(entry.name) has a --\(flag) of its own; variances are compared at the same problem.")
        }
      }
    }
  }

  /// The variance of one estimator at one θ.
  struct Entry: Sendable {
    let estimator: String
    let isUnbiased: Bool
    /// The number of exact steps that led to θ.
    let exactSteps: Int
    /// log Σ_i Var ĝ_i, one for each seed.
    let logVariances: [Double]
    /// How often f is evaluated for an estimate.
    let evaluationCount: Int
    /// The time of one estimate with frozen φ, and with a step of φ.
    let estimateTime: Duration
    let adaptingTime: Duration
  }

  /// θ for each number of exact steps.
  func parameters(_ monitor: Monitor = .silent) throws(Failure) -> [Tensor] {
    var theta = ToyParameters(values: problem.start)
    var optimizer = Adam()
    var result: [Int: Tensor] = [:]
    let last = exactSteps.max() ?? 0
    for step in 0...last {
      try monitor.check("exact step", step, of: last)
      result[step] = exactSteps.contains(step) ? theta.values : nil
      theta.followExactGradient(of: problem, with: &optimizer, learningRate: 0.01)
    }
    return exactSteps.compactMap { result[$0] }
  }

  /// Measures all estimators that sample, several at a time.
  ///
  /// - Parameters:
  ///   - jobs: How many threads; the variances do not depend on it.
  ///   - monitor: Hears how far everything is, and tells when to end.
  func run(jobs: Int, _ monitor: Monitor = .silent) throws(Failure) -> [Entry] {
    let thetas = try parameters(monitor)
    var plannedTasks: [(theta: Int, entry: Int, type: any GradientEstimator.Type)] = []
    for theta in exactSteps.indices {
      for (index, entry) in plan.entries.enumerated() {
        let type = try entry.settings.estimatorType
        if type.traits.evaluationCount != nil { plannedTasks.append((theta, index, type)) }
      }
    }
    let tasks = plannedTasks
    let progress = SharedProgress(
      total: tasks.count * plan.seeds.count * (adaptationSteps + (samples + 999) / 1000), monitor)
    let results = concurrentMap(tasks.count, jobs: jobs) { index in
      let task = tasks[index]
      return Result { () throws(Failure) in
        try entry(
          task.type, plan.entries[task.entry], at: thetas[task.theta],
          exactSteps: exactSteps[task.theta], progress)
      }
    }
    var entries: [Entry] = []
    for result in results { entries.append(try result.get()) }
    return entries
  }

  private func entry(
    _ type: (some GradientEstimator).Type, _ planned: ComparisonPlan<ToySettings>.Entry,
    at theta: Tensor, exactSteps: Int, _ progress: SharedProgress
  ) throws(Failure) -> Entry {
    var logVariances: [Double] = []
    var times = (estimate: Duration.zero, adapting: Duration.zero)
    for seed in plan.seeds {
      var streams = RandomStreams(seed: seed)
      var estimator = type.init(
        planned.settings.estimatorSetting, using: &streams.initialization)
      var optimizer = Adam()
      for step in 0..<adaptationSteps {
        try progress.advance()
        // The step size falls to zero, so that φ settles.
        let rate =
          planned.settings.adaptationRate * (1 - Double(step) / Double(adaptationSteps))
        _ = try estimator.adapt(
          on: problem.problem(at: theta, rows: adaptationRows), with: &optimizer,
          learningRate: Float(rate), using: &streams.relaxation)
      }
      logVariances.append(
        try estimator.logVariance(
          at: theta, of: problem, samples: samples, using: &streams.evaluation,
          check: progress.advance))
      times = try time(estimator, at: theta, using: &streams.evaluation)
    }
    return Entry(
      estimator: planned.name, isUnbiased: type.traits.isUnbiased, exactSteps: exactSteps,
      logVariances: logVariances, evaluationCount: type.traits.evaluationCount ?? 0,
      estimateTime: times.estimate, adaptingTime: times.adapting)
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
      _ = try copy.adapt(
        on: problem.problem(at: theta, rows: 1), with: &optimizer, learningRate: 0,
        using: &generator)
      adapting.append((clock.now - start) / .seconds(1))
    }
    return (.seconds(median(plain)), .seconds(median(adapting)))
  }
}

/// How far several threads are together.
private final class SharedProgress: Sendable {
  private let done = Atomic(0)
  private let total: Int
  private let monitor: Monitor

  init(total: Int, _ monitor: Monitor) {
    self.total = total
    self.monitor = monitor
  }

  func advance() throws(Failure) {
    let done = done.wrappingAdd(1, ordering: .relaxed).oldValue
    // Showing takes longer than some of the steps.
    try done % 64 == 0 ? monitor.check("step", done, of: total) : monitor.check()
  }
}
