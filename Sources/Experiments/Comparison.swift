import Files
import Foundation
import Parallelism
import State
import Synchronization

/// Runs of some variants with the same seeds, each the run that its settings alone would make.
///
/// In a folder every run has one of its own, which can be opened, continued and drawn like any other;
/// whatever is finished there is not run again.
public struct Comparison<E: Experiment>: Sendable {
  public let plan: ComparisonPlan<E.Settings>
  private let context: E.Settings.Context

  public init(_ plan: ComparisonPlan<E.Settings>, in context: E.Settings.Context) {
    self.plan = plan
    self.context = context
  }

  /// Executes all runs in memory.
  ///
  /// - Parameters:
  ///   - jobs: How many at once; it changes nothing in the results.
  ///   - monitor: Tells when to end.
  public func run(
    jobs: Int = processorCount, _ monitor: Monitor = .silent
  ) throws(Failure) -> ComparisonSummary<E> {
    let records = try execute(jobs: jobs, done: [:], monitor) { settings, monitor throws(Failure) in
      var run = try Run<E>(settings, in: context)
      return try run.values(monitor)
    }
    return ComparisonSummary(of: grouped(records), plan)
  }

  /// Executes whatever has not been finished in a folder.
  ///
  /// - Parameters:
  ///   - folder: An empty folder, or one of the same comparison.
  ///   - origin: What the files say of where it comes from.
  ///   - writesTensorBoard: Whether each run writes an event file as well.
  ///   - pictures: What is drawn of a run on the way.
  ///   - jobs: How many at once.
  ///   - monitor: Tells when to end; what is under way is saved then.
  /// - Returns: What came out.
  public func run(
    in folder: ClaimedFolder, origin: RunOrigin, writesTensorBoard: Bool = false,
    pictures: @escaping @Sendable (E.Settings) throws(Failure) -> RunPictures<E>? = { _ in nil },
    jobs: Int, _ monitor: Monitor
  ) throws(Failure) -> ComparisonSummary<E> {
    try begin(in: folder, origin)
    let runs = plan.runs
    var done: [Int: RunValues] = [:]
    for (index, run) in runs.enumerated() {
      done[index] = try finished(run, in: folder.path)
    }
    // Threads let go of what they have a moment after they have ended, which must not be the claim.
    let parent = folder.path
    defer { withExtendedLifetime(folder) {} }
    let records = try execute(jobs: jobs, done: done, monitor) {
      settings, monitor throws(Failure) in
      let entry = plan.entries.firstIndex { $0.settings.isAlike(settings) } ?? 0
      let path = cell(entry, settings.seed, in: parent)
      var run = try Run<E>(
        settings, in: context, folder: ClaimedFolder(path), origin: origin,
        writesTensorBoard: writesTensorBoard, pictures: pictures(settings))
      _ = try run.values(monitor)
      guard let values = try Run<E>.record(in: path, settings) else { throw .interruption }
      return values
    }
    return ComparisonSummary(of: grouped(records), plan)
  }

  // MARK: Folder

  /// The folders of all runs, in the order of the plan.
  public func cells(in folder: Path) -> [Path] {
    plan.runs.map { cell($0.entry, $0.settings.seed, in: folder) }
  }

  /// The folder of a run.
  private func cell(_ entry: Int, _ seed: UInt64, in folder: Path) -> Path {
    let name = comparisonCell(entry, plan.entries[entry].name, seed: seed)
    return folder.appending("runs").appending(name)
  }

  /// Writes `comparison.json`, or checks that the one which is there says the same.
  private func begin(in folder: ClaimedFolder, _ origin: RunOrigin) throws(Failure) {
    let file = folder.path.appending("comparison.json")
    let expected = plan.json(version: origin.version).members ?? []
    if Folder.hasEntry(file) {
      let stored =
        (try? JSONValue(parsing: RegularFile.contents(of: file)))?.members ?? []
      // Parsed as well, so that numbers are read in the same way.
      let members = (try? JSONValue(parsing: JSONValue.object(expected).fileContents))?.members
      if stored.filter({ $0.name != "command" }) == members { return }
      var remedy = "choose another folder with --run-dir"
      if let command = stored.first(where: { $0.name == "command" })?.value.text {
        remedy += ", or repeat the command that made it: \(command.printable)"
      }
      throw .file(
        folder.path.text, "holds a comparison with other settings or of another version",
        fix: remedy)
    }
    guard folder.isEmpty else {
      throw .file(
        folder.path.text, "holds no comparison (comparison.json is missing), but other files",
        fix: "choose another folder")
    }
    let command = JSONValue.Member(name: "command", value: .text(origin.command))
    try AtomicFile.write(JSONValue.object([command] + expected).fileContents, to: file)
    _ = try Folder.make(folder.path.appending("runs"))
  }

  private func finished(
    _ run: (entry: Int, settings: E.Settings), in folder: Path
  ) throws(Failure) -> RunValues? {
    let path = cell(run.entry, run.settings.seed, in: folder)
    guard RunFolder.holdsRun(path), let values = try Run<E>.record(in: path, run.settings) else {
      return nil
    }
    guard try Run<E>.savedSettings(in: path, context) == run.settings else {
      throw .file(
        path.text, "is not a run of this comparison",
        fix: "delete it, and it is made anew")
    }
    return values
  }

  // MARK: Execution

  private func execute(
    jobs: Int, done: [Int: RunValues], _ monitor: Monitor,
    _ body: @escaping @Sendable (E.Settings, Monitor) throws(Failure) -> RunValues
  ) throws(Failure) -> [RunRecord<E.Settings>] {
    let runs = plan.runs
    let missing = runs.indices.filter { done[$0] == nil }
    let results = Mutex(done)
    let steps = StepCounter(count: missing.count)
    do {
      try WorkerPool.run(
        tasks: missing.count, threads: jobs,
        task: { index, pool in
          let inner = Monitor(
            isInterrupted: { pool.isStopped },
            show: { phase, done, total, _ in
              if phase == Monitor.steps { steps.set(done, of: total, index) }
            })
          let values = try withThreads(max(1, processorCount / jobs)) { () throws(Failure) in
            try body(runs[missing[index]].settings, inner)
          }
          results.withLock { $0[missing[index]] = values }
        },
        watch: {
          let finished = results.withLock { $0.count }
          let (done, total) = steps.sum(over: missing.count)
          return
            (try? monitor.check(
              "step of all runs", done, of: total, "\(finished) of \(runs.count) runs finished"))
            != nil
        })
    } catch let failure as Failure {
      // A pool that is stopped interrupts its runs.
      try monitor.check()
      throw failure
    } catch {
      throw .failed("\(error)")
    }
    try monitor.check()
    let values = results.withLock { $0 }
    return runs.enumerated().compactMap { index, run in
      values[index].map { RunRecord(settings: run.settings, values: $0) }
    }
  }

  /// The runs of each entry, in the order of the seeds.
  private func grouped(_ records: [RunRecord<E.Settings>]) -> [[RunRecord<E.Settings>]] {
    // In the plan's order, the runs of a seed stand next to each other.
    let count = plan.entries.count
    return (0..<count).map { entry in
      stride(from: entry, to: records.count, by: count).map { records[$0] }
    }
  }
}

/// The name of the folder of a run in a comparison's `runs`.
///
/// - Parameters:
///   - entry: The place of the variant.
///   - name: Its name.
///   - seed: The run's seed.
public func comparisonCell(_ entry: Int, _ name: String, seed: UInt64) -> String {
  // Numbers keep similar names apart.
  Folder.portable("\(entry + 1)-\(name)-seed-") + "\(seed)"
}

/// How far several runs are.
private final class StepCounter: Sendable {
  private let counts: Mutex<[(done: Int, total: Int)]>

  init(count: Int) { counts = Mutex([(done: Int, total: Int)](repeating: (0, 0), count: count)) }

  func set(_ done: Int, of total: Int, _ index: Int) {
    counts.withLock { $0[index] = (done, total) }
  }

  /// All together; runs that have not begun are taken for as long as the longest one.
  func sum(over count: Int) -> (done: Int, total: Int) {
    counts.withLock { counts in
      let longest = counts.map(\.total).max() ?? 0
      let total = counts.reduce(0.0) { $0 + Double($1.total == 0 ? longest : $1.total) }
      // No total is shown where budgets without bounds make it overflow.
      return (counts.reduce(0) { $0 &+ $1.done }, total < 1e15 ? Int(total) : 0)
    }
  }
}

extension Monitor {
  /// What a run tells its steps as.
  static let steps = "steps"
}

extension ExperimentSettings {
  /// Whether the settings are the same but for the seed.
  fileprivate func isAlike(_ other: Self) -> Bool {
    var copy = other
    copy.seed = seed
    return copy == self
  }
}

extension Run {
  /// Executes the run for a comparison, in which a run that has diverged counts too.
  fileprivate mutating func values(_ monitor: Monitor) throws(Failure) -> RunValues {
    do throws(Failure) {
      let result = try execute(monitor) { experiment, _ in
        let position = experiment.position
        // A run that was solved early leaves nothing to do.
        let done = position.isFinished ? position.total : position.done
        try? monitor.check(Monitor.steps, done, of: position.total)
      }
      if result.status == .interrupted { throw .interruption }
      return result.values
    } catch {
      guard error.kind == .divergence else { throw error }
      return divergedValues
    }
  }
}
