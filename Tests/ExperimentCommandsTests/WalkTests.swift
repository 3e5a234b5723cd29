import ExperimentCommands
import Experiments
import Files
import Foundation
import State
import Synchronization
import Testing

/// The example of `Docs/experiments.md` does what is said there.
@Suite struct WalkTests {
  private func run(
    _ arguments: String, in folder: URL, interruptedAfter limit: Int = .max
  ) -> Int32 {
    var context = WalkProgram.Context(names: (), version: "1")
    context.commandLine = ["walk"]
    context.output = { _ in }
    let questions = Questions(limit: limit)
    context.isInterrupted = { questions.isPastLimit() }
    return WalkProgram.run(
      arguments.replacing("DIR", with: folder.path).split(separator: " ").map(String.init),
      in: context)
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "walk-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func text(_ url: URL) throws -> String {
    String(decoding: try Data(contentsOf: url), as: UTF8.self)
  }

  @Test func theDocumentShowsThisCode() throws {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let code = try text(here.appending(path: "WalkExample.swift"))
    let document = try text(here.appending(path: "../../Docs/experiments.md"))
    #expect(document.contains("```swift\n\(code)```\n"))
    #expect(code.split(separator: "\n", omittingEmptySubsequences: false).count < 80)
  }

  @Test func aRunThatWasInterruptedEndsAsOneThatWasNot() throws {
    try withFolder { folder in
      #expect(run("--steps 50 --seed 4 --run-dir DIR/whole", in: folder) == 0)
      for count in [0, 1, 17, 49] {
        let cut = "--run-dir DIR/cut-\(count)"
        #expect(run("--steps 50 --seed 4 \(cut)", in: folder, interruptedAfter: count) == 130)
        #expect(run("--resume \(cut)", in: folder) == 0)
        for name in ["walk.csv", "checkpoints/latest.safetensors", "checkpoints/final.safetensors"]
        {
          #expect(
            try Data(contentsOf: folder.appending(path: "cut-\(count)/\(name)"))
              == Data(contentsOf: folder.appending(path: "whole/\(name)")))
        }
      }
      #expect(run("--resume --run-dir DIR/whole --steps 60", in: folder) == 0)
      let rows = try text(folder.appending(path: "whole/walk.csv")).split(separator: "\n")
      #expect(rows.count == 61 && rows[60].hasPrefix("60,"))
    }
  }

  @Test func tensorBoardGetsEachRow() throws {
    try withFolder { folder in
      #expect(run("--steps 50 --tensorboard --run-dir DIR/run", in: folder) == 0)
      let files = try FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: "run").path)
      let name = try #require(files.first { $0.contains("tfevents") })
      let events = try Data(contentsOf: folder.appending(path: "run/\(name)"))
      #expect(events.ranges(of: Data("train/place".utf8)).count == 50)
    }
  }

  @Test func variantsAreComparedInAFolder() throws {
    try withFolder { folder in
      let command =
        "compare --gaits steady,lazy,steady:drift=0.3 --seeds 3 --steps 20 --run-dir DIR/c"
      #expect(run(command, in: folder) == 0)
      let page = try text(folder.appending(path: "c/comparison.html"))
      #expect(page.contains("place at the end") && page.contains("steady:drift=0.3"))
      let rows = try text(folder.appending(path: "c/walk.csv")).split(separator: "\n")
      #expect(rows.count == 1 + 9 * 20)
      #expect(run("--resume --run-dir DIR/c/runs/2-lazy-seed-1 --steps 25", in: folder) == 0)
    }
  }

  @Test func variantsAreComparedInATest() throws {
    let variants = try Variant<WalkSettings>.parse(list: "steady,steady:drift=0.9")
    let plan = try ComparisonPlan(variants, shared: SettingValues(), seeds: 0...9, in: ())
    let summary = try Comparison<Walk>(plan, in: ()).run()
    #expect(summary.verdict(on: "steady:drift=0.9", against: "steady", by: "final_place").isAhead)
  }

  @Test(arguments: [
    "--drift 2", "--gait jumping", "--steps 0", "--resume", "compare",
    "compare --gaits steady,crawl",
    "compare --gaits steady --seeds 0",
  ])
  func wrongUsageIsRefused(arguments: String) throws {
    try withFolder { folder in
      #expect(run(arguments, in: folder) == 64)
      #expect(!FileManager.default.fileExists(atPath: folder.path))
    }
  }
}

/// How often the program may ask whether to go on.
private final class Questions: Sendable {
  private let count = Atomic(0)
  private let limit: Int
  init(limit: Int) { self.limit = limit }
  func isPastLimit() -> Bool { count.wrappingAdd(1, ordering: .relaxed).newValue > limit }
}
