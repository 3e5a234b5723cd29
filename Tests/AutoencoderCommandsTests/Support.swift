import AutoencoderCommands
import ExperimentCommands
import Experiments
import Files
import Foundation
import State
import Synchronization
import Testing

/// Runs `body` in a fresh folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (Path) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory
    .appending(path: "swift-relax-\(UUID().uuidString)", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(Path(url.path))
}

extension Path {
  /// The contents of a file in this folder.
  func data(_ name: String) throws -> Data { try RegularFile.contents(of: appending(name)) }

  /// Writes a file in this folder, without any care.
  func write(_ data: Data, to name: String) throws {
    try data.write(to: URL(filePath: appending(name).text))
  }

  /// The fields of a table in this folder, line by line.
  func rows(of name: String) throws -> [[String]] {
    try String(decoding: data(name), as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// All files below this folder, with their contents.
  func files() throws -> [String: Data] {
    var files: [String: Data] = [:]
    for file in try FileManager.default.subpathsOfDirectory(atPath: text) {
      if let data = try? data(file) { files[file] = data }
    }
    return files
  }

  /// Writes a folder of random images in MNIST's format and returns its path.
  func writeImages(
    to name: String = "images", train: Int = 60, test: Int = 10, width: Int = 4, height: Int = 3,
    seed: UInt64 = 1
  ) throws -> String {
    _ = try Folder.make(appending(name))
    for (file, count) in [("train-images-idx3-ubyte", train), ("t10k-images-idx3-ubyte", test)] {
      var bytes: [UInt8] = [0, 0, 8, 3]
      for size in [count, height, width] {
        withUnsafeBytes(of: UInt32(size).bigEndian) { bytes.append(contentsOf: $0) }
      }
      bytes += levels(count * width * height, seed: seed)
      try write(Data(bytes), to: "\(name)/\(file)")
    }
    return appending(name).text
  }
}

/// Grey levels of which three in four are black or white.
private func levels(_ count: Int, seed: UInt64) -> [UInt8] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let number = UInt8(truncatingIfNeeded: state >> 40)
    return [0, 255, number < 128 ? 255 : 0, number][Int(state >> 60) & 3]
  }
}

/// Settings of a run that takes no time.
func small(
  _ estimator: String = "relaxed-rebar", data: String,
  _ change: (inout AutoencoderSettings) -> Void = { _ in }
) -> AutoencoderSettings {
  var settings = AutoencoderSettings()
  settings.estimator = estimator
  settings.data = data
  settings.latents = 3
  settings.batch = 7
  settings.steps = 20
  settings.cvWidth = 4
  settings.learningRate = 0.01
  settings.cvLearningRate = 0.01
  settings.evalEvery = 5
  change(&settings)
  return settings
}

/// The names of the estimators that have a form for Bernoullis.
let estimatorNames = AutoencoderSettings.estimators.map { $0.traits.name }

/// A run in a folder, to its end or as far as the monitor lets it.
@discardableResult
func execute(
  _ settings: AutoencoderSettings, in folder: Path, _ monitor: Monitor = .silent
) throws -> RunResult {
  var run = try Run<AutoencoderTraining>(
    settings, in: (), folder: ClaimedFolder(folder), origin: RunOrigin(version: "1", command: ""))
  return try run.execute(monitor)
}

/// A monitor that ends everything when it was asked so many times.
func interrupting(after count: Int) -> Monitor {
  let rest = Mutex(count)
  return Monitor(isInterrupted: {
    rest.withLock { rest in
      rest -= 1
      return rest < 0
    }
  })
}

/// What a command has said, and its exit code.
struct CommandResult {
  var code: Int32
  var output: String
  var notes: String
}

/// Runs a command of the program.
func command(_ arguments: [String]) -> CommandResult {
  let output = Mutex<[String]>([])
  let notes = Mutex<[String]>([])
  var context = CommandContext<Void>(names: (), version: "1")
  context.output = { line in output.withLock { $0.append(line) } }
  context.note = { line in notes.withLock { $0.append(line) } }
  let code = AutoencoderProgram.run(arguments, in: context)
  return CommandResult(
    code: code, output: output.withLock { $0.joined(separator: "\n") },
    notes: notes.withLock { $0.joined(separator: "\n") })
}

/// The sentence of the failure that `body` throws.
func sentence(
  sourceLocation: SourceLocation = #_sourceLocation, of body: () throws -> some Any
) -> String {
  let failure = #expect(throws: Failure.self, sourceLocation: sourceLocation) { _ = try body() }
  return failure?.description ?? ""
}
