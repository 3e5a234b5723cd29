import Foundation
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import TrainingCommands

/// Walk to the right end of five cells: a task that takes no time.
struct Corridor: Environment {
  private var cell = 0
  private var generator = PCG64(seed: 0)

  var actionSpace: Discrete { Discrete(2) }
  var observationSpace: Box { Box(low: 0, high: 4, count: 2) }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
    if let seed { generator = PCG64(seed: seed) }
    cell = generator.integers(0, 3)
    return [Float(cell), 1]
  }

  mutating func step(_ action: Int) -> Step<SIMD2<Float>> {
    cell = min(max(cell + (action == 1 ? 1 : -1), 0), 4)
    return Step(
      observation: [Float(cell), 1], reward: cell == 4 ? 1 : -0.1, isTerminated: cell == 4)
  }

  static let specification = EnvironmentSpecification(
    name: "corridor", aliases: ["hall"], maxEpisodeSteps: 20, rewardThreshold: 0.5,
    summary: "Walk to the right.", make: { Corridor() })
}

/// A corridor whose fourth episode pays infinitely much.
struct Abyss: Environment {
  var base = Corridor()
  var episode = 0
  var actionSpace: Discrete { base.actionSpace }
  var observationSpace: Box { base.observationSpace }
  mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
    episode += 1
    return base.reset(seed: seed)
  }
  mutating func step(_ action: Int) -> Step<SIMD2<Float>> {
    var step = base.step(action)
    if episode == 4 { step.reward = .infinity }
    return step
  }

  static let specification = EnvironmentSpecification(
    name: "abyss", maxEpisodeSteps: 20, make: { Abyss() })
}

/// The built-in environments and the corridor.
let testEnvironments: EnvironmentRegistry = {
  var environments = EnvironmentRegistry.builtIn
  environments.register(Corridor.specification)
  return environments
}()

/// What a command has written.
final class Transcript {
  private(set) var output = ""
  private(set) var notes = ""

  /// A context that writes here.
  func context(
    _ environments: EnvironmentRegistry = testEnvironments,
    isInterrupted: @escaping () -> Bool = { false }
  ) -> CommandContext {
    CommandContext(
      environments: environments, commandLine: ["train-agent", "it's me"],
      output: { self.output += $0 + "\n" }, note: { self.notes += $0 + "\n" },
      isInterrupted: isInterrupted)
  }
}

/// Runs a command and returns its exit code and what it wrote.
func command(_ arguments: String...) -> (code: Int32, transcript: Transcript) {
  let transcript = Transcript()
  return (run(arguments, in: transcript.context()), transcript)
}

/// Runs `body` in a fresh folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (TemporaryFolder) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory
    .appending(path: "swift-relax-\(UUID().uuidString)", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(TemporaryFolder(url: url))
}

/// A folder for the files of a test.
struct TemporaryFolder {
  let url: URL

  /// The path of a file or folder in it.
  func path(_ name: String) -> String { url.appending(path: name).path }

  /// The contents of a file in it.
  func data(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

  /// The text of a file in it.
  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

  /// Writes a file in it and returns its path.
  @discardableResult
  func write(_ data: Data, to name: String) throws -> String {
    try data.write(to: url.appending(path: name))
    return path(name)
  }

  /// The values of a table's column in it, without its title.
  func column(_ title: String, of name: String) throws -> [String] {
    let rows = try text(name).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let index = try #require(rows.first?.firstIndex(of: title))
    return rows.dropFirst().map { $0[index] }
  }

  /// The member of a JSON object in it that a path of names leads to.
  func json(_ name: String, _ path: String...) throws -> JSONValue {
    try path.reduce(JSONValue(parsing: data(name))) { value, name in
      try #require(value.members?.first { $0.name == name }).value
    }
  }
}

/// The flags of a run in the corridor that takes no time.
let smallRun = [
  "--env", "corridor", "--hidden", "4", "--cv-hidden", "4", "--value-steps", "1",
  "--eval-episodes", "3", "--quiet",
]

/// Trains in the corridor and expects that it succeeds.
@discardableResult
func train(
  _ flags: String..., in folder: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> Transcript {
  let transcript = Transcript()
  let code = run(smallRun + ["--run-dir", folder] + flags, in: transcript.context())
  try #require(code == 0, "\(transcript.notes)", sourceLocation: sourceLocation)
  return transcript
}

/// The configuration that flags lead to.
func configuration(_ flags: String..., file: SettingValues = .init()) throws -> RunConfiguration {
  try RunConfiguration(
    flags: TrainOptions.parse(flags).values(), file: file, environments: testEnvironments)
}

/// The message of the usage error that `body` throws.
func usageMessage(_ body: () throws -> Void) -> String? {
  #expect(throws: UsageError.self, performing: body)?.description
}
