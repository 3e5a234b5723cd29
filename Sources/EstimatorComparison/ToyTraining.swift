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
  /// The steps that tables show if there are so many.
  static let shownSteps = [500, 1000, 2000, 3000, 5000, 10_000]

  public let settings: ToySettings
  private let problem: ToyProblem
  public private(set) var model: ToyModel
  private var optimizer = Adam()
  private var adaptation = Adam()
  private var streams: RandomStreams
  private var step = 0
  /// The step after which the last row was recorded.
  private var recordedStep = -1
  /// The steps that this process has taken and their time, measurements excluded; no part of the state.
  private var timed = (steps: 0, time: Duration.zero)

  public init(_ settings: ToySettings, in context: Void = ()) throws(Failure) {
    self.settings = settings
    problem = settings.toyProblem
    streams = RandomStreams(seed: settings.seed)
    model = ToyModel(
      theta: ToyParameters(values: problem.start),
      estimator: try settings.estimatorType.init(
        settings.estimatorSetting, using: &streams.initialization))
  }

  // MARK: Steps

  public var columns: [String] {
    ["step", "loss"] + (problem.isSingleBernoulli ? ["probability"] : []) + ["log_variance"]
  }

  public var position: Position {
    Position(
      done: step, total: settings.steps, unit: "step",
      isFinished: step >= settings.steps && recordedStep >= step)
  }

  /// The first step from this one on that has a row: some hundred do, and those that tables show.
  private func nextRecord(from step: Int) -> Int {
    let interval = max(1, settings.steps / 100)
    let regular = (step + interval - 1) / interval * interval
    return ([regular, settings.steps] + Self.shownSteps.filter { $0 >= step }).min() ?? step
  }

  /// Records a row where one is due, and else takes some steps: a single one may be shorter than what
  /// happens around it.
  public mutating func advance(_ monitor: Monitor) throws(Failure) -> Advance {
    let (start, first) = (ContinuousClock.now, step)
    if recordedStep < step, nextRecord(from: step) == step {
      var advance = Advance(rows: [try row()])
      recordedStep = step
      advance.measuringTime = ContinuousClock.now - start
      return advance
    }
    let end = min(nextRecord(from: step + 1), step + 256)
    try descend(model.estimator, to: end, monitor)
    timed = (timed.steps + step - first, timed.time + (ContinuousClock.now - start))
    return Advance()
  }

  /// - Parameter estimator: The model's, whose type is known here.
  private mutating func descend<Estimator: GradientEstimator>(
    _ estimator: Estimator, to end: Int, _ monitor: Monitor
  ) throws(Failure) {
    var estimator = estimator
    defer { model.estimator = estimator }
    let learningRate = Float(settings.learningRate)
    while step < end {
      try monitor.check()
      if Estimator.self == ExactEnumeration.self {
        model.theta.followExactGradient(
          of: problem, with: &optimizer, learningRate: learningRate)
      } else {
        let gradient = try estimator.adapt(
          on: problem.problem(at: model.theta.values, rows: 1), with: &adaptation,
          learningRate: Float(settings.adaptationRate), using: &streams.relaxation)
        optimizer.update(&model.theta, along: [gradient], learningRate: learningRate)
      }
      step += 1
    }
  }

  private mutating func row() throws(Failure) -> MetricRow {
    let theta = model.theta.values
    let variance = try model.estimator.logVariance(
      at: theta, of: problem, samples: settings.varianceSamples, using: &streams.evaluation)
    var row: MetricRow = ["step": .integer(step), "loss": .double(loss)]
    if problem.isSingleBernoulli {
      row["probability"] = .double(1 / (1 + exp(-Double(theta.values[0]))))
    }
    row["log_variance"] = variance.isNaN ? .missing : .double(variance)
    return row
  }

  private var loss: Double { problem.expectation(model.theta.values.values).loss }

  // MARK: The model and the result

  public func file(of model: ToyModel) throws(Failure) -> Safetensors {
    var model = model
    return try Checkpoint.contents(
      of: &model, metadata: ["format": "swift-relax toy", "settings": settings.json.description])
  }

  public func summary(_ clock: RunClock) -> Finding {
    let (steps, time) = timed.steps > 0 ? timed : (step, clock.wallTime - clock.measuringTime)
    let microseconds = time / .microseconds(1) / Double(max(steps, 1))
    return Finding(
      [
        "problem": .text(problem.name), "estimator": .text(settings.estimator),
        "seed": .integer(Int(settings.seed)), "steps": .integer(step),
        "final_loss": JSONValue(loss), "microseconds_per_step": JSONValue(microseconds),
      ],
      text: "f(b) = \(problem.formula): E[f(b)] is \(Format.fixed(loss, decimals: 6)) after "
        + "\(step) steps by \(settings.estimator), \(Format.fixed(microseconds, decimals: 1)) µs each."
    )
  }

  /// The control variate that was learned.
  public func conclude(_ monitor: Monitor) throws(Failure) -> Finding? {
    guard problem.isSingleBernoulli, let values = LearnedControlVariate.values(of: model, problem)
    else { return nil }
    let shown = [19, 99, 179].map { Format.fixed(values[$0], decimals: 4) }
    return Finding(
      ["control_variate": .array(values.map { JSONValue($0) })],
      text: "c(z(u)) is \(shown.joined(separator: ", ")) at u = 0.1, 0.5, 0.9.")
  }

  public func progressFields(_ clock: RunClock) -> [(label: String, value: String)] {
    [("loss", Format.fixed(loss, decimals: 6)), ("at", Format.rate(clock.rate(step), "steps"))]
  }

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("step", &step, in: 0...Int.max)
    try visitor.visit("recorded_step", &recordedStep, in: -1...step)
    try model.visitState(&visitor)
    try visitor.visit(under: "theta_optimizer") { visitor throws(Failure) in
      try optimizer.visitState(&visitor, of: model.theta)
    }
    try visitor.visit(under: "estimator_optimizer") { visitor throws(Failure) in
      try adaptation.visitState(&visitor, of: model.estimator)
    }
    try visitor.visit("streams", &streams)
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
