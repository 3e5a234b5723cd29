import ReinforcementLearning
import Statistics

/// The statistics of a comparison: each measure of each algorithm, and how it differs from that of
/// the first one, seed by seed.
struct ComparisonSummary {
  /// A number that is known of every run.
  struct Measure {
    /// The name in `summary.csv`.
    let key: String
    /// The name in tables.
    let title: String
    /// The decimals in tables.
    let decimals: Int
    /// The statistics of each algorithm.
    let figures: [Figures]
  }

  /// What one measure of one algorithm comes to, over the seeds.
  struct Figures {
    let mean, standardError, median: Double
    /// The 95 % interval of the mean.
    let interval: ConfidenceInterval
    /// The difference to the first algorithm; `nil` for that itself.
    let difference: PairedComparison?

    fileprivate init(_ values: [Double], base: [Double]?) {
      mean = Statistics.mean(values)
      standardError = Statistics.standardError(values)
      median = Statistics.median(values)
      interval = bootstrapInterval(ofMeanOf: values)
      difference = base.map { PairedComparison(of: values, to: $0) }
    }
  }

  /// The names of what was compared.
  let algorithms: [String]
  let environment: EnvironmentSpecification
  let seeds: ClosedRange<UInt64>
  /// How long a run may last: "300 episodes".
  let budget: String
  /// How many runs of each algorithm were solved, and how many ended since they diverged.
  let solved, diverged: [Int]
  /// The measures that depend on the seeds alone.
  let measures: [Measure]
  /// The seconds that the training of a run took.
  let wallTime: Measure

  /// Makes the statistics.
  ///
  /// - Parameters:
  ///   - runs: The runs of each of the plan's entries, in the order of the seeds.
  ///   - plan: What was to be compared.
  init(of runs: [[FinishedRun]], _ plan: ComparisonPlan) {
    algorithms = plan.entries.map(\.name)
    environment = plan.environment
    seeds = plan.seeds
    budget = plan.steps.map { "\($0) steps" } ?? "\(plan.episodes) episodes"
    solved = runs.map { $0.count { $0.solvedAtEpisode != nil } }
    diverged = runs.map { $0.count(where: \.hasDiverged) }

    func measure(
      _ key: String, _ title: String, decimals: Int, of value: (FinishedRun) -> Double
    ) -> Measure {
      let values = runs.map { $0.map(value) }
      let figures = values.indices.map { index in
        Figures(values[index], base: index == 0 ? nil : values[0])
      }
      return Measure(key: key, title: title, decimals: decimals, figures: figures)
    }
    var measures: [Measure] = []
    if environment.rewardThreshold != nil {
      measures.append(
        measure("episodes_to_solve", "episodes to solve", decimals: 1) {
          // A run that has diverged would have learned nothing in what it lacks of its budget.
          let budget = $0.hasDiverged && plan.steps == nil ? plan.episodes : $0.returns.count
          return Double($0.solvedAtEpisode ?? budget)
        })
      measures.append(
        measure("steps_to_solve", "steps to solve", decimals: 0) {
          let taken = $0.steps.last ?? 0
          let budget = $0.hasDiverged ? max(taken, plan.steps ?? 0) : taken
          return Double($0.solvedAtStep ?? budget)
        })
    }
    measures.append(
      measure("final_return", "mean return of the last \(min(100, plan.episodes))", decimals: 1) {
        mean(Array($0.returns.suffix(100)))
      })
    if runs.joined().allSatisfy({ $0.logVariances.contains { $0 != nil } }) {
      measures.append(
        measure("log_variance", "log-variance of the gradient", decimals: 2) {
          mean($0.logVariances.compactMap { $0 })
        })
    }
    self.measures = measures
    wallTime = measure("wall_seconds", "wall time of a run, s", decimals: 2, of: \.wallSeconds)
  }
}
