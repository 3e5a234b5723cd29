import Files
import Foundation
import ManyMachines
import Parallelism
import State

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
    let queue = RunQueue(plan, done: [:])
    try execute(queue, jobs: min(jobs, plan.runs.count), in: nil, monitor) { _ in
      .begun(())
    } body: { index, _, monitor throws(Failure) in
      var run = try Run<E>(plan.runs[index].settings, in: context)
      return try run.values(monitor)
    }
    return summary(of: queue)
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
    let summary = try run(
      in: JobFolder(folder), origin: origin, writesTensorBoard: writesTensorBoard,
      pictures: pictures, jobs: jobs, monitor)
    guard let summary else { preconditionFailure("Comparison: who is alone has waited for nobody") }
    return summary
  }

  /// Executes whatever has not been finished in a folder, with all ranks that work in it: each takes the
  /// next run that is neither finished nor another's.
  ///
  /// - Parameters:
  ///   - folder: An empty folder, or one of the same comparison.
  ///   - origin: What the files say of where it comes from.
  ///   - writesTensorBoard: Whether each run writes an event file as well.
  ///   - pictures: What each run leaves in its folder on the way.
  ///   - jobs: How many at once on this rank.
  ///   - waitsForAll: Whether other ranks than the first have a use for what came out, too.
  ///   - monitor: Tells when to end; what is under way is saved then.
  /// - Returns: What came out; `nil` on ranks that have not waited for it.
  /// - Throws: `Failure` if something goes wrong, or if runs are missing in the end since the ranks that had
  ///   them have died.
  public func run(
    in folder: JobFolder, origin: RunOrigin, writesTensorBoard: Bool = false,
    pictures: @escaping @Sendable (E.Settings) throws(Failure) -> RunPictures<E>? = { _ in nil },
    jobs: Int, waitsForAll: Bool = false, _ monitor: Monitor
  ) throws(Failure) -> ComparisonSummary<E>? {
    do throws(Failure) {
      try begin(in: folder, origin, monitor)
    } catch {
      folder.removeClaims()
      throw error
    }
    let (runs, parent) = (plan.runs, folder.path)
    var done: [Int: RunValues] = [:]
    for (index, run) in runs.enumerated() { done[index] = try finished(run, in: parent) }
    let missing = runs.indices.filter { done[$0] == nil }
    let own = try folder.gathering?.deal(missing, monitor)
    if folder.isOwn, let own {
      // Made by a job that has ended before they were sent.
      let cells = cells(in: parent)
      for index in own where done[index] != nil { folder.gathering?.send(index, cells[index]) }
    }
    let queue = RunQueue(plan, done: done, only: own, skipping: folder.ranks.rank)
    let waits = waitsForAll || folder.ranks.isFirst
    let unclaimed = folder.unclaimed
    defer { withExtendedLifetime(folder) {} }
    try execute(
      queue, jobs: min(jobs, runs.count), in: unclaimed, waits: waits, monitor
    ) { index throws(Failure) in
      try attempt(index, in: unclaimed)
    } body: { index, claim, monitor throws(Failure) in
      let path = cell(runs[index].entry, runs[index].settings.seed, in: parent)
      var run = try Run<E>(
        runs[index].settings, in: context, folder: ClaimedFolder(path), origin: origin,
        writesTensorBoard: writesTensorBoard, pictures: pictures(runs[index].settings))
      _ = try run.values(monitor)
      guard let values = try Run<E>.record(in: path, runs[index].settings) else {
        throw .interruption
      }
      withExtendedLifetime(claim) {}
      return values
    }
    guard waits else { return nil }
    do throws(Failure) {
      try checkComplete(queue.values, in: folder)
    } catch {
      folder.giveUp()
      throw error
    }
    folder.removeClaims()
    return summary(of: queue)
  }

  private func summary(of queue: RunQueue<E.Settings>) -> ComparisonSummary<E> {
    let values = queue.values
    let records = plan.runs.enumerated().compactMap { index, run in
      values[index].map { RunRecord(settings: run.settings, values: $0) }
    }
    return ComparisonSummary(of: grouped(records), plan)
  }

  /// The runs of each entry, in the order of the seeds.
  private func grouped(_ records: [RunRecord<E.Settings>]) -> [[RunRecord<E.Settings>]] {
    // In the plan's order, the runs of a seed stand next to each other.
    let count = plan.entries.count
    return (0..<count).map { entry in
      stride(from: entry, to: records.count, by: count).map { records[$0] }
    }
  }

  // MARK: Folder

  /// The folders of all runs, in the order of the plan.
  public func cells(in folder: Path) -> [Path] {
    plan.runs.map { cell($0.entry, $0.settings.seed, in: folder) }
  }

  /// The folder of a run.
  private func cell(_ entry: Int, _ seed: UInt64, in folder: Path) -> Path {
    folder.appending("runs").appending(name(entry, seed))
  }

  private func name(_ entry: Int, _ seed: UInt64) -> String {
    comparisonCell(entry, plan.entries[entry].name, seed: seed)
  }

  /// Writes `comparison.json`, or checks that the one which is there says the same; ranks that do not have
  /// the folder wait until it is there.
  private func begin(
    in folder: JobFolder, _ origin: RunOrigin, _ monitor: Monitor
  ) throws(Failure) {
    let file = folder.path.appending("comparison.json")
    let expected = plan.json(version: origin.version).members ?? []
    // Parsed as well, so that numbers are read in the same way.
    let members = (try? JSONValue(parsing: JSONValue.object(expected).fileContents))?.members
    func stored() -> [JSONValue.Member] {
      (try? JSONValue(parsing: RegularFile.contents(of: file)))?.members ?? []
    }
    func isAlike(_ stored: [JSONValue.Member]) -> Bool {
      stored.filter({ $0.name != "command" }) == members
    }
    guard folder.isOwn else {
      return try folder.wait(monitor) { isAlike(stored()) }
    }
    if Folder.hasEntry(file) {
      let stored = stored()
      if isAlike(stored) { return try folder.makeClaims() }
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
    try folder.makeClaims()
    let command = JSONValue.Member(name: "command", value: .text(origin.command))
    try AtomicFile.write(JSONValue.object([command] + expected).fileContents, to: file)
    _ = try Folder.make(folder.path.appending("runs"))
  }

  /// Tries to claim a run for this process.
  private func attempt(
    _ index: Int, in folder: JobFolder
  ) throws(Failure) -> RunQueue<E.Settings>.Attempt<LockedFile?> {
    if folder.ranks.isAlone { return .begun(nil) }
    let run = plan.runs[index]
    if let values = try finished(run, in: folder.path) { return .finished(values) }
    if let gathering = folder.gathering, let isExpected = gathering.isExpected(index) {
      return isExpected ? .busy : .lost
    }
    let attempt = try folder.attempt(name(run.entry, run.settings.seed))
    // Between the two looks somebody may have finished it.
    if let values = try finished(run, in: folder.path) { return .finished(values) }
    switch attempt {
    case .claimed(let lock): return .begun(lock)
    case .busy: return .busy
    case .lost: return .lost
    }
  }

  /// Throws if runs are missing, and names them.
  private func checkComplete(
    _ values: [Int: RunValues], in folder: JobFolder
  ) throws(Failure) {
    let runs = plan.runs
    let missing = runs.indices.filter { values[$0] == nil }
    guard !missing.isEmpty else { return }
    guard folder.ranks.isFirst else { throw .silent }
    let names = missing.prefix(5).map { name(runs[$0].entry, runs[$0].settings.seed) }
    let more = missing.count > 5 ? " and \(missing.count - 5) more" : ""
    throw .failed(
      "\(folder.path): \(missing.count) of \(runs.count) runs are missing, since the ranks that had "
        + "them have ended (\(names.joined(separator: ", "))\(more)); the same command with this folder "
        + "as --run-dir makes them.")
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

extension Monitor {
  /// What a run tells its steps as.
  static let steps = "steps"
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
