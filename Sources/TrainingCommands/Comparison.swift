import Checkpoints
import ExperimentLogging
import Foundation
import Parallelism
import Rendering
import Synchronization

/// A comparison from its plan to its files.
struct Comparison {
  let plan: ComparisonPlan
  let directory: ComparisonDirectory
  /// How many runs go on at once.
  let jobs: Int
  /// Whether progress is not shown.
  let isQuiet: Bool
  let context: CommandContext

  /// Trains whatever has not been trained yet, and writes all files.
  ///
  /// - Returns: What came out, or how many runs are finished if the comparison was interrupted.
  /// - Throws: `CommandFailure` if the folder holds another comparison, and what goes wrong with
  ///   files.
  func run() throws -> Outcome {
    let command = try prepareFolder()
    let finished = try plan.runs.map { try existingRun($0.entry, seed: $0.seed) }
    let trained = try train(missing: finished.indices.filter { finished[$0] == nil })
    let runs = finished.enumerated().compactMap { $1 ?? trained[$0] }
    guard runs.count == plan.runs.count else { return .interrupted(finishedRuns: runs.count) }

    // In the plan's order, the runs of a seed stand next to each other.
    let count = plan.entries.count
    let byEntry = plan.entries.indices.map { entry in
      stride(from: entry, to: runs.count, by: count).map { runs[$0] }
    }
    let summary = ComparisonSummary(of: byEntry, plan)
    try write(summary, byEntry, command: command)
    return .finished(summary)
  }

  /// What a comparison came to.
  enum Outcome {
    case finished(ComparisonSummary)
    case interrupted(finishedRuns: Int)
  }
}

// MARK: - Folder

extension Comparison {
  /// Writes `comparison.json`, or checks that the one which is there says the same.
  ///
  /// - Returns: The command that the comparison was started with.
  private func prepareFolder() throws -> String {
    let expected = try plan.json()
    var command = context.command
    if let data = try directory.contents(of: directory.comparison) {
      command = try checkedCommand(data, against: expected)
    } else {
      let member = JSONValue.Member(name: "command", value: .text(command))
      try AtomicFile.write(
        JSONValue.object([member] + (expected.members ?? [])).fileContents,
        to: directory.comparison)
    }
    try directory.makeRunsFolder()
    return command
  }

  private func checkedCommand(_ data: Data, against expected: JSONValue) throws -> String {
    let stored = (try? JSONValue(parsing: data))?.members ?? []
    // Parsed as well, so that members are sorted and numbers read in the same way.
    let members = try JSONValue(parsing: expected.fileContents).members ?? []
    var command = ""
    if case .text(let text)? = stored.first(where: { $0.name == "command" })?.value {
      command = text
    }
    if stored.filter({ $0.name != "command" }) == members { return command }
    var remedy = "choose another folder with --run-dir"
    if !command.isEmpty { remedy += ", or repeat the command that made it: \(command)" }
    throw CommandFailure(
      "\(directory.path) holds a comparison with other settings or of another version; \(remedy)")
  }

  /// The run in the folder, if it was finished before.
  private func existingRun(_ entry: Int, seed: UInt64) throws -> FinishedRun? {
    let name = plan.entries[entry].name
    let file = directory.run(of: name, at: entry, seed: seed)
    guard let data = try directory.contents(of: file) else { return nil }
    guard let run = FinishedRun(parsing: data), run.algorithm == name, run.seed == seed else {
      throw CommandFailure(
        "\(file.relativePath) is not a run of this comparison; delete it, and it is trained anew")
    }
    return run
  }

  /// Writes tables, curves and the page. Nothing in them depends on the clock, on the number of jobs
  /// or on whether the comparison was interrupted, but that the page shows the command.
  private func write(
    _ summary: ComparisonSummary, _ runs: [[FinishedRun]], command: String
  ) throws {
    try AtomicFile.write(Self.episodeTable(runs).fileContents, to: directory.episodes)
    try AtomicFile.write(summary.csv.fileContents, to: directory.summary)
    try AtomicFile.write(Data(summary.markdown.utf8), to: directory.report)
    let figure = comparisonFigure(of: runs, plan)
    let drawing = try figure.svg()
    try AtomicFile.write(drawing, to: directory.vectorFigure)
    try AtomicFile.write(figure.png(), to: directory.imageFigure)
    let page = summary.html(command: command, figure: String(decoding: drawing, as: UTF8.self))
    try AtomicFile.write(Data(page.utf8), to: directory.page)
  }

  private static func episodeTable(_ runs: [[FinishedRun]]) -> CSVTable {
    var table = CSVTable(columns: [
      "algorithm", "seed", "episode", "step", "return", "length", "log_variance",
    ])
    for run in runs.joined() {
      for index in run.returns.indices {
        table.addRow([
          .text(run.algorithm), .integer(Int(run.seed)), .integer(index + 1),
          .integer(run.steps[index]), .double(run.returns[index]), .integer(run.lengths[index]),
          MetricValue(run.logVariances[index]),
        ])
      }
    }
    return table
  }
}

// MARK: - Training

extension Comparison {
  /// Trains the runs with these numbers of the plan, each written as soon as it ends.
  ///
  /// - Returns: The runs that have ended, by number; an interrupt leaves some out.
  private func train(missing: [Int]) throws -> [Int: FinishedRun] {
    let results = Results()
    let (plan, directory) = (plan, directory)
    let countsSteps = plan.steps != nil
    let budget = plan.steps ?? plan.episodes
    // No total at all is shown where a budget without bounds makes it overflow.
    let (total, overflow) = missing.count.multipliedReportingOverflow(by: budget)
    let progress = ProgressLine(
      countsSteps ? "step" : "episode",
      total: overflow ? nil : total, quiet: isQuiet)
    defer { progress.finish() }

    try WorkerPool.run(tasks: missing.count, threads: jobs) { index, pool in
      let (entry, seed) = plan.runs[missing[index]]
      let run = FinishedRun.train(plan.entries[entry], seed: seed) { record in
        results.count(countsSteps ? record.length : 1)
        return !pool.isStopped
      }
      guard let run else { return }
      let file = directory.run(of: run.algorithm, at: entry, seed: seed)
      try AtomicFile.write(run.fileContents(), to: file)
      // A run that was solved early leaves that much less to do.
      results.count(max(0, budget - (countsSteps ? run.steps.last ?? 0 : run.returns.count)))
      results.add(run, number: missing[index])
    } watch: {
      let finished = plan.runs.count - missing.count + results.runs.count
      progress.update(
        done: results.done, [("finished runs", "\(finished) of \(plan.runs.count)")])
      return !context.isInterrupted()
    }
    return results.runs
  }

  /// What the threads have done so far.
  private final class Results: Sendable {
    private let doneCount = Atomic(0)
    private let finished = Mutex<[Int: FinishedRun]>([:])

    /// Episodes or steps.
    var done: Int { doneCount.load(ordering: .relaxed) }
    var runs: [Int: FinishedRun] { finished.withLock { $0 } }

    func count(_ more: Int) { doneCount.wrappingAdd(more, ordering: .relaxed) }

    func add(_ run: FinishedRun, number: Int) { finished.withLock { $0[number] = run } }
  }
}
