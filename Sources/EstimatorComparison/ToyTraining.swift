import Autodiff
import Distributions
import Experiments
import Files
import Foundation
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import State
import Statistics

/// The training of θ of a toy problem by an estimator, one sample of b a step.
///
/// θ and the estimator's own parameters φ have an Adam each; both step along the same estimate.
public struct ToyTraining: Experiment {
  public static let table = "toy.csv"
  /// From how many fresh estimates the variance is taken, at frozen θ and φ.
  static let draws = 1000
  /// The steps that tables show if there are so many.
  static let shownSteps = [500, 1000, 2000, 3000, 5000, 10_000]

  public let settings: ToySettings
  let problem: ToyProblem
  private var descent: any AnyDescent
  /// The step after which the last row was recorded.
  private var recordedStep = -1
  /// The time of the steps that this process has taken, measurements excluded; no part of the state.
  private var time = (steps: 0, all: Duration.zero)

  public init(_ settings: ToySettings, in context: Void = ()) throws(Failure) {
    self.settings = settings
    problem = settings.toyProblem
    func descent<E: GradientEstimator>(
      by type: E.Type, on problem: ToyProblem
    ) -> any AnyDescent {
      Descent<E>(problem, settings)
    }
    self.descent = descent(by: try settings.estimatorType, on: problem)
  }

  // MARK: Steps

  /// Whether there is a σ(θ) to show.
  private var hasProbability: Bool { problem.support == .bernoulli && problem.sampleWidth == 1 }

  public var columns: [String] {
    ["step", "loss"] + (hasProbability ? ["probability"] : []) + ["log_variance"]
  }

  public var position: Position {
    Position(
      done: descent.step, total: settings.steps, unit: "step",
      isFinished: descent.step >= settings.steps && recordedStep >= settings.steps)
  }

  /// The first step from this one on that has a row: some hundred do, and those that tables show.
  private func nextRecord(from step: Int) -> Int {
    let interval = max(1, settings.steps / 100)
    let regular = (step + interval - 1) / interval * interval
    return ([regular, settings.steps] + Self.shownSteps.filter { $0 >= step }).min() ?? step
  }

  /// Records a row where one is due, and takes some steps else: a single one is too short for what
  /// happens between two calls.
  public mutating func advance(_ monitor: Monitor) throws(Failure) -> Advance {
    let start = ContinuousClock.now
    let step = descent.step
    let next = nextRecord(from: step)
    if next == step, recordedStep < step {
      var advance = Advance(rows: [try record()])
      recordedStep = step
      advance.measuringTime = ContinuousClock.now - start
      return advance
    }
    try descent.descend(to: min(nextRecord(from: step + 1), step + 256), problem, monitor)
    time.steps += descent.step - step
    time.all += ContinuousClock.now - start
    return Advance()
  }

  private mutating func record() throws(Failure) -> MetricRow {
    let variance = try descent.logVariance(problem)
    var row: MetricRow = [
      "step": .integer(descent.step), "loss": .double(loss),
      "log_variance": variance.isNaN ? .missing : .double(variance),
    ]
    if hasProbability {
      row["probability"] = .double(1 / (1 + exp(-Double(descent.theta.values.values[0]))))
    }
    return row
  }

  private var loss: Double { problem.expectation(descent.theta.values.values).loss }

  // MARK: The model and the result

  public var model: ToyModel {
    ToyModel(theta: descent.theta, estimator: descent.anyEstimator)
  }

  public func file(of model: ToyModel) throws(Failure) -> Safetensors {
    var model = model
    return try Checkpoint.contents(
      of: &model, metadata: ["format": "swift-relax toy", "settings": settings.json.description])
  }

  public func summary(_ clock: RunClock) -> Finding {
    let (steps, all) = time.steps > 0 ? time : (descent.step, clock.wallTime - clock.measuringTime)
    let microseconds = all / .microseconds(1) / Double(max(steps, 1))
    return Finding(
      [
        "problem": .text(problem.name), "estimator": .text(settings.estimator),
        "seed": .integer(Int(settings.seed)), "steps": .integer(descent.step),
        "final_loss": JSONValue(loss), "microseconds_per_step": JSONValue(microseconds),
      ],
      text: """
        f(b) = \(problem.formula): E[f(b)] is \(Format.fixed(loss, decimals: 6)) after \
        \(descent.step) steps by \(settings.estimator), \
        \(Format.fixed(microseconds, decimals: 1)) µs each.
        """)
  }

  /// The control variate that was learned.
  public func conclude(_ monitor: Monitor) throws(Failure) -> Finding? {
    guard hasProbability, let estimator = descent.anyEstimator as? any RelaxationControlledEstimator
    else { return nil }
    let values = ControlVariateCurve.values(
      of: estimator, at: descent.theta.values.values[0], problem)
    let shown = [19, 99, 179].map { Format.fixed(values[$0], decimals: 4) }
    return Finding(
      ["control_variate": .array(values.map { JSONValue($0) })],
      text: "c(z(u)) is \(shown.joined(separator: ", ")) at u = 0.1, 0.5 and 0.9.")
  }

  public func progressFields(_ clock: RunClock) -> [(label: String, value: String)] {
    [
      ("loss", Format.fixed(loss, decimals: 6)),
      ("at", Format.rate(clock.rate(descent.step), "steps")),
    ]
  }

  // MARK: Comparisons

  public static let measures = [
    Measure(result: "final_loss", "E[f(b)] at the end", isLessBetter: true),
    Measure("mean_loss", "E[f(b)], mean over the run", isLessBetter: true) { run in
      mean(run.numbers("loss"))
    },
    Measure("log_variance", "log-variance, median of the last 10", isLessBetter: true) { run in
      let values = run.numbers("log_variance").suffix(10)
      return values.isEmpty ? nil : median(Array(values))
    },
    Measure(
      "microseconds_per_step", "time of a step, µs", isLessBetter: true, isReproducible: false
    ) { $0.result("microseconds_per_step")?.double },
  ]

  public static let curves = [
    Curve("Loss", label: "E[f(b)]", column: "loss", over: ["step"]),
    Curve("Variance", label: "log-variance", column: "log_variance", over: ["step"]),
  ]

  public static func remarks(on records: [[RunRecord<ToySettings>]], names: [String]) -> [String] {
    guard let settings = records.first?.first?.settings else { return [] }
    return ["f(b) = \(settings.toyProblem.formula), \(settings.steps) steps."]
  }
}

extension ToyTraining: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try descent.visitState(&visitor)
    try visitor.visit("recorded_step", &recordedStep, in: -1...descent.step)
  }
}

/// θ and the estimator with its own parameters.
public struct ToyModel: Stateful, Sendable {
  var theta: ToyParameters
  var estimator: any GradientEstimator

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try theta.visitState(&visitor)
    try visitor.visit("estimator", &estimator)
  }
}

/// θ as something that optimisers move.
struct ToyParameters: Module {
  var values: Tensor

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("theta", &values)
  }
}
