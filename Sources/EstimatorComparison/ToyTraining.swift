import Autodiff
import Distributions
import GradientEstimators
import NeuralNetworks
import Parallelism
import RandomNumbers
import State
import Statistics

/// Trains θ of a toy problem by several estimators over many seeds, one sample of b a step.
///
/// θ and the estimator's own parameters φ have an Adam each; both step along the same estimate.
public struct ToyTraining: Sendable {
  public var problem: ToyProblem
  public var steps = 10_000
  public var seeds: Range<UInt64> = 0..<32
  /// The step size of θ and of φ.
  public var learningRate: Float = 0.01
  public var adaptationRate: Float = 0.01
  /// The hidden layers of control variates.
  public var hiddenSizes: [Int]
  /// After which steps something is recorded, in ascending order.
  public var recordedSteps: [Int]
  /// From how many fresh estimates the variance is taken, at frozen θ and φ.
  public var draws = 1000

  /// - Parameters:
  ///   - problem: What to train on.
  ///   - steps: How many steps; some hundred records are taken on the way.
  public init(problem: ToyProblem, steps: Int = 10_000) {
    precondition(steps > 0, "ToyTraining: \(steps) steps")
    self.problem = problem
    self.steps = steps
    hiddenSizes = problem.usualHiddenSizes
    let regular = stride(from: 0, through: steps, by: max(1, steps / 100))
    let shown = ToyReport.usualSteps.filter { $0 < steps }
    recordedSteps = Set(regular).union(shown).union([steps]).sorted()
  }

  /// Trains by each of the estimators from each seed, several seeds at a time.
  ///
  /// - Parameters:
  ///   - estimators: Types that support the problem's distribution.
  ///   - jobs: How many threads; as many as there are cores without it. The results do not depend
  ///     on it.
  /// - Returns: The runs of each estimator, seeds in order; the exact gradient has one run alone.
  public func run(
    _ estimators: [any GradientEstimator.Type], jobs: Int? = nil
  ) throws(Failure) -> [[ToyRun]] {
    let tasks = estimators.flatMap { type in
      (type == ExactEnumeration.self ? seeds.prefix(1) : seeds[...]).map { (type, $0) }
    }
    let results = concurrentMap(tasks.count, jobs: jobs) { index in
      Result { () throws(Failure) in try run(tasks[index].0, seed: tasks[index].1) }
    }
    var runs: [ToyRun] = []
    for result in results { runs.append(try result.get()) }
    return estimators.map { type in runs.filter { $0.estimator == type.traits.name } }
  }

  /// Trains by one estimator from one seed.
  public func run(
    _ type: (some GradientEstimator).Type, seed: UInt64
  ) throws(Failure) -> ToyRun {
    var streams = RandomStreams(seed: seed)
    var estimator = type.init(
      EstimatorSetting(sampleWidth: problem.sampleWidth, hiddenSizes: hiddenSizes),
      using: &streams.initialization)
    var theta = ToyParameters(values: problem.start)
    var (optimizer, adaptation) = (Adam(), Adam())
    var records: [ToyRun.Record] = []
    var pending = recordedSteps[...]
    var time = Duration.zero
    let clock = ContinuousClock()
    for step in 0...steps {
      if pending.first == step {
        pending.removeFirst()
        records.append(
          ToyRun.Record(
            step: step, loss: problem.expectation(theta.values.values).loss,
            parameters: theta.values.values,
            logVariance: try logVariance(estimator, theta.values, using: &streams.evaluation)))
      }
      if step == steps { break }
      let start = clock.now
      if type == ExactEnumeration.self {
        let gradient = problem.expectation(theta.values.values).gradient
        optimizer.update(
          &theta, along: [Tensor(gradient.map { Float($0) }, shape: problem.start.shape)],
          learningRate: learningRate)
      } else {
        let variables = estimator.asVariables()
        let estimate = try variables.estimate(
          problem.problem(at: theta.values, rows: 1), using: &streams.relaxation)
        optimizer.update(
          &theta, along: [estimate.gradient.detached()], learningRate: learningRate)
        if let loss = variables.adaptationLoss(of: estimate) {
          adaptation.update(
            &estimator, along: gradients(of: loss, withRespectTo: variables.parameters),
            learningRate: adaptationRate)
        }
        estimator.observe(estimate)
      }
      time += clock.now - start
    }
    return ToyRun(
      estimator: type.traits.name, seed: seed, records: records, timePerStep: time / steps,
      finalEstimator: estimator)
  }

  /// log Σ_i Var ĝ_i over fresh estimates; nothing changes.
  private func logVariance(
    _ estimator: some GradientEstimator, _ parameters: Tensor, using generator: inout PCG64
  ) throws(Failure) -> Double {
    if estimator is ExactEnumeration { return -.infinity }
    var moments = SampleMoments()
    moments.add(
      rows: try estimator.estimate(
        problem.problem(at: parameters, rows: draws), using: &generator
      ).gradient)
    return moments.logTrace
  }
}

/// What one estimator has reached from one seed.
public struct ToyRun: Sendable {
  /// A moment of the training.
  public struct Record: Sendable {
    public let step: Int
    /// E[f(b)]
    public let loss: Double
    /// θ
    public let parameters: [Float]
    /// log Σ_i Var ĝ_i
    public let logVariance: Double
  }

  public let estimator: String
  public let seed: UInt64
  public let records: [Record]
  /// The time of a step of θ and φ, measurements excluded.
  public let timePerStep: Duration
  public let finalEstimator: any GradientEstimator
}

/// θ as something that optimisers move.
struct ToyParameters: Module {
  var values: Tensor

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("theta", &values)
  }
}
