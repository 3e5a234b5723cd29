import EstimatorComparison
import ExperimentCommands
import Experiments
import Files
import Foundation
import State
import Synchronization

/// Runs `body` in a fresh folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (Path) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "toys-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(Path(folder.path))
}

/// Settings from texts as they stand on a command line: `settings("estimator", "rloo")`.
func settings(_ texts: KeyValuePairs<String, String>) throws -> ToySettings {
  try ToySettings(flags: values(texts), in: ())
}

/// Values of some settings.
func values(_ texts: KeyValuePairs<String, String>) throws -> SettingValues<ToySettings> {
  var values = SettingValues<ToySettings>()
  for (flag, text) in texts { values[flag] = try ToySettings.setting(flag).parse(text) }
  return values
}

/// What several threads have said.
final class Words: Sendable {
  private let lines = Mutex<[String]>([])
  var text: String { lines.withLock { $0.joined(separator: "\n") } }
  func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// Runs a command of the program.
func run(
  _ arguments: [String], isInterrupted: @escaping @Sendable () -> Bool = { false }
) -> (code: Int32, output: String, notes: String) {
  let (output, notes) = (Words(), Words())
  var context = EstimatorProgram.Context(names: (), version: "1")
  context.commandLine = ["compare-estimators"] + arguments
  context.output = output.add
  context.note = notes.add
  context.isInterrupted = isInterrupted
  let code = EstimatorProgram.run(arguments, in: context)
  return (code, output.text, notes.text)
}

/// Says yes from the nth question on.
func interruption(after count: Int) -> @Sendable () -> Bool {
  let questions = Counter()
  return { questions.next() > count }
}

private final class Counter: Sendable {
  private let value = Atomic(0)
  func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
}

/// The bytes of a file.
func bytes(_ path: Path) throws -> Data { try RegularFile.contents(of: path) }
