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
  private typealias Records = [RunRecord<ToySettings>]
  private let summary: ComparisonSummary<ToyTraining>

  init(_ summary: ComparisonSummary<ToyTraining>) { self.summary = summary }

  var additions: ComparisonAdditions {
    var additions = ComparisonAdditions()
    additions.tables.append(
      ("E[f(b)]: mean ± standard deviation over seeds", table("loss") { meanAndSpread($0, 6) }))
    let hasProbability = summary.records.joined().allSatisfy {
      $0.values.columns["probability"] != nil
    }
    if hasProbability {
      additions.tables.append(
        (
          "θ: mean ± standard deviation over seeds",
          table("probability") { meanAndSpread($0, 3) }
        ))
      additions.panels = controlVariates.map { [$0] } ?? []
    }
    additions.tables.append(
      (
        "log-variance of the estimate: median over seeds (interquartile range)",
        table("log_variance", last: ("evaluations of f", evaluations)) { values in
          let width = quantile(0.75, of: values) - quantile(0.25, of: values)
          let middle = Format.fixed(median(values), decimals: 2)
          return width.isFinite ? "\(middle) (\(Format.fixed(width, decimals: 2)))" : middle
        }
      ))
    return additions
  }

  /// A row for each variant, a column for each of the shown steps.
  private func table(
    _ column: String, last: (title: String, cell: (Records) -> String)? = nil,
    _ cell: ([Double]) -> String
  ) -> TextTable {
    let end = summary.records.joined().map(\.settings.steps).max() ?? 0
    let steps = ToyTraining.shownSteps.filter { $0 < end } + [end]
    var table = TextTable(
      [.init("estimator")] + steps.map { .init("step \($0)", .trailing) }
        + (last.map { [.init($0.title, .trailing)] } ?? []))
    for (name, runs) in zip(summary.names, summary.records) {
      let cells = steps.map { step in
        let values = runs.compactMap { run -> Double? in
          let index = run.values.columns["step"]?.firstIndex(of: Double(step))
          return index.flatMap { run.values.columns[column]?[$0] }
        }
        return values.isEmpty ? "–" : cell(values)
      }
      table.addRow([name] + cells + (last.map { [$0.cell(runs)] } ?? []))
    }
    return table
  }

  private func meanAndSpread(_ values: [Double], _ decimals: Int) -> String {
    let center = Format.fixed(mean(values), decimals: decimals)
    guard values.count > 1 else { return center }
    return "\(center)±\(Format.fixed(sampleVariance(values).squareRoot(), decimals: decimals))"
  }

  /// How often a step evaluates f.
  private func evaluations(_ runs: Records) -> String {
    runs.first.flatMap { EstimatorRegistry.estimator(named: $0.settings.estimator) }
      .flatMap { $0.traits.evaluationCount.map { "\($0)" } } ?? "–"
  }

  /// c(z) over the uniform u of z = α + log u − log(1 − u), at the end of the first seed's training:
  /// the third panel of figure 2 in "Backpropagation through the Void" (2018).
  private var controlVariates: Chart? {
    var series = zip(summary.names, summary.records).compactMap { name, runs -> Series? in
      guard case .array(let values)? = runs.first?.values.result("control_variate") else {
        return nil
      }
      return Series(
        name: name, x: ControlVariateCurve.levels, y: values.map { $0.double ?? .nan })
    }
    guard !series.isEmpty, let run = summary.records.first?.first,
      let probability = run.values.numbers("probability").last
    else { return nil }
    let ends = run.settings.toyProblem.objective(
      Tensor([0, 1], shape: [2, 1]), parameters: .zeros([2, 1])
    ).values.map { Double($0) }
    series.append(
      Series(
        name: "f(H(z))", x: ControlVariateCurve.levels,
        y: ControlVariateCurve.levels.map { $0 > 1 - probability ? ends[1] : ends[0] },
        style: .dashed))
    return Chart(
      title: "Control variates", xLabel: "u", yLabel: "c(z(u)), first seed, last step",
      series: series)
  }
}

/// The control variate of an estimator for one Bernoulli, as a function of the uniform u.
enum ControlVariateCurve {
  static let levels = (1..<200).map { Double($0) / 200 }

  /// c(z(u)) at all levels.
  ///
  /// - Parameter alpha: The logit of the Bernoulli.
  static func values(
    of estimator: any RelaxationControlledEstimator, at alpha: Float, _ problem: ToyProblem
  ) -> [Double] {
    let u = Tensor(levels.map { Float($0) }, shape: [levels.count, 1])
    let z = u.log() - (-u + 1).log() + alpha
    let distribution = Bernoulli(logits: Tensor(repeating: alpha, shape: z.shape))
    let values = estimator.controlVariate(
      at: z, of: distribution,
      in: EstimationProblem(distribution: distribution, objective: problem.objective))
    return values.values.map { Double($0) }
  }
}
