import Files
import Foundation
import ManyMachines
import State
import Statistics

/// A search for good settings: random trials, of which the better half goes on with more seeds and more
/// steps, again and again.
///
/// K. Jamieson, A. Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization",
/// AISTATS 2016 (arXiv:1502.07943), successive halving. Every rung is a comparison in a folder of its
/// own: what is finished there is not run again.
public struct Tuning<E: Experiment>: Sendable {
  /// What is tried and how long.
  public struct Plan: Sendable {
    /// What is searched, and where.
    public var ranges: [(setting: Setting<E.Settings>, range: SearchRange)]
    /// How many settings are tried.
    public var trials = 16
    /// How often the better half goes on.
    public var halvings = 2
    /// The seeds of the last rung; each rung before has half of them, one at least.
    public var seeds: ClosedRange<UInt64> = 0...3
    /// Decides which values are tried.
    public var seed = 0
    /// The measure that decides, one of the experiment's.
    public var measure: String = E.tuningMeasure

    public init(ranges: [(setting: Setting<E.Settings>, range: SearchRange)]) {
      self.ranges = ranges
    }

    /// The measure that decides.
    ///
    /// - Throws: `Failure` if it is not among those that runs have, or may have.
    @discardableResult
    public func decisiveMeasure(among known: [Measure] = E.measures) throws(Failure) -> Measure {
      guard let decisive = known.first(where: { $0.key == measure }) else {
        let keys = known.map(\.key).joined(separator: ", ")
        throw .usage(
          "--by is \(measure.printable), which these runs do not have; choose from \(keys).")
      }
      return decisive
    }
  }

  /// A setting that was tried in a rung.
  public struct Trial: Sendable {
    /// The variant's name: its settings in a form that `compare` takes.
    public let name: String
    /// Its place among those of the rung, as they were tried.
    let index: Int
    /// The rung, from 1 on.
    public let rung: Int
    /// What was tried of each range.
    public let values: [String]
    /// The measure of each seed.
    public let scores: [Double]
    public let settings: E.Settings
  }

  private let plan: Plan
  private let base: SettingValues<E.Settings>
  private let context: E.Settings.Context

  /// - Parameters:
  ///   - plan: What is tried.
  ///   - base: The settings that all trials share.
  ///   - context: What names are looked up in.
  public init(
    _ plan: Plan, base: SettingValues<E.Settings>, in context: E.Settings.Context
  ) {
    self.plan = plan
    self.base = base
    self.context = context
  }

  /// The settings that are tried: a sequence that fills the space of all ranges evenly, however many
  /// of it are taken. What it tries of a range depends on its place alone, so that searches of
  /// different algorithms that begin with the same ranges are dealt the same luck there.
  ///
  /// R. Richtmyer, "The Evaluation of Definite Integrals, and a Quasi-Monte-Carlo Method Based on the
  /// Properties of Algebraic Numbers" (1951): multiples of the square roots of the primes.
  var candidates: [[String]] {
    let primes = (2...).lazy.filter { number in !(2..<number).contains { number % $0 == 0 } }
    let steps = primes.prefix(plan.ranges.count).map { Double($0).squareRoot() }
    var candidates: [[String]] = []
    // Ranges with few values have them all before the number of trials is reached.
    for index in 1...16 * plan.trials where candidates.count < plan.trials {
      let values = zip(plan.ranges, steps).map { range, step in
        let shift = 0.5 + Double(plan.seed) * 0.754877666
        let position = shift + step * Double(index)
        return range.range.value(at: position - position.rounded(.down))
      }
      if !candidates.contains(values) { candidates.append(values) }
    }
    return candidates
  }

  /// Searches in a folder, with all ranks that work in it.
  ///
  /// - Returns: All trials, the best of the last rung first: on all ranks, or on rank 0 alone where folders are
  ///   gathered.
  public func run(
    in folder: JobFolder, origin: RunOrigin, jobs: Int, _ monitor: Monitor
  ) throws(Failure) -> [Trial] {
    if folder.isOwn { try begin(in: folder, origin) }
    var alive = candidates
    var trials: [Trial] = []
    for rung in 1...plan.halvings + 1 {
      let later = plan.halvings + 1 - rung
      let comparison = Comparison<E>(try comparison(of: alive, later: later), in: context)
      let part = try folder.part("rung-\(rung)")
      let isGathered = folder.gathering != nil
      let candidates = alive
      func ranked() throws(Failure) -> [Trial]? {
        let summary = try comparison.run(
          in: part, origin: origin, jobs: jobs, waitsForAll: !isGathered, monitor)
        guard let summary else { return nil }
        do throws(Failure) {
          return try rank(summary, candidates, rung)
        } catch {
          throw folder.ranks.isFirst ? error : .silent
        }
      }
      // Where folders are gathered, rank 0 alone knows what came out, and tells the others who goes on.
      let ranks = folder.ranks.waitingForever
      let found = try isGathered ? ranks.together(monitor, ranked) : ranked()
      var survivors = (found ?? []).prefix((alive.count + 1) / 2).map(\.index)
      if isGathered {
        let text = try ranks.fromFirst(survivors.map(String.init).joined(separator: " "), monitor)
        survivors = text.split(separator: " ").compactMap { Int($0) }
      }
      trials = (found ?? []) + trials
      alive = survivors.map { candidates[$0] }
    }
    folder.removeClaims()
    return trials
  }

  /// The comparison of some candidates, after which so many rungs follow.
  private func comparison(
    of candidates: [[String]], later: Int
  ) throws(Failure) -> ComparisonPlan<E.Settings> {
    var variants: [Variant<E.Settings>] = []
    for values in candidates {
      var settings = SettingValues<E.Settings>()
      for ((setting, _), text) in zip(plan.ranges, values) {
        settings[setting] = try setting.parse(text)
      }
      variants.append(Variant(name(values), settings))
    }
    let count = max(1, plan.seeds.count >> later)
    var shared = base
    // Fewer steps, but for what cannot be shorter.
    let full = try E.Settings(flags: base, in: context)
    for setting in full.relevant where setting.mayGrow {
      if let budget = setting.get(full).integer {
        shared[setting] = .integer(max(1, budget >> later))
      }
    }
    return try ComparisonPlan(
      variants, shared: shared,
      seeds: plan.seeds.lowerBound...plan.seeds.lowerBound + UInt64(count - 1), in: context)
  }

  private func name(_ values: [String]) -> String {
    let head = base[E.Settings.variantFlag]?.text ?? E.Settings().variantName
    let settings = zip(plan.ranges, values).map { "\($0.setting.flag)=\($1)" }
    return "\(head):\(settings.joined(separator: ";"))"
  }

  private func rank(
    _ summary: ComparisonSummary<E>, _ candidates: [[String]], _ rung: Int
  ) throws(Failure) -> [Trial] {
    let runs = summary.records.joined()
    let measure = try plan.decisiveMeasure(
      among: E.measures.filter { measure in
        runs.contains { measure.value($0.values) != nil }
      })
    // A run that has diverged may have no value, and is no reason to end the search.
    let trials = candidates.indices.map { index in
      Trial(
        name: summary.names[index], index: index, rung: rung, values: candidates[index],
        scores: summary.records[index].map { measure.value($0.values) ?? .nan },
        settings: summary.records[index][0].settings)
    }
    let sign = measure.isLessBetter ? 1.0 : -1.0
    // What is no number comes last.
    func cost(_ trial: Trial) -> Double {
      let value = sign * mean(trial.scores)
      return value.isNaN ? .infinity : value
    }
    return trials.sorted { cost($0) < cost($1) }
  }

  /// Writes `tuning.json`, or checks that the one which is there says the same.
  private func begin(in folder: JobFolder, _ origin: RunOrigin) throws(Failure) {
    let file = folder.path.appending("tuning.json")
    let plan: JSONValue = [
      "version": .text(origin.version), "trials": .array(candidates.map { .text(name($0)) }),
      "halvings": .integer(self.plan.halvings), "seeds": .integer(self.plan.seeds.count),
      "first_seed": .integer(Int(self.plan.seeds.lowerBound)), "by": .text(self.plan.measure),
    ]
    if Folder.hasEntry(file) {
      guard let data = try? RegularFile.contents(of: file), data == plan.fileContents else {
        throw .file(
          folder.path.text, "holds a search with other settings or of another version",
          fix: "choose another folder with --run-dir")
      }
      return
    }
    guard folder.isEmpty else {
      throw .file(
        folder.path.text, "holds no search (tuning.json is missing), but other files",
        fix: "choose another folder")
    }
    try AtomicFile.write(plan.fileContents, to: file)
  }
}
