import AgentExperiments
import ExperimentCommands
import Experiments
import Files
import Foundation
import ReinforcementLearning
import Synchronization
import TestSupport
import Testing
import TrainingCommands

/// A corridor in which a reward is no number.
struct Abyss: Environment {
  private var base = Corridor()
  private var steps = 0
  var actionSpace: Discrete { base.actionSpace }
  var observationSpace: Box { base.observationSpace }
  mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
    base.reset(seed: seed)
  }
  mutating func step(_ action: Int) -> Step<SIMD2<Float>> {
    var step = base.step(action)
    steps += 1
    if steps == 40 { step.reward = .nan }
    return step
  }
}

/// Observes thousands of scalars, none of which is a number.
struct Wide: Environment {
  var actionSpace: Discrete { Discrete(2) }
  var observationSpace: Box { Box(low: -.infinity, high: .infinity, count: 9000) }
  func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    Array(repeating: .nan, count: 9000)
  }
  mutating func step(_ action: Int) -> Step<[Float]> {
    Step(observation: reset(), reward: 0, isTerminated: true)
  }
}

/// What a command has written, and with which code it has ended.
struct Outcome {
  var code: Int32
  var output: String
  var notes: String
}

/// Runs a whole command, as `train-agent` would with these arguments.
///
/// - Parameter isInterrupted: Whether someone has asked the program to end.
func command(
  _ arguments: [String], isInterrupted: @escaping @Sendable () -> Bool = { false }
) -> Outcome {
  var environments = EnvironmentRegistry.builtIn
  environments.register(Corridor.specification)
  environments.register(
    EnvironmentSpecification(name: "abyss", maxEpisodeSteps: 20, make: { Abyss() }))
  environments.register(EnvironmentSpecification(name: "wide", make: { Wide() }))
  var context = AgentProgram.Context(
    names: AgentSettings.Context(environments: environments), version: "9.9")
  let (output, notes) = (Lines(), Lines())
  context.commandLine = ["train-agent", "it's me"]
  context.output = { output.add($0) }
  context.note = { notes.add($0) }
  context.isInterrupted = isInterrupted
  let code = AgentProgram.run(arguments, in: context)
  return Outcome(code: code, output: output.text, notes: notes.text)
}

func command(_ arguments: String...) -> Outcome { command(arguments) }

/// Ends a command when it has looked so many times.
func interruptions(after count: Int) -> @Sendable () -> Bool {
  let looks = Mutex(0)
  return {
    looks.withLock {
      $0 += 1
      return $0 > count
    }
  }
}

private final class Lines: Sendable {
  private let lines = Mutex("")
  func add(_ line: String) { lines.withLock { $0 += line + "\n" } }
  var text: String { lines.withLock { $0 } }
}

/// The flags of a run in the corridor that takes no time.
let small = [
  "--env", "corridor", "--hidden", "4", "--cv-hidden", "4", "--value-steps", "1",
  "--eval-episodes", "3", "--quiet",
]

/// Trains in the corridor and expects that it succeeds.
@discardableResult
func train(
  _ flags: String..., in folder: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> Outcome {
  let outcome = command(small + ["--run-dir", folder] + flags)
  try #require(outcome.code == 0, "\(outcome.notes)", sourceLocation: sourceLocation)
  return outcome
}

/// Runs `body` in a fresh folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (TemporaryFolder) throws -> Result) throws -> Result {
  try withFolderInMemory { try body(TemporaryFolder(url: $0)) }
}

/// A folder for the files of a test.
struct TemporaryFolder {
  let url: URL

  /// The path of a file or folder in it.
  func path(_ name: String) -> String { url.appending(path: name).path }

  /// The contents of a file in it.
  func data(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

  /// Writes a file in it and returns its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: url.appending(path: name))
    return path(name)
  }

  /// The names of what is in a folder in it.
  func names(_ name: String) -> [String] { Folder.contents(of: Path(path(name))) }

  /// The values of a table's column in it, without its title.
  func column(_ title: String, of name: String) throws -> [String] {
    let rows = try String(decoding: data(name), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let index = try #require(rows.first?.firstIndex(of: title))
    return rows.dropFirst().map { $0[index] }
  }

  /// Expects that files of two folders in it have the same bytes.
  func expectSame(
    _ files: [String], in first: String, and second: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for file in files {
      #expect(
        try data("\(first)/\(file)") == data("\(second)/\(file)"), "\(file)",
        sourceLocation: sourceLocation)
    }
  }

  /// A file of JSON in it.
  func json(_ name: String) throws -> JSONValue { try JSONValue(parsing: data(name)) }
}
