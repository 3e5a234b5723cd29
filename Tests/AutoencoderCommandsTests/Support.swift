import ArgumentParser
import Checkpoints
import Foundation
import GradientEstimators
import ImageData
import Testing

@testable import AutoencoderCommands

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

  /// The URL of a folder in it.
  func folder(_ name: String) -> URL { url.appending(path: name, directoryHint: .isDirectory) }

  /// The path of a file or folder in it.
  func path(_ name: String) -> String { url.appending(path: name).path }

  /// Whether it has a file of that name.
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// The contents of a file in it.
  func data(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

  /// The text of a file in it.
  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

  /// Writes a file in it.
  func write(_ data: Data, to name: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  /// The fields of a table in it, line by line.
  func rows(of name: String) throws -> [[String]] {
    try text(name).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// All files below it, with their contents.
  func files(below name: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for file in try FileManager.default.subpathsOfDirectory(atPath: path(name)) {
      if let data = try? data("\(name)/\(file)") { files[file] = data }
    }
    return files
  }

  /// Writes a folder of random images in MNIST's format and returns its path.
  func writeImages(
    to name: String, train: Int = 60, test: Int = 10, width: Int = 4, height: Int = 3,
    seed: UInt64 = 1
  ) throws -> String {
    for (file, count) in [("train-images-idx3-ubyte", train), ("t10k-images-idx3-ubyte", test)] {
      var bytes: [UInt8] = [0, 0, 8, 3]
      for size in [count, height, width] {
        withUnsafeBytes(of: UInt32(size).bigEndian) { bytes.append(contentsOf: $0) }
      }
      bytes += levels(count * width * height, seed: seed)
      try write(Data(bytes), to: "\(name)/\(file)")
    }
    return path(name)
  }

  /// Starts a run in it.
  func session(
    _ name: String, _ configuration: AutoencoderConfiguration
  ) throws -> AutoencoderSession {
    try AutoencoderSession(
      starting: configuration, data: imageData(of: configuration),
      in: RunDirectory.create(at: folder(name)))
  }

  /// Goes on with a run in it.
  func continuing(
    _ name: String, _ configuration: AutoencoderConfiguration
  ) throws -> AutoencoderSession {
    try AutoencoderSession(
      continuing: configuration, data: imageData(of: configuration),
      in: RunDirectory(opening: folder(name)))
  }

  /// A finished run in it.
  @discardableResult
  func train(
    _ name: String, _ configuration: AutoencoderConfiguration
  ) throws -> AutoencoderResult {
    var session = try session(name, configuration)
    return try #require(try session.train({ _, _, _ in }, isInterrupted: { false }))
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

/// The images of a configuration.
func imageData(of configuration: AutoencoderConfiguration) throws -> AutoencoderData {
  try AutoencoderData(configuration.data, binarization: configuration.binarize)
}

/// A run that takes no time.
func small(
  _ estimator: String = "relaxed-rebar", data: String,
  _ change: (inout AutoencoderConfiguration) -> Void = { _ in }
) -> AutoencoderConfiguration {
  var configuration = AutoencoderConfiguration()
  configuration.estimator = estimator
  configuration.data = data
  configuration.latents = 3
  configuration.batch = 7
  configuration.steps = 20
  configuration.cvWidth = 4
  configuration.learningRate = 0.01
  configuration.cvLearningRate = 0.01
  configuration.evalEvery = 5
  configuration.checkpointEvery = 4
  change(&configuration)
  return configuration
}

/// The estimators that have a form for Bernoullis.
let bernoulliEstimators: [String] = EstimatorRegistry.all.filter {
  $0.traits.supports.contains(.bernoulli)
}.map { $0.traits.name }

/// The message of the usage error that `body` throws.
func usageMessage(_ body: () throws -> Void) -> String? {
  #expect(throws: UsageError.self, performing: body)?.description
}

/// The message of the checkpoint error that `body` throws.
func checkpointMessage(_ body: () throws -> Void) -> String? {
  #expect(throws: CheckpointError.self, performing: body)?.description
}

/// Parses and runs a command.
func command(_ arguments: [String]) throws {
  var command = try AutoencoderCommand.parseAsRoot(arguments)
  try command.run()
}

/// Expects that arguments are not understood.
func expectUsageError(
  _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  do {
    _ = try AutoencoderCommand.parseAsRoot(arguments)
    Issue.record("\(arguments) was accepted", sourceLocation: sourceLocation)
  } catch {
    #expect(
      AutoencoderCommand.exitCode(for: error) == .validationFailure,
      sourceLocation: sourceLocation)
  }
}
