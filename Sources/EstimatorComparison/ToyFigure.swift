import Autodiff
import Distributions
import GradientEstimators
import RandomNumbers
import ReinforcementLearning
import Rendering
import Statistics

extension ToyReport {
  /// The loss and the log-variance during the training and, for one Bernoulli, the control variates
  /// that were learned: the three panels of figure 2 in "Backpropagation through the Void" (2018).
  var figure: Figure {
    var panels = [lossPanel, variancePanel]
    if problem.support == .bernoulli, problem.sampleWidth == 1 { panels.append(relaxationPanel) }
    return Figure(panels: panels, title: "E[f(b)], f(b) = \(problem.formula)")
  }

  private var lossPanel: Chart {
    Chart(
      title: "Loss", xLabel: "step", yLabel: "E[f(b)], mean over seeds",
      series: series { mean($0.map(\.loss)) })
  }

  private var variancePanel: Chart {
    Chart(
      title: "Variance", xLabel: "step", yLabel: "log-variance, median over seeds",
      series: series { median($0.map(\.logVariance)) })
  }

  private func series(_ value: ([ToyRun.Record]) -> Double) -> [Series] {
    runs.map { runs in
      let records = runs[0].records.indices.map { index in runs.map { $0.records[index] } }
      return Series(
        name: runs[0].estimator, x: records.map { Double($0[0].step) }, y: records.map(value))
    }
  }

  /// c(z) over the uniform u of z = α + log u − log(1 − u), at the end of the first seed's training.
  private var relaxationPanel: Chart {
    let levels = (1..<200).map { Double($0) / 200 }
    var series: [Series] = []
    for run in runs.compactMap(\.first) {
      guard let estimator = run.finalEstimator as? any RelaxationControlledEstimator,
        let alpha = run.records.last?.parameters.first
      else { continue }
      series.append(
        Series(name: run.estimator, x: levels, y: relaxation(estimator, alpha, levels)))
    }
    if !series.isEmpty, let alpha = runs.compactMap({ $0.first?.records.last?.parameters[0] }).first
    {
      let values = relaxed(alpha, levels) { problem.objective($0.unitStep(), parameters: $0) }
      series.append(Series(name: "f(H(z))", x: levels, y: values, style: .dashed))
    }
    return Chart(
      title: "Control variates", xLabel: "u", yLabel: "c(z(u)), first seed, last step",
      series: series)
  }

  private func relaxation(
    _ estimator: any RelaxationControlledEstimator, _ alpha: Float, _ levels: [Double]
  ) -> [Double] {
    relaxed(alpha, levels) { z in
      let distribution = Bernoulli(logits: Tensor(repeating: alpha, shape: z.shape))
      return estimator.controlVariate(
        at: z, of: distribution,
        in: EstimationProblem(distribution: distribution, objective: problem.objective))
    }
  }

  /// A function of z(u), [rows, 1] to [rows].
  private func relaxed(
    _ alpha: Float, _ levels: [Double], _ function: (Tensor) -> Tensor
  ) -> [Double] {
    let u = Tensor(levels.map { Float($0) }, shape: [levels.count, 1])
    let z = u.log() - (-u + 1).log() + alpha
    return function(z).values.map { Double($0) }
  }
}
