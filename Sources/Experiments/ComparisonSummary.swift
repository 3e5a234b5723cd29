import State
import Statistics

/// The statistics of a comparison: each measure of each variant, and how it differs from that of the
/// first one, seed by seed.
public struct ComparisonSummary<E: Experiment>: Sendable {
  /// What one measure of one variant comes to, over the seeds.
  public struct Figures: Sendable {
    /// The value of each run.
    public let values: [Double]
    public let mean, standardError, median: Double
    /// The 95 % interval of the mean.
    public let interval: ConfidenceInterval
    /// The difference to the first variant; `nil` for that itself.
    public let difference: PairedComparison?

    init(_ values: [Double], base: [Double]?) {
      self.values = values
      mean = Statistics.mean(values)
      standardError = Statistics.standardError(values)
      median = Statistics.median(values)
      interval = bootstrapInterval(ofMeanOf: values)
      difference = base.map { PairedComparison(of: values, to: $0) }
    }
  }

  /// A measure and its figures, one for each variant.
  public struct Row: Sendable {
    public let measure: Measure
    public let figures: [Figures]
  }

  /// The names of what was compared.
  public let names: [String]
  public let seeds: ClosedRange<UInt64>
  /// The runs of each variant, in the order of the seeds.
  public let records: [[RunRecord<E.Settings>]]
  /// The measures that all runs have.
  public let rows: [Row]
  /// What is to be said beside the figures.
  public let remarks: [String]

  /// Makes the statistics.
  ///
  /// - Parameters:
  ///   - records: The runs of each of the plan's entries, in the order of the seeds.
  ///   - plan: What was compared.
  init(of records: [[RunRecord<E.Settings>]], _ plan: ComparisonPlan<E.Settings>) {
    names = plan.entries.map(\.name)
    seeds = plan.seeds
    self.records = records
    remarks = E.remarks(on: records, names: names)
    rows = E.measures.compactMap { measure in
      let values = records.map { $0.compactMap { measure.value($0.values) } }
      guard zip(values, records).allSatisfy({ $0.count == $1.count && !$0.isEmpty }) else {
        return nil
      }
      let figures = values.indices.map { index in
        Figures(values[index], base: index == 0 ? nil : values[0])
      }
      return Row(measure: measure, figures: figures)
    }
  }

  /// How a variant stands to another one.
  public enum Verdict: Sendable, Equatable, CustomStringConvertible {
    /// Better, at the level asked for.
    case ahead(ConfidenceInterval)
    /// Worse, at the level asked for.
    case behind(ConfidenceInterval)
    /// These runs do not tell.
    case undecided(ConfidenceInterval)

    public var isAhead: Bool { if case .ahead = self { true } else { false } }
    public var isBehind: Bool { if case .behind = self { true } else { false } }

    public var description: String {
      let (word, interval) =
        switch self {
        case .ahead(let interval): ("ahead", interval)
        case .behind(let interval): ("behind", interval)
        case .undecided(let interval): ("cannot be told", interval)
        }
      return "\(word); difference between \(interval.lower) and \(interval.upper)"
    }
  }

  /// Whether `name` is ahead of `other`, from the differences seed by seed.
  ///
  /// - Parameters:
  ///   - name: A variant.
  ///   - other: Another one.
  ///   - key: The measure, one of those in `rows`.
  ///   - level: The probability of an error that is allowed: p of the paired permutation test.
  /// - Returns: The verdict, with the 95 % interval of the mean difference.
  public func verdict(
    on name: String, against other: String, by key: String, level: Double = 0.05
  ) -> Verdict {
    guard let first = names.firstIndex(of: name), let second = names.firstIndex(of: other),
      let row = rows.first(where: { $0.measure.key == key })
    else {
      preconditionFailure(
        "verdict: \(name), \(other) and \(key) are not among \(names) and "
          + "\(rows.map(\.measure.key))")
    }
    let difference = PairedComparison(
      of: row.figures[first].values, to: row.figures[second].values)
    guard difference.pValue < level else { return .undecided(difference.interval) }
    return (difference.meanDifference < 0) == row.measure.isLessBetter
      ? .ahead(difference.interval) : .behind(difference.interval)
  }
}
