import Files
import Foundation
import State
import Statistics
import Testing

@testable import Experiments

@Suite struct ComparisonTests {
  private func comparison(
    _ list: String = "fair,steep:noise=0.5", _ shared: [String: JSONValue] = [:],
    seeds: ClosedRange<UInt64> = 3...4
  ) throws -> Comparison<RandomWalk> {
    var values = SettingValues<Walk>()
    for (flag, value) in shared { values[flag] = value }
    return Comparison(
      try ComparisonPlan(Variant.parse(list: list), shared: values, seeds: seeds, in: ()), in: ())
  }

  /// All that a comparison shows that does not depend on the clock.
  private func results(_ summary: ComparisonSummary<RandomWalk>) -> [String] {
    [summary.csv.fileContents, summary.table.fileContents].map {
      String(decoding: $0, as: UTF8.self)
    }
      + [summary.markdown]
      + summary.records.joined().map { "\(withoutTimes($0.values.result))" }
  }

  private func run(
    _ comparison: Comparison<RandomWalk>, in folder: Path, jobs: Int = 2,
    _ monitor: Monitor = .silent
  ) throws(Failure) -> ComparisonSummary<RandomWalk> {
    try comparison.run(in: ClaimedFolder(folder), origin: testOrigin, jobs: jobs, monitor)
  }

  @Test func eachRunIsTheOneThatItsSettingsMake() throws {
    let summary = try comparison("fair,steep").run()
    #expect(summary.names == ["fair", "steep"])
    for (kind, records) in zip(["fair", "steep"], summary.records) {
      #expect(records.map(\.settings.seed) == [3, 4])
      for record in records {
        var single = try Run<RandomWalk>(Walk(kind: kind, seed: record.settings.seed), in: ())
        #expect(try single.execute().values.columns == record.values.columns)
      }
    }
  }

  @Test func theFolderAndTheNumberOfJobsChangeNothing() throws {
    try withTemporaryFolder { folder in
      let expected = try results(comparison().run(jobs: 1))
      #expect(try results(comparison().run(jobs: 3)) == expected)
      var files: [[String: String]] = []
      for jobs in [1, 3] {
        let path = folder.appending("\(jobs)")
        #expect(try results(run(comparison(), in: path, jobs: jobs)) == expected)
        #expect(Folder.contents(of: path) == ["comparison.json", "runs"])
        let cells = Folder.contents(of: path.appending("runs"))
        #expect(cells.count == 4 && cells[3] == "2-steep-noise-0.5-seed-4")
        files.append(["": try path.appending("comparison.json").read()])
        for cell in cells {
          for (name, text) in try walkFiles(in: path.appending("runs/\(cell)")) {
            files[files.count - 1]["\(cell)/\(name)"] = text
          }
        }
      }
      #expect(files[0] == files[1])
      // A cell is a run like any other.
      let cell = folder.appending("1/runs/1-fair-seed-4")
      var grown = try walkRun(Walk(episodes: 9, seed: 4), in: cell)
      #expect(try grown.execute().status == .finished)
    }
  }

  /// A setting that only one variant uses stands in the files of that one alone.
  @Test func sharedSettingsMayConcernSomeVariantsAlone() throws {
    try withTemporaryFolder { folder in
      let plan = try comparison("fair,steep", ["drift": .number(0.25)], seeds: 0...0)
      let expected = try results(run(plan, in: folder))
      #expect(try results(run(plan, in: folder)) == expected)
      #expect(unlink(folder.appending("runs/1-fair-seed-0/result.json").text) == 0)
      #expect(try results(run(plan, in: folder)) == expected)
    }
  }

  @Test func anInterruptedComparisonGoesOn() throws {
    try withTemporaryFolder { folder in
      let slow = try comparison("fair,steep", ["slow": .boolean(true), "episodes": .integer(5)])
      let whole = try results(run(slow, in: folder.appending("whole")))
      var sessions = 0
      var summary: ComparisonSummary<RandomWalk>?
      while summary == nil, sessions < 30 {
        sessions += 1
        // Asked twenty times a second; an interruption reaches runs that are under way.
        do throws(Failure) {
          summary = try run(
            slow, in: folder.appending("parts"), jobs: 1,
            .interrupting(after: sessions > 8 ? 99 : 0))
        } catch {
          #expect(error == .interruption)
        }
      }
      #expect(sessions > 1)
      #expect(try results(#require(summary)) == whole)
    }
  }

  @Test func whatIsFinishedIsNotRunAgain() throws {
    try withTemporaryFolder { folder in
      _ = try run(comparison(), in: folder)
      let file = folder.appending("runs/1-fair-seed-3/result.json")
      let place = try #require(
        walkResult(in: folder.appending("runs/1-fair-seed-3"))["final_place"])
      try file.write(
        file.read().replacing("\"final_place\": \(place)", with: "\"final_place\": 777"))
      let summary = try run(comparison(), in: folder)
      #expect(summary.rows[0].figures[0].values[0] == 777)
    }
  }

  // MARK: Refusals

  @Test func otherComparisonsAndForeignFoldersAreRefused() throws {
    try withTemporaryFolder { folder in
      let part = folder.appending("part")
      _ = try run(comparison(), in: part)
      for other in [
        try comparison("fair,steep"), try comparison(seeds: 3...6),
        try comparison("fair,steep:noise=0.5", ["episodes": .integer(7)]),
      ] {
        #expect(
          sentence { try run(other, in: part) }
            == "\(part) holds a comparison with other settings or of another version; choose another "
            + "folder with --run-dir, or repeat the command that made it: walk --quick")
      }
      let foreign = folder.appending("foreign")
      _ = try Folder.make(foreign)
      try foreign.appending("summary.md").write("thesis")
      #expect(
        sentence { try run(comparison(), in: foreign) }
          == "\(foreign) holds no comparison (comparison.json is missing), but other files; choose "
          + "another folder")
      #expect(Folder.contents(of: foreign) == ["summary.md"])

      let claim = try ClaimedFolder(part)
      #expect(sentence { try run(comparison(), in: part) }.contains("is being written by another"))
      #expect(!claim.isEmpty)
    }
  }

  @Test func aCellThatIsSomethingElseIsRefused() throws {
    try withTemporaryFolder { folder in
      let (part, thesis) = (folder.appending("part"), folder.appending("thesis"))
      _ = try Folder.make(thesis)
      try thesis.appending("thesis.md").write("thesis")
      _ = try run(comparison(), in: part)
      let cell = part.appending("runs/1-fair-seed-3")
      try FileManager.default.removeItem(atPath: cell.text)
      try cell.link(to: thesis)
      #expect(
        sentence { try run(comparison(), in: part, jobs: 1) }.contains("is not empty; choose"))
      #expect(Folder.contents(of: thesis) == ["thesis.md"])

      // A run of other settings.
      #expect(unlink(cell.text) == 0)
      var other = try walkRun(Walk(seed: 8), in: cell)
      _ = try other.execute()
      other = try Run(Walk(), in: ())
      #expect(
        sentence { try run(comparison(), in: part) }
          == "\(cell) is not a run of this comparison; delete it, and it is made anew")
    }
  }

  // MARK: What came out

  @Test func runsThatDivergedAreCounted() throws {
    try withTemporaryFolder { folder in
      let plan = try comparison("fair,steep", ["limit": .integer(3), "episodes": .integer(20)])
      let summary = try plan.run()
      let counts = summary.records.map { $0.count(where: \.values.hasDiverged) }
      #expect(counts[1] == 2)
      #expect(
        summary.notes.contains(
          "Of steep, 2 of 2 runs ended early in numbers that were not finite."))
      // Those that have no end have no value at the end.
      #expect(summary.rows.map(\.measure.key) == ["final_place", "distance", "mean"])
      #expect(try results(run(plan, in: folder)) == results(summary))
      #expect(try results(run(plan, in: folder)) == results(summary))
    }
  }

  @Test func verdictsFollowTheSignOfTheMeasure() throws {
    let summary = try comparison("fair,steep,fair:start=one", seeds: 0...7).run()
    let ahead = summary.verdict(on: "steep", against: "fair", by: "final_place")
    #expect(ahead.isAhead && !ahead.isBehind)
    guard case .ahead(let interval) = ahead else { return }
    // Three steps of 0.5 in each of six episodes.
    #expect(abs(interval.lower - 9) < 1e-9 && abs(interval.upper - 9) < 1e-9)
    #expect("\(ahead)".hasPrefix("ahead; difference between "))
    #expect(summary.verdict(on: "fair", against: "steep", by: "final_place").isBehind)
    #expect(summary.verdict(on: "steep", against: "fair", by: "distance").isBehind)
    #expect(summary.verdict(on: "fair:start=one", against: "fair", by: "final_place").isAhead)
    let strict = summary.verdict(on: "steep", against: "fair", by: "final_place", level: 0.001)
    #expect(!strict.isAhead && !strict.isBehind && "\(strict)".hasPrefix("cannot be told; "))
  }

  @Test func digitsFollowTheError() throws {
    let summary = try comparison(
      "fair:noise=0.01,fair:noise=0.02", ["episodes": .integer(2)], seeds: 0...9
    ).run()
    let row = try #require(summary.rows.first)
    let error = try #require(row.figures.map(\.standardError).min())
    #expect(error < 0.01)
    let decimals = Format.decimals(ofError: error)
    #expect(decimals >= 3)
    let figures = summary.figureTable([row]).description
    let differences = try #require(summary.differenceTable([row])).description
    for figure in row.figures {
      #expect(figures.contains(" \(Format.fixed(figure.mean, decimals: decimals)) "))
      #expect(figures.contains(" \(Format.fixed(figure.standardError, decimals: decimals)) "))
    }
    let difference = try #require(row.figures[1].difference)
    let places = Format.decimals(ofError: difference.standardError)
    #expect(differences.contains(Format.fixed(difference.meanDifference, decimals: places)))
    #expect(summary.markdown.contains("95 % interval"))
  }

  @Test func aSingleRunHasDigitsToo() throws {
    let summary = try comparison("fair:noise=0.01", ["episodes": .integer(2)], seeds: 1...1).run()
    let value = try #require(summary.rows.first).figures[0].mean
    #expect(abs(value) < 0.05)
    let decimals = Format.decimals(ofError: abs(value) / 10)
    #expect(summary.text.contains(" \(Format.fixed(value, decimals: decimals)) "))
    #expect(summary.text.contains("They are too narrow with so few seeds."))
    #expect(summary.differenceTable(summary.rows) == nil)
  }

  @Test func timesAreShownButNotInFiles() throws {
    let summary = try comparison().run()
    #expect(summary.text.contains("time") && !summary.markdown.contains("| time"))
    #expect(summary.headline == "Seeds 3 to 4.")
    #expect(summary.title == "Comparison of fair, steep:noise=0.5")
  }
}
