import Files
import Foundation
import ManyMachines
import State

/// Executes an experiment, in a folder or in memory.
///
/// In a folder everything is written that is needed to go on: a run that was interrupted, killed or cut
/// off from its power at any moment, and is continued, ends with the same bytes in its table and in its
/// checkpoints as one that was not.
public struct Run<E: Experiment> {
  /// The experiment, as far as it is.
  public private(set) var experiment: E
  public let settings: E.Settings
  private let folder: RunFolder?
  private let sinks: [any MetricSink]
  private let recorder: TableRecorder?
  private let checkpointInterval: Duration
  private var album: PictureAlbum<E>?
  private var clock = RunClock()
  /// The best model since the last time it was written.
  private var best: E.Model?
  /// The model on the way, until it is written.
  private var middle: E.Model?
  /// Whether there has been a best model at any time.
  private var hasBest = false

  /// A run in memory.
  public init(_ settings: E.Settings, in context: E.Settings.Context) throws(Failure) {
    self.settings = settings
    experiment = try E(settings, in: context)
    let recorder = TableRecorder(columns: experiment.columns)
    self.recorder = recorder
    sinks = [recorder]
    folder = nil
    checkpointInterval = .zero
  }

  /// A run in memory that goes on beside another rank's, which has the folder.
  ///
  /// - Parameters:
  ///   - settings: The settings of that run.
  ///   - context: What names are looked up in.
  ///   - state: What `savedState` of that rank is.
  public init(
    _ settings: E.Settings, in context: E.Settings.Context, beside state: StateBytes?
  ) throws(Failure) {
    try self.init(settings, in: context)
    try state?.restore(&experiment)
  }

  /// The state that other ranks are to go on from; `nil` at the beginning.
  public mutating func savedState() throws(Failure) -> StateBytes? {
    experiment.position.done == 0 ? nil : try StateBytes(of: &experiment)
  }

  /// A run in a folder.
  ///
  /// - Parameters:
  ///   - settings: The settings, which must be those of the run that is in the folder, if there is one,
  ///     but for settings that may grow.
  ///   - context: What names are looked up in.
  ///   - claim: The folder: empty, or with a run of these settings, which is continued.
  ///   - origin: What `config.json` says of where the run comes from.
  ///   - writesTensorBoard: Whether an event file is written as well.
  ///   - pictures: What is drawn of the experiment on the way.
  ///   - checkpointInterval: The time between two checkpoints.
  public init(
    _ settings: E.Settings, in context: E.Settings.Context, folder claim: ClaimedFolder,
    origin: RunOrigin, writesTensorBoard: Bool = false, pictures: RunPictures<E>? = nil,
    checkpointInterval: Duration = .seconds(20)
  ) throws(Failure) {
    let folder = RunFolder(claim: claim)
    self.settings = settings
    self.folder = folder
    self.checkpointInterval = checkpointInterval
    recorder = nil
    var files: [String: Int] = [:]
    if RunFolder.holdsRun(folder.path) {
      try Self.checkContinuation(of: folder, with: settings, in: context)
      experiment = try E(settings, in: context)
      if Folder.hasEntry(folder.latest) {
        let state = try Self.restore(experiment, from: folder.latest)
        (experiment, files, hasBest) = (state.experiment, state.files, state.hasBest)
        if let result = Self.result(in: folder.path) {
          clock.wallTime = .seconds(result["wall_seconds"]?.double ?? 0)
          clock.measuringTime = .seconds(result["measuring_seconds"]?.double ?? 0)
        }
      } else {
        folder.clear(table: E.table)
      }
    } else {
      try folder.begin()
      experiment = try E(settings, in: context)
    }
    // First what makes it the folder of a run, so that it is one whenever the process is killed.
    try AtomicFile.write(origin.config(settings).fileContents, to: folder.config)
    _ = try Folder.make(folder.checkpoints)
    AtomicFile.removeRemains(in: folder.checkpoints)

    let table = folder.path.appending(E.table)
    var sinks: [any MetricSink] = [
      try CSVWriter(table, columns: experiment.columns, keeping: files[table.name]),
      try JSONLinesWriter(folder.measurements, keeping: files[folder.measurements.name]),
    ]
    // An event file that no checkpoint has counted yet is begun again.
    let eventCount = files[folder.events.name] ?? (Folder.hasEntry(folder.events) ? 0 : nil)
    if writesTensorBoard || eventCount != nil {
      sinks.append(try TensorBoardWriter(folder.events, keeping: eventCount))
    }
    self.sinks = sinks
    if let pictures {
      album = try PictureAlbum(pictures, of: folder.path, at: experiment.position)
    }
  }

  // MARK: The loop

  /// Takes all steps that are left, and concludes.
  ///
  /// - Parameters:
  ///   - monitor: Tells when to end, and hears how far everything is.
  ///   - show: Called after each step.
  /// - Returns: What came out. After an interruption, when everything is saved, it says so.
  /// - Throws: `Failure` if something goes wrong; the last model that was sound is saved then.
  public mutating func execute(
    _ monitor: Monitor = .silent, show: (E, RunClock) -> Void = { _, _ in }
  ) throws(Failure) -> RunResult {
    let before = clock
    let start = ContinuousClock.now
    var lastCheckpoint = start
    var lastFlush = start
    let ranks = Job.ranks
    // Ranks that share the work end together, between two steps.
    let inner = ranks.isAlone ? monitor : monitor.uninterrupted
    if experiment.position.done == 0 { try save(.running) }
    do throws(Failure) {
      try updateAlbum(inner)
      while !experiment.position.isFinished {
        let isDue = ContinuousClock.now - lastCheckpoint > checkpointInterval
        let orders = try StepOrders.given(monitor, saves: isDue)
        if orders.contains(.save) {
          try save(.running)
          lastCheckpoint = .now
        }
        if orders.contains(.stop) { throw .interruption }
        let earlier = experiment.position.done
        let step = try experiment.advance(inner)
        try record(step)
        // Where the next model on the way is kept must not depend on how long the run lasts: it may grow.
        if folder != nil, Self.isOnTheWay(experiment.position.done, after: earlier) {
          middle = experiment.model
        }
        try updateAlbum(inner)

        let now = ContinuousClock.now
        clock.wallTime = before.wallTime + (now - start)
        show(experiment, clock)
        // Whoever follows the run wants to see it go on; whoever waits for it wants it fast.
        if now - lastFlush > .seconds(1) {
          for sink in sinks { try sink.flush() }
          lastFlush = now
        }
      }
      try save(.running)
      // What is found out in the end, one rank finds out alone.
      guard ranks.isFirst else { return try writeResult(.finished, nil) }
      return try withRanks(.alone) { () throws(Failure) in try conclude(monitor) }
    } catch {
      switch error.kind {
      case .interruption:
        try writeFinal()
        return try save(.interrupted)
      case .divergence: throw try diverged(error)
      default: throw error
      }
    }
  }

  /// What a run in memory that has diverged came to.
  var divergedValues: RunValues {
    var members = [JSONValue.Member(name: "status", value: .text(RunStatus.diverged.rawValue))]
    members += experiment.summary(clock).members
    return RunValues(columns: recorder?.columns ?? [:], result: .object(members))
  }

  private mutating func record(_ step: Advance) throws(Failure) {
    let position = experiment.position.done
    for sink in sinks {
      for (index, row) in step.rows.enumerated() {
        try sink.record(row, at: step.positions?[index] ?? position, kind: nil)
      }
      for (kind, row) in step.measurements { try sink.record(row, at: position, kind: kind) }
    }
    clock.measuringTime += step.measuringTime
    if step.isBest { (best, hasBest) = (experiment.model, true) }
  }

  /// Whether a power of two has just been passed: the last one lies between half of a run and its end.
  private static func isOnTheWay(_ position: Int, after earlier: Int) -> Bool {
    func bits(_ count: Int) -> Int { Int.bitWidth - max(count - 1, 0).leadingZeroBitCount }
    return bits(position) > bits(earlier)
  }

  /// Draws what is due, in time that does not count as training.
  private mutating func updateAlbum(_ monitor: Monitor) throws(Failure) {
    guard album != nil else { return }
    let start = ContinuousClock.now
    let isDrawn = try album?.update(experiment, monitor) ?? false
    if isDrawn { clock.measuringTime += ContinuousClock.now - start }
  }

  private mutating func conclude(_ monitor: Monitor) throws(Failure) -> RunResult {
    let finding = try experiment.conclude(monitor)
    try writeFinal()
    try writeBestIfMissing()
    return try writeResult(.finished, finding)
  }

  /// Saves what was learned before the numbers ceased to be finite.
  private mutating func diverged(_ failure: Failure) throws(Failure) -> Failure {
    guard let folder else {
      _ = try writeResult(.diverged, nil)
      return failure
    }
    for sink in sinks { try sink.synchronize() }
    try writeBest(folder)
    try writeMiddle(folder)
    try writeFinal()
    try writeBestIfMissing()
    _ = try writeResult(.diverged, nil)
    return .diverged("\(failure) (\(folder.path) has all until then.)")
  }
}

// MARK: - Files

extension Run {
  /// Writes everything that the run needs to go on from here.
  @discardableResult
  private mutating func save(_ status: RunStatus) throws(Failure) -> RunResult {
    try experiment.synchronize()
    if let folder {
      // Rows before the checkpoint that counts them, and models before one that knows them.
      for sink in sinks { try sink.synchronize() }
      try writeBest(folder)
      try writeMiddle(folder)
      var state = SavedState(
        experiment: experiment, files: files(in: folder), hasBest: hasBest)
      let file = try Checkpoint.contents(
        of: &state, metadata: ["format": Self.format, "format_version": "1"])
      try file.write(to: folder.latest)
    }
    return try writeResult(status, nil)
  }

  private mutating func writeBest(_ folder: RunFolder) throws(Failure) {
    guard let model = best else { return }
    try experiment.file(of: model).write(to: folder.best)
    best = nil
  }

  private mutating func writeMiddle(_ folder: RunFolder) throws(Failure) {
    guard let model = middle else { return }
    try experiment.file(of: model).write(to: folder.middle)
    middle = nil
  }

  /// Writes the model as it is now.
  private func writeFinal() throws(Failure) {
    guard let folder else { return }
    try experiment.file(of: experiment.model).write(to: folder.final)
  }

  /// Takes the last model for the best one of a run too short to tell.
  private func writeBestIfMissing() throws(Failure) {
    // A file that is there already may be the end of a run that has grown since.
    guard let folder, !hasBest else { return }
    try experiment.file(of: experiment.model).write(to: folder.best)
  }

  /// The lengths of the files that grow with the run.
  private func files(in folder: RunFolder) -> [String: Int] {
    let names = [E.table, folder.measurements.name, folder.events.name]
    return Dictionary(uniqueKeysWithValues: zip(names, sinks.map(\.byteCount)))
  }

  private func writeResult(_ status: RunStatus, _ finding: Finding?) throws(Failure) -> RunResult {
    let summary = experiment.summary(clock)
    var members: [JSONValue.Member] = [.init(name: "status", value: .text(status.rawValue))]
    members += summary.members
    members += [
      .init(name: "wall_seconds", value: JSONValue(clock.wallTime / .seconds(1))),
      .init(name: "measuring_seconds", value: JSONValue(clock.measuringTime / .seconds(1))),
    ]
    members += finding?.members ?? []
    let result = JSONValue.object(members)
    if let folder { try AtomicFile.write(result.fileContents, to: folder.result) }
    return RunResult(
      status: status, text: [summary.text, finding?.text].compactMap { $0 },
      values: RunValues(columns: recorder?.columns ?? [:], result: result))
  }

  private static var format: String { "swift-relax state" }

  private static func restore(
    _ experiment: E, from path: Path
  ) throws(Failure) -> SavedState<E> {
    let file = try Safetensors(contentsOf: path)
    guard file.metadata["format"] == format, file.metadata["format_version"] == "1" else {
      throw .file(
        path.text, "is no state of this version of the program",
        fix: "start anew in another folder, or go on with the version that wrote it")
    }
    var state = SavedState(experiment: experiment, files: [:], hasBest: false)
    try Checkpoint.restore(file, from: path, into: &state)
    return state
  }

  private static func checkContinuation(
    of folder: RunFolder, with settings: E.Settings, in context: E.Settings.Context
  ) throws(Failure) {
    let saved = try savedSettings(in: folder.path, context)
    for setting in E.Settings.all {
      let (old, new) = (setting.get(saved), setting.get(settings))
      if old == new { continue }
      if setting.mayGrow, let old = old.integer, let new = new.integer, new > old { continue }
      throw .usage(
        "\(folder.path) holds a run with --\(setting.flag) \(old), not \(new); leave the flag out to "
          + "go on with it\(setting.mayGrow ? " (it may only grow)" : ""), or choose another folder."
      )
    }
  }

  /// Whether a folder holds a run.
  public static func exists(in folder: Path) -> Bool { RunFolder.holdsRun(folder) }

  /// The settings of the run in a folder.
  public static func savedSettings(
    in folder: Path, _ context: E.Settings.Context
  ) throws(Failure) -> E.Settings {
    guard RunFolder.holdsRun(folder) else {
      throw .file(
        folder.text, "holds no run (config.json is missing)", fix: "name the folder of a run")
    }
    let values = try SettingValues<E.Settings>(contentsOf: folder.appending("config.json"))
    return try E.Settings(flags: .init(), file: values, in: context)
  }

  /// The experiment as the last checkpoint of a run has it; `nil` if there is none yet.
  public static func latest(
    in folder: Path, _ settings: E.Settings, _ context: E.Settings.Context
  ) throws(Failure) -> E? {
    let file = RunFolder.checkpoint("latest", in: folder)
    guard Folder.hasEntry(file) else { return nil }
    return try restore(E(settings, in: context), from: file).experiment
  }

  /// The contents of `result.json`, if it is there and can be read.
  static func result(in folder: Path) -> JSONValue? {
    guard let data = try? RegularFile.contents(of: folder.appending("result.json")) else {
      return nil
    }
    return try? JSONValue(parsing: data)
  }

  /// What a run that has ended, in whatever way, has left in its folder; `nil` if it has not ended.
  static func record(in folder: Path, _ settings: E.Settings) throws(Failure) -> RunValues? {
    guard let result = result(in: folder),
      let status = result["status"]?.text.flatMap(RunStatus.init), status != .running,
      status != .interrupted
    else { return nil }
    let table = try RegularFile.contents(of: folder.appending(E.table))
    return RunValues(columns: RunValues.columns(ofCSV: table), result: result)
  }
}

/// An experiment, how long its files are, and whether it was ever at its best.
private struct SavedState<E: Experiment>: Stateful {
  var experiment: E
  var files: [String: Int]
  var hasBest: Bool

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try experiment.visitState(&visitor)
    try visitor.visit("files", &files)
    try visitor.visit("has_best", &hasBest)
    try visitor.check(files.values.allSatisfy { $0 >= 0 }, "a file has a negative length")
  }
}

/// What came out of a run.
public struct RunResult: Sendable {
  public let status: RunStatus
  /// For a person, in paragraphs.
  public let text: [String]
  /// The result, and for a run in memory the table.
  public let values: RunValues
}
