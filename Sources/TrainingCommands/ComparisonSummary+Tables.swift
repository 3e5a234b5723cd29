import ExperimentLogging
import ReinforcementLearning

extension ComparisonSummary {
  /// The contents of `summary.csv`: a row for each measure of each algorithm.
  var csv: CSVTable {
    var table = CSVTable(columns: [
      "measure", "algorithm", "runs", "solved", "mean", "standard_error", "median", "lower_95",
      "upper_95", "base", "difference", "difference_standard_error", "difference_lower_95",
      "difference_upper_95", "p_value",
    ])
    for measure in measures {
      for (index, figures) in measure.figures.enumerated() {
        let difference = figures.difference
        table.addRow([
          .text(measure.key), .text(algorithms[index]), .integer(seeds.count),
          .integer(solved[index]), .double(figures.mean), .double(figures.standardError),
          .double(figures.median), .double(figures.interval.lower),
          .double(figures.interval.upper), MetricValue(difference.map { _ in algorithms[0] }),
          MetricValue(difference?.meanDifference), MetricValue(difference?.standardError),
          MetricValue(difference?.interval.lower), MetricValue(difference?.interval.upper),
          MetricValue(difference?.pValue),
        ])
      }
    }
    return table
  }

  /// What the terminal shows: everything in `markdown`, and the wall time.
  var text: String {
    sections(measures + [wallTime], table: \.description).joined(separator: "\n\n")
  }

  /// The contents of `summary.md`.
  var markdown: String {
    (["# \(title)"] + sections(measures, table: \.markdown))
      .joined(separator: "\n\n") + "\n"
  }

  private func sections(_ measures: [Measure], table: (TextTable) -> String) -> [String] {
    let differences = differenceTable
    return [headline, table(algorithmTable(measures))]
      + (differences.map { ["Differences to \(algorithms[0]), seed by seed:", table($0)] } ?? [])
      + [remarks]
  }

  // MARK: Tables

  /// The measures of each algorithm.
  func algorithmTable(_ measures: [Measure]) -> TextTable {
    var table = TextTable([
      .init("measure"), .init("algorithm"), .init("mean", .trailing), .init("± error", .trailing),
      .init("median", .trailing), .init("95 % interval", .trailing),
    ])
    for measure in measures {
      func number(_ value: Double) -> String { Self.text(value, decimals: measure.decimals) }
      for (index, figures) in measure.figures.enumerated() {
        table.addRow([
          index == 0 ? measure.title : "", algorithms[index], number(figures.mean),
          number(figures.standardError), number(figures.median),
          "\(number(figures.interval.lower)) to \(number(figures.interval.upper))",
        ])
      }
    }
    return table
  }

  /// The differences to the first algorithm; `nil` where it is the only one.
  var differenceTable: TextTable? {
    guard algorithms.count > 1 else { return nil }
    var table = TextTable([
      .init("measure"), .init("algorithm"), .init("difference", .trailing),
      .init("± error", .trailing), .init("95 % interval", .trailing), .init("p", .trailing),
    ])
    for measure in measures {
      func number(_ value: Double) -> String { Self.text(value, decimals: measure.decimals) }
      for (index, figures) in measure.figures.enumerated() {
        guard let difference = figures.difference else { continue }
        let sign = difference.meanDifference > 0 ? "+" : ""
        table.addRow([
          index == 1 ? measure.title : "", algorithms[index],
          sign + number(difference.meanDifference), number(difference.standardError),
          "\(number(difference.interval.lower)) to \(number(difference.interval.upper))",
          difference.pValue < 0.001 ? "< 0.001" : Self.text(difference.pValue, decimals: 3),
        ])
      }
    }
    return table
  }

  private static func text(_ value: Double, decimals: Int) -> String {
    value.isNaN ? "–" : Format.fixed(value, decimals: decimals)
  }

  // MARK: Sentences

  /// What was compared.
  var title: String { "Comparison in \(environment.name)" }

  /// What was run, and how often it was solved.
  var headline: String {
    let seedText =
      seeds.count == 1
      ? "seed \(seeds.lowerBound)" : "seeds \(seeds.lowerBound) to \(seeds.upperBound)"
    var text = "\(environment.name), at most \(budget), \(seedText)."
    guard let threshold = environment.rewardThreshold else { return text }
    let counts = zip(algorithms, solved).map { "\($0) \($1) of \(seeds.count)" }
    let goal = Int(exactly: threshold).map { "\($0)" } ?? "\(threshold)"
    text += " Solved (a mean return of \(goal) over 100 episodes): "
    return text + counts.joined(separator: ", ") + "."
  }

  /// How the figures are to be read.
  var remarks: String {
    var sentences: [String] = []
    for (algorithm, count) in zip(algorithms, diverged) where count > 0 {
      sentences.append(
        "Of \(algorithm), \(count) of \(seeds.count) runs ended early with a gradient that was not "
          + "finite; unless solved before, it counts with all \(budget).")
    }
    if environment.rewardThreshold != nil, solved.contains(where: { $0 < seeds.count }) {
      sentences.append(
        "A run that was not solved counts with all its episodes and steps, which makes these means "
          + "lower bounds.")
    }
    if measures.contains(where: { $0.key == "log_variance" }) {
      sentences.append("The log-variance is a run's mean, measured at the policies of that run.")
    }
    sentences.append("Intervals: percentile bootstrap of the mean.")
    if seeds.count < 10 { sentences.append("They are too narrow with so few seeds.") }
    if algorithms.count > 1 { sentences.append("p: paired sign-flip permutation, two-sided.") }
    if algorithms.count > 2 {
      sentences.append("No p is corrected for the number of comparisons.")
    }
    return sentences.joined(separator: " ")
  }
}
