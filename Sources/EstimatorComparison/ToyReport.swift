import Autodiff
import Distributions
import ExperimentCommands
import Experiments
import Files
import GradientEstimators
import Rendering
import Statistics

/// What a comparison of estimators shows beside the usual: figures after some steps, and the control
/// variates that were learned.
struct ToyReport {
  private let summary: ComparisonSummary<ToyTraining>

  init(_ summary: ComparisonSummary<ToyTraining>) { self.summary = summary }

  var additions: ComparisonAdditions {
    var additions = ComparisonAdditions()
    let spread = "mean ± standard deviation over seeds"
    additions.tables.append(("E[f(b)]: \(spread)", table("loss") { meanAndSpread($0, 6) }))
    if summary.records.joined().allSatisfy({ $0.values.columns["probability"] != nil }) {
      additions.tables.append(("θ: \(spread)", table("probability") { meanAndSpread($0, 3) }))
      if let controlVariates { additions.panels.append(controlVariates) }
    }
    let variances = table("log_variance") { values in
      let width = quantile(0.75, of: values) - quantile(0.25, of: values)
      let middle = Format.fixed(median(values), decimals: 2)
      return width.isFinite ? "\(middle) (\(Format.fixed(width, decimals: 2)))" : middle
    }
    additions.tables.append(
      ("log-variance of the estimate: median over seeds (interquartile range)", variances))
    return additions
  }

  /// A row for each variant, a column for each of the shown steps.
  private func table(_ column: String, _ cell: ([Double]) -> String) -> TextTable {
    let end = summary.records.joined().map(\.settings.steps).max() ?? 0
    let steps = ToyTraining.shownSteps.filter { $0 < end } + [end]
    var table = TextTable(
      [.init("estimator"), .init("evaluations of f", .trailing)]
        + steps.map { .init("step \($0)", .trailing) })
    for (name, runs) in zip(summary.names, summary.records) {
      let cells = steps.map { step in
        let values = runs.compactMap { run -> Double? in
          let index = run.values.columns["step"]?.firstIndex(of: Double(step))
          return index.flatMap { run.values.columns[column]?[$0] }
        }
        return values.isEmpty ? "–" : cell(values)
      }
      let evaluations = runs.first.flatMap { run in
        EstimatorRegistry.estimator(named: run.settings.estimator)?.traits.evaluationCount
      }
      table.addRow([name, evaluations.map { "\($0)" } ?? "–"] + cells)
    }
    return table
  }

  private func meanAndSpread(_ values: [Double], _ decimals: Int) -> String {
    let center = Format.fixed(mean(values), decimals: decimals)
    guard values.count > 1 else { return center }
    return "\(center)±\(Format.fixed(sampleVariance(values).squareRoot(), decimals: decimals))"
  }

  /// c(z) over the uniform u of z = α + log u − log(1 − u), at the end of the first seed's training:
  /// the third panel of figure 2 in "Backpropagation through the Void" (2018).
  private var controlVariates: Chart? {
    var series = zip(summary.names, summary.records).compactMap { name, runs -> Series? in
      guard case .array(let values)? = runs.first?.values.result("control_variate") else {
        return nil
      }
      return Series(
        name: name, x: LearnedControlVariate.levels, y: values.map { $0.double ?? .nan })
    }
    guard !series.isEmpty, let run = summary.records.first?.first,
      let probability = run.values.numbers("probability").last
    else { return nil }
    let ends = run.settings.toyProblem.objective(
      Tensor([0, 1], shape: [2, 1]), parameters: .zeros([2, 1])
    ).values.map { Double($0) }
    series.append(
      Series(
        name: "f(H(z))", x: LearnedControlVariate.levels,
        y: LearnedControlVariate.levels.map { $0 > 1 - probability ? ends[1] : ends[0] },
        style: .dashed, color: .reference))
    return Chart(
      title: "Control variates", xLabel: "u", yLabel: "c(z(u)), first seed, last step",
      series: series)
  }
}

/// The control variate of an estimator for one Bernoulli, as a function of the uniform u.
enum LearnedControlVariate {
  static let levels = (1..<200).map { Double($0) / 200 }

  /// c(z(u)) at all levels; `nil` of an estimator without one.
  static func values(of model: ToyModel, _ problem: ToyProblem) -> [Double]? {
    guard let estimator = model.estimator as? any RelaxationControlledEstimator else { return nil }
    let alpha = model.theta.values.values[0]
    let u = Tensor(levels.map { Float($0) }, shape: [levels.count, 1])
    let z = u.log() - (-u + 1).log() + alpha
    let distribution = Bernoulli(logits: Tensor(repeating: alpha, shape: z.shape))
    let values = estimator.controlVariate(
      at: z, of: distribution,
      in: EstimationProblem(distribution: distribution, objective: problem.objective))
    return values.values.map { Double($0) }
  }
}

extension ToyTraining {
  public static let measures = [
    Measure(result: "final_loss", "E[f(b)] at the end", isLessBetter: true),
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
