import Experiments
import Files
import Foundation
import Testing

/// TensorBoard's own reader on files that this package wrote.
///
/// It needs Python with the package `tensorboard`: the interpreter that the environment variable
/// `SWIFT_RELAX_PYTHON` names, or else `python3`. Where the variable is not set and `python3` lacks the
/// package, the tests are skipped.
@Suite(.enabled(if: Reader.isThere, "python3 has no package tensorboard"))
struct TensorBoardReaderTests {
  private let rows: [(step: Int, values: [(name: String, value: Float)])] = [
    (0, [("return", -21.5), ("entropy", 0.6931472)]),
    (1, [("return", .infinity), ("Größe 学习 🚀/x", -0.0)]),
    (300, [("return", .nan), ("entropy", -.infinity)]),
    (1 << 40, [("return", .greatestFiniteMagnitude), ("entropy", .leastNonzeroMagnitude)]),
  ]

  /// What the reader should find after the first `count` rows, for a clock that stands at 1.5.
  private func expectation(rows count: Int) -> [Reader.Scalar] {
    rows[..<count]
      .flatMap { row in
        row.values.map {
          Reader.Scalar(
            tag: "train/\($0.name)", step: row.step, time: 1.5, bits: $0.value.bitPattern)
        }
      }
      .sorted { ($0.tag, $0.step) < ($1.tag, $1.step) }
  }

  @Test func tensorBoardReadsWhatWasWritten() throws {
    try withTemporaryFolder { folder in
      let events = TensorBoardEvents(prefix: "train") { 1.5 }
      var bytes = events.beginning()
      for row in rows { bytes += events.scalars(step: row.step, row.values) }
      try AtomicFile.write(Data(bytes), to: folder.appending(TensorBoardEvents.fileName))
      #expect(try Reader.scalars(in: folder) == expectation(rows: 4))
    }
  }

  /// The values of a run's table, also after it was interrupted in the midst of it.
  @Test func theEventsOfARunAreItsTable() throws {
    try withTemporaryFolder { folder in
      for end in [4, nil] as [Int?] {
        var run = try walkRun(Walk(episodes: 9), in: folder, writesTensorBoard: true)
        _ = try run.execute(end.map { .interrupting(after: $0) } ?? .silent)
      }
      let scalars = try Reader.scalars(in: folder)
      let table = try walkTable(in: folder)
      for column in ["episode", "position", "loss"] {
        let values = scalars.filter { $0.tag == "train/\(column)" }
        #expect(values.map(\.step) == Array(1...9))
        #expect(
          values.map { Float(bitPattern: $0.bits) }
            == table[column]?.compactMap { $0 }.map(Float.init))
      }
      #expect(scalars.contains { $0.tag == "look/distance" && $0.step == 6 })
    }
  }
}

/// The reader of the Python package.
private enum Reader {
  /// A value in a file, told from its bits so that a NaN equals itself.
  struct Scalar: Decodable, Equatable {
    var tag: String
    var step: Int
    var time: Double
    var bits: UInt32
  }

  private static let chosenPython = ProcessInfo.processInfo.environment["SWIFT_RELAX_PYTHON"]

  static let isThere: Bool =
    if chosenPython != nil { true } else {
      (try? run("import tensorboard", errors: .nullDevice))?.status == 0
    }

  private static let script = """
    import json, struct, sys
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
    events.Reload()
    print(json.dumps([
      {"tag": tag, "step": scalar.step, "time": scalar.wall_time,
       "bits": struct.unpack("<I", struct.pack("<f", scalar.value))[0]}
      for tag in events.Tags()["scalars"] for scalar in events.Scalars(tag)]))
    """

  /// All values in the event files of `folder`, by their tags and steps.
  static func scalars(in folder: Path) throws -> [Scalar] {
    let (status, output) = try run(script, folder.text, errors: .standardError)
    try #require(status == 0, "the reader has failed")
    return try JSONDecoder().decode([Scalar].self, from: output)
      .sorted { ($0.tag, $0.step) < ($1.tag, $1.step) }
  }

  private static func run(
    _ script: String, _ arguments: String..., errors: FileHandle
  ) throws -> (status: Int32, output: Data) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [chosenPython ?? "python3", "-c", script] + arguments
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, data)
  }
}
