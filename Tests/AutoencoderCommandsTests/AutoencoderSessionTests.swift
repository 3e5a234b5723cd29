import Autodiff
import Checkpoints
import ExperimentLogging
import Foundation
import ImageData
import RandomNumbers
import Testing

@testable import AutoencoderCommands

@Suite struct AutoencoderSessionTests {
  private let files = [
    "config.json", "metrics.csv", "checkpoints/latest.safetensors", "checkpoints/best.safetensors",
  ]

  /// The result of a run but for its speed.
  private func result(_ name: String, in folder: TemporaryFolder) throws -> AutoencoderResult {
    var result = try JSONDecoder().decode(
      AutoencoderResult.self, from: folder.data("\(name)/result.json"))
    result.secondsPerStep = nil
    return result
  }

  /// Expects the same bytes in two runs, and the same result.
  private func expectSame(
    _ a: String, _ b: String, in folder: TemporaryFolder,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for file in files {
      #expect(
        try folder.data("\(a)/\(file)") == folder.data("\(b)/\(file)"), "\(file)",
        sourceLocation: sourceLocation)
    }
    #expect(try result(a, in: folder) == result(b, in: folder), sourceLocation: sourceLocation)
  }

  /// Trains on; the folder `copy` becomes what a kill after so many steps would leave.
  private func abandon(
    _ session: AutoencoderSession, after count: Int, copy: String, in folder: TemporaryFolder
  ) throws {
    let directory = session.directory.url
    var (session, steps) = (session, 0)
    var outcome: Result<Void, any Error>?
    _ = try session.train(
      { _, _, _ in
        steps += 1
        guard steps == count else { return }
        outcome = Result {
          try FileManager.default.copyItem(
            at: directory, to: folder.folder(copy))
        }
      }, isInterrupted: { steps >= count })
    try #require(outcome, "the run ended before").get()
  }

  @Test(arguments: ["relaxed-rebar", "nvil"], Binarization.allCases)
  func aKilledRunEndsAsAnUndisturbedOne(estimator: String, binarize: Binarization) throws {
    try withTemporaryFolder { folder in
      let configuration = small(estimator, data: try folder.writeImages(to: "images")) {
        $0.steps = 60
        $0.pretrainSteps = 3
        $0.varianceEvery = 15
        $0.binarize = binarize
      }
      try folder.train("whole", configuration)
      var generator = PCG64(seed: 7)
      var session = try folder.session("0", configuration)
      for cut in 1...10 {
        let remaining = configuration.steps - session.run.progress.step
        let count = generator.integers(1, min(12, remaining))
        try abandon(session, after: count, copy: "\(cut)", in: folder)
        session = try folder.continuing("\(cut)", configuration)
      }
      #expect(session.run.progress.step > 8, "it got somewhere between the cuts")
      #expect(try session.train({ _, _, _ in }, isInterrupted: { false }) != nil)
      try expectSame("10", "whole", in: folder)
    }
  }

  @Test func syntheticRunsGoOnToo() throws {
    try withTemporaryFolder { folder in
      let configuration = small("rloo", data: "synthetic") {
        $0.latents = 8
        $0.steps = 11
      }
      try folder.train("whole", configuration)
      try abandon(folder.session("a", configuration), after: 7, copy: "b", in: folder)
      var session = try folder.continuing("b", configuration)
      #expect(session.run.progress.step == 4)
      _ = try session.train({ _, _, _ in }, isInterrupted: { false })
      try expectSame("b", "whole", in: folder)
    }
  }

  @Test func anInterruptedRunEndsAsAnUndisturbedOne() throws {
    try withTemporaryFolder { folder in
      let configuration = small(data: try folder.writeImages(to: "images")) {
        $0.checkpointEvery = 50
        $0.pretrainSteps = 2
      }
      try folder.train("whole", configuration)
      var session = try folder.session("a", configuration)
      for count in [1, 3, 4, 6, 1] {
        var remaining = count
        let result = try session.train({ _, _, _ in remaining -= 1 }) { remaining == 0 }
        #expect(result == nil && !folder.exists("a/result.json"))
        let step = session.run.progress.step
        session = try folder.continuing("a", configuration)
        #expect(session.run.progress.step == step, "nothing is lost")
      }
      #expect(try session.train({ _, _, _ in }, isInterrupted: { false }) != nil)
      try expectSame("a", "whole", in: folder)
    }
  }

  @Test func aRunThatNeverBeganStartsAnew() throws {
    try withTemporaryFolder { folder in
      let configuration = small(data: try folder.writeImages(to: "images"))
      try folder.train("whole", configuration)
      // As a kill leaves it between config.json and the first checkpoint.
      let directory = try RunDirectory.create(at: folder.folder("a"))
      try AtomicFile.write(configuration.encoded(), to: directory.config)
      for table in [nil, "step,epo"] {
        if let table { try folder.write(Data(table.utf8), to: "a/metrics.csv") }
        let session = try folder.continuing("a", configuration)
        #expect(session.run.progress.step == 0)
        try FileManager.default.removeItem(at: AutoencoderSession.latest(in: directory))
      }
      var session = try folder.continuing("a", configuration)
      _ = try session.train({ _, _, _ in }, isInterrupted: { false })
      try expectSame("a", "whole", in: folder)
    }
  }

  @Test func aFinishedRunTakesMoreSteps() throws {
    try withTemporaryFolder { folder in
      let short = small(data: try folder.writeImages(to: "images"))
      let long = small(data: short.data) { $0.steps = 40 }
      try folder.train("whole", long)
      let first = try folder.train("a", short)
      #expect(first.steps == 20)

      // Nothing to do, and the same result with the speed that was noted.
      var again = try folder.continuing("a", short)
      #expect(try again.train({ _, _, _ in }, isInterrupted: { false }) == first)

      var session = try folder.continuing("a", long)
      #expect(!folder.exists("a/result.json"), "it would tell of fewer steps")
      let result = try session.train({ _, _, _ in }, isInterrupted: { false })
      #expect(result?.steps == 40)
      #expect(try folder.data("a/metrics.csv") == folder.data("whole/metrics.csv"))
      for file in ["config.json", "checkpoints/latest.safetensors"] {
        #expect(try folder.data("a/\(file)") == folder.data("whole/\(file)"))
      }
      #expect(try self.result("a", in: folder) == self.result("whole", in: folder))
    }
  }

  @Test func rowsComeAtTheirStepsAndTheBestIsKept() throws {
    try withTemporaryFolder { folder in
      let configuration = small(data: try folder.writeImages(to: "images")) {
        $0.steps = 18
        $0.varianceEvery = 10
      }
      let result = try folder.train("a", configuration)
      let rows = try folder.rows(of: "a/metrics.csv")
      #expect(rows.map { $0[0] } == ["step", "5", "10", "15", "18"])
      #expect(rows[0][4] == "encoder_log_variance")
      #expect(rows.dropFirst().map { $0[4].isEmpty } == [true, false, true, true])
      let bounds = rows.dropFirst().compactMap { Double($0[3]) }
      let best = try Safetensors(contentsOf: folder.url.appending(path: "a/\(files[3])"))
      var run = try AutoencoderRun(configuration, data: imageData(of: configuration))
      try run.restore(best, from: "best")
      let highest = try #require(bounds.max())
      #expect(run.progress.best == highest)
      #expect(try run.measure().validation == highest)
      #expect("\(run.progress.step)" == rows[1 + (bounds.firstIndex(of: highest) ?? -1)][0])
      #expect(try #require(result.secondsPerStep) > 0 && result.importanceSamples == 100)
      #expect(result.testImportanceWeighted >= result.testELBO)
    }
  }

  @Test func lostRowsAreAnError() throws {
    try withTemporaryFolder { folder in
      let configuration = small(data: try folder.writeImages(to: "images"))
      try folder.train("a", configuration)
      let longer = small(data: configuration.data) { $0.steps = 30 }
      let before = try folder.files(below: "a")
      let table = try folder.data("a/metrics.csv")
      try folder.write(table.dropLast(), to: "a/metrics.csv")
      let error = #expect(throws: LoggingError.self) { try folder.continuing("a", longer) }
      #expect(error?.description.contains("has lost rows") == true)
      try FileManager.default.removeItem(atPath: folder.path("a/metrics.csv"))
      let message = checkpointMessage { _ = try folder.continuing("a", longer) }
      #expect(
        message?.hasSuffix(
          "metrics.csv is missing; restore the file or start anew in "
            + "another folder") == true)
      try folder.write(table, to: "a/metrics.csv")
      #expect(try folder.files(below: "a") == before, "an error leaves everything as it was")
      // What a kill has left behind the last checkpoint is cut off.
      try folder.write(table + Data("20,1,".utf8), to: "a/metrics.csv")
      _ = try folder.continuing("a", configuration)
      #expect(try folder.data("a/metrics.csv") == table)
    }
  }

  @Test func otherImagesAreAnError() throws {
    try withTemporaryFolder { folder in
      let configuration = small(data: try folder.writeImages(to: "images"))
      try folder.train("a", configuration)
      for (train, seed) in [(60, 2), (66, 1), (54, 1)] {
        _ = try folder.writeImages(to: "images", train: train, seed: UInt64(seed))
        let message = checkpointMessage { _ = try folder.continuing("a", configuration) }
        #expect(message?.contains("was trained on other images than those of images; put") == true)
      }
      _ = try folder.writeImages(to: "images", width: 3, height: 3)
      let message = checkpointMessage { _ = try folder.continuing("a", configuration) }
      #expect(message?.contains("with shape") == true)
    }
  }

  @Test func boundsThatAreNoNumbersAreAnError() throws {
    try withTemporaryFolder { folder in
      let configuration = small(data: try folder.writeImages(to: "images"))
      try folder.train("a", configuration)
      var session = try folder.continuing("a", configuration)
      session.run.training.model.prior = Float.nan * session.run.training.model.prior
      #expect(throws: CommandFailure.self) {
        try session.train({ _, _, _ in }, isInterrupted: { false })
      }
    }
  }
}
