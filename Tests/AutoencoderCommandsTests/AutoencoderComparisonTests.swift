import Foundation
import Synchronization
import Testing

@testable import AutoencoderCommands

@Suite struct AutoencoderComparisonTests {
  private let files = ["summary.md", "summary.csv", "curves.csv", "figure.svg", "figure.png"]

  private func compare(
    _ more: String..., name: String, images: String, in folder: TemporaryFolder
  ) throws {
    try command(
      [
        "compare", "--data", images, "--estimators", "relaxed-rebar,rloo", "--seeds", "2", "--seed",
        "5", "--latents", "3", "--batch", "7", "--steps", "12", "--cv-width", "4", "--eval-every",
        "4", "--checkpoint-every", "5", "--variance-every", "8", "--run-dir", folder.path(name),
        "--quiet",
      ] + more)
  }

  private func configurations(_ images: String) -> [AutoencoderConfiguration] {
    ["rloo", "nvil"].flatMap { estimator in
      (0..<2).map { seed in small(estimator, data: images) { $0.seed = seed } }
    }
  }

  @Test func theNumberOfJobsChangesNothing() throws {
    try withTemporaryFolder { folder in
      let images = try folder.writeImages(to: "images")
      for jobs in ["1", "2"] {
        try compare("--jobs", jobs, name: jobs, images: images, in: folder)
        for file in files { #expect(folder.exists("\(jobs)/\(file)")) }
      }
      #expect(try folder.data("1/curves.csv") == folder.data("2/curves.csv"))
      let summaries = try ["1", "2"].map { try folder.rows(of: "\($0)/summary.csv") }
      #expect(summaries[0][0].last == "seconds_per_step")
      #expect(summaries[0].map { $0.dropLast() } == summaries[1].map { $0.dropLast() })
      #expect(
        summaries[0].dropFirst().map { $0[1...3].joined(separator: " ") } == [
          "relaxed-rebar 5 12", "relaxed-rebar 6 12", "rloo 5 12", "rloo 6 12",
        ])
      let curves = try folder.rows(of: "1/curves.csv")
      #expect(curves.count == 1 + 4 * 3)
      #expect(curves.dropFirst().prefix(3).map { $0[3] } == ["4.0", "8.0", "12.0"])
      #expect(curves.dropFirst().prefix(3).map { $0[7].isEmpty } == [true, false, true])
    }
  }

  @Test func aRunIsTheOneThatTrainMakes() throws {
    try withTemporaryFolder { folder in
      let images = try folder.writeImages(to: "images")
      try compare(name: "c", images: images, in: folder)
      let run = "c/runs/linear1-rloo-6"
      let configuration = try JSONDecoder().decode(
        AutoencoderConfiguration.self, from: folder.data("\(run)/config.json"))
      #expect(configuration.seed == 6 && configuration.estimator == "rloo")
      try folder.train("alone", configuration)
      for file in ["metrics.csv", "checkpoints/latest.safetensors"] {
        #expect(try folder.data("\(run)/\(file)") == folder.data("alone/\(file)"))
      }
    }
  }

  @Test func finishedRunsAreNotTrainedAgain() throws {
    try withTemporaryFolder { folder in
      let images = try folder.writeImages(to: "images")
      try compare(name: "c", images: images, in: folder)
      let run = "c/runs/linear1-rloo-6"
      // Without it a run cannot be continued.
      try FileManager.default.removeItem(
        atPath: folder.path("\(run)/checkpoints/latest.safetensors"))
      let text = try folder.text("\(run)/metrics.csv")
      try folder.write(Data((text + "99,9,-7.5,-8.5\n").utf8), to: "\(run)/metrics.csv")
      let before = try folder.files(below: "c/runs")
      try compare("--jobs", "1", name: "c", images: images, in: folder)
      #expect(try folder.files(below: "c/runs") == before)
      #expect(try folder.rows(of: "c/curves.csv").last?[3...6] == ["99.0", "9.0", "-7.5", "-8.5"])

      // A longer list of seeds adds to it.
      try compare("--seeds", "3", name: "c", images: images, in: folder)
      #expect(try folder.rows(of: "c/summary.csv").count == 7)
      #expect(try folder.data("\(run)/metrics.csv") == before["linear1-rloo-6/metrics.csv"])
    }
  }

  @Test func otherSettingsInTheSameFolderAreRefused() throws {
    try withTemporaryFolder { folder in
      let images = try folder.writeImages(to: "images")
      try compare(name: "c", images: images, in: folder)
      let before = try folder.files(below: "c")
      for flags in [["--latents", "4"], ["--steps", "13"], ["--batch", "6"]] {
        let message = usageMessage {
          try compare(flags[0], flags[1], name: "c", images: images, in: folder)
        }
        #expect(message?.contains("holds a run with other settings; give the same ones") == true)
      }
      #expect(try folder.files(below: "c") == before)
    }
  }

  @Test func anInterruptedComparisonGoesOn() throws {
    try withTemporaryFolder { folder in
      let configurations = configurations(try folder.writeImages(to: "images"))
      let whole = AutoencoderComparison(
        configurations: configurations, folder: folder.folder("whole"))
      let expected = try #require(
        try whole.run(jobs: 2, isInterrupted: { false }, report: { _ in }))
      #expect(expected.map(\.configuration) == configurations)

      let parts = AutoencoderComparison(
        configurations: configurations, folder: folder.folder("parts"))
      // 60 of all 80 steps. Whoever looks on asks as well, as often as the machine is slow, and must
      // not count.
      let watcher = ObjectIdentifier(Thread.current)
      for count in [1, 9, 30, 20] {
        let remaining = Mutex(count)
        let runs = try parts.run(
          jobs: 1,
          isInterrupted: {
            remaining.withLock { remaining in
              if ObjectIdentifier(Thread.current) != watcher { remaining -= 1 }
              return remaining < 0
            }
          }, report: { _ in })
        #expect(runs == nil)
      }
      let reports = Mutex([String]())
      let runs = try parts.run(
        jobs: 1, isInterrupted: { false },
        report: { line in reports.withLock { $0.append(line) } })
      #expect(runs?.map(\.metrics) == expected.map(\.metrics))
      #expect(runs?.map(\.result.testELBO) == expected.map(\.result.testELBO))
      let lines = reports.withLock { $0 }
      #expect(lines.last?.hasPrefix("linear1, nvil, seed 1: done in ") == true)
      #expect(lines.count < 4, "finished runs are read")
    }
  }

  @Test func aDamagedRunIsNamed() throws {
    try withTemporaryFolder { folder in
      let images = try folder.writeImages(to: "images")
      try compare(name: "c", images: images, in: folder)
      let run = "c/runs/linear1-rloo-6"
      func message() -> String? {
        #expect(throws: CommandFailure.self) {
          try compare(name: "c", images: images, in: folder)
        }?.description
      }
      try folder.write(Data("{}".utf8), to: "\(run)/result.json")
      #expect(message()?.hasSuffix("delete that run and start the comparison again.") == true)
      try FileManager.default.removeItem(atPath: folder.path(run))
      try compare(name: "c", images: images, in: folder)
      for table in ["step,validation_elbo\n", "step\n4\n", ""] {
        try folder.write(Data(table.utf8), to: "\(run)/metrics.csv")
        #expect(message()?.contains("linear1-rloo-6 cannot be read; ") == true)
      }
      try FileManager.default.removeItem(atPath: folder.path("\(run)/metrics.csv"))
      #expect(message()?.contains("linear1-rloo-6 cannot be read; ") == true)
    }
  }
}
