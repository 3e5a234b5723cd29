import Experiments
import Files
import Foundation
import State
import Testing

@Suite struct TuningTests {
  private func tuning(
    _ ranges: [String: SearchRange] = ["drift": .linear(0...1)], trials: Int = 5, halvings: Int = 1,
    seeds: ClosedRange<UInt64> = 0...1, measure: String = "final_place",
    base: [String: JSONValue] = [:]
  ) -> Tuning<RandomWalk> {
    var plan = Tuning<RandomWalk>.Plan(
      ranges: ranges.sorted { $0.key < $1.key }.map { (Walk.setting($0.key), $0.value) })
    plan.trials = trials
    plan.halvings = halvings
    plan.seeds = seeds
    plan.measure = measure
    var values = SettingValues<Walk>()
    values["walk"] = "steep"
    for (flag, value) in base { values[flag] = value }
    return Tuning(plan, base: values, in: ())
  }

  private func run(
    _ tuning: Tuning<RandomWalk>, in folder: Path, _ monitor: Monitor = .silent
  ) throws(Failure) -> [Tuning<RandomWalk>.Trial] {
    try tuning.run(in: JobFolder(ClaimedFolder(folder)), origin: testOrigin, jobs: 2, monitor)
  }

  @Test func theBetterHalfGoesOnWithMoreSeedsAndSteps() throws {
    try withTemporaryFolder { folder in
      let trials = try run(tuning(halvings: 2, seeds: 4...7), in: folder)
      #expect(trials.map(\.rung) == [3, 3, 2, 2, 2, 1, 1, 1, 1, 1])
      #expect(trials.map(\.scores.count) == [4, 4, 2, 2, 2, 1, 1, 1, 1, 1])
      #expect(trials.map(\.settings.episodes) == [6, 6, 3, 3, 3, 1, 1, 1, 1, 1])
      // A steeper walk comes farther.
      let drifts = trials.map { Double($0.values[0]) ?? .nan }
      #expect(drifts[0] == drifts.max() && drifts[0] > drifts[1] && drifts[2] == drifts[0])
      #expect(Set(drifts[5...]).count == 5 && drifts.allSatisfy { (0...1).contains($0) })
      #expect(trials[0].name == "steep:drift=\(trials[0].values[0])")
      #expect(trials[0].settings.drift == drifts[0])
      // The name is one that a comparison takes.
      #expect(
        try Variant<Walk>.parse(list: trials[0].name).first?.settings["drift"]?.double == drifts[0])
      #expect(
        Folder.contents(of: folder) == ["rung-1", "rung-2", "rung-3", "tuning.json"])
    }
  }

  @Test func lessIsBetterWhereTheMeasureSaysSo() throws {
    try withTemporaryFolder { folder in
      let trials = try run(tuning(halvings: 0, measure: "distance"), in: folder)
      let drifts = trials.compactMap { Double($0.values[0]) }
      #expect(drifts.count == 5 && drifts[0] == drifts.min())
      #expect(
        trials.map { $0.scores[0] + $0.scores[1] }
          == trials.map { $0.scores[0] + $0.scores[1] }.sorted())
    }
  }

  @Test func goesOnAndRunsNothingTwice() throws {
    try withTemporaryFolder { folder in
      let (whole, part) = (folder.appending("whole"), folder.appending("part"))
      let expected = try run(tuning(), in: whole)
      #expect(throws: Failure.interruption) {
        try run(tuning(), in: part, .interrupting(after: 0))
      }
      let trials = try run(tuning(), in: part)
      #expect(trials.map(\.name) == expected.map(\.name))
      #expect(trials.map(\.scores) == expected.map(\.scores))

      let best = trials[0]
      let cells = Folder.contents(of: part.appending("rung-2/runs"))
      let name = try #require(cells.first { $0.hasPrefix("1-") && $0.hasSuffix("seed-0") })
      let file = part.appending("rung-2/runs/\(name)/result.json")
      try file.write(
        file.read().replacing("\"final_place\": \(best.scores[0])", with: "\"final_place\": 777"))
      #expect(try run(tuning(), in: part)[0].scores == [777, best.scores[1]])
    }
  }

  @Test func otherSearchesAndForeignFoldersAreRefused() throws {
    try withTemporaryFolder { folder in
      let part = folder.appending("part")
      _ = try run(tuning(trials: 2), in: part)
      for other in [
        tuning(trials: 3), tuning(trials: 2, halvings: 0), tuning(trials: 2, seeds: 0...2),
        tuning(trials: 2, measure: "distance"), tuning(["drift": .linear(0...0.5)], trials: 2),
      ] {
        #expect(
          sentence { try run(other, in: part) }
            == "\(part) holds a search with other settings or of another version; choose another folder "
            + "with --run-dir")
      }
      let more = tuning(trials: 2, base: ["episodes": .integer(9)])
      #expect(sentence { try run(more, in: part) }.contains("with other settings"))

      let foreign = folder.appending("foreign")
      _ = try Folder.make(foreign)
      try foreign.appending("best.json").write("{}")
      #expect(
        sentence { try run(tuning(), in: foreign) }
          .contains("holds no search (tuning.json is missing), but other files"))
      #expect(Folder.contents(of: foreign) == ["best.json"])
    }
  }

  /// Who has more settings has no other luck with those that all have.
  @Test func whatIsTriedOfARangeDependsOnItsPlaceAlone() throws {
    try withTemporaryFolder { folder in
      let few = try run(tuning(halvings: 0), in: folder.appending("few"))
      let more = try run(
        tuning(["drift": .linear(0...1), "episodes": .integers(1...3)], halvings: 0),
        in: folder.appending("more"))
      #expect(Set(few.map { $0.values[0] }) == Set(more.map { $0.values[0] }))
    }
  }

  @Test func rangesWithFewValuesAreTriedOnce() throws {
    try withTemporaryFolder { folder in
      let trials = try run(
        tuning(["start": .choice(["zero", "one"]), "limit": .integers(90...91)], trials: 16),
        in: folder)
      #expect(trials.count == 6 && Set(trials[2...].map(\.name)).count == 4)
    }
  }

  /// A search meets settings with which nothing works.
  @Test func aTrialThatDivergesComesLast() throws {
    try withTemporaryFolder { folder in
      let search = tuning(
        ["drift": .linear(0...1)], halvings: 0, measure: "conclusion.place",
        base: ["limit": .integer(9)])
      let trials = try run(search, in: folder)
      #expect(trials.count == 5 && trials[0].scores.count(where: \.isFinite) == 2)
      #expect(trials[4].scores.count(where: \.isNaN) == 2)
      #expect(
        sentence { try run(tuning(measure: "speed"), in: folder.appending("other")) }
          == "--by is speed, which these runs do not have; choose from final_place, distance, "
          + "conclusion.place, mean, seconds.")
    }
  }

  @Test(
    arguments: [
      ("0.001..0.1", .logarithmic(0.001...0.1)), ("0..1.5", .linear(0...1.5)),
      ("0.5..1.5", .linear(0.5...1.5)), ("-1.0..1.0", .linear(-1...1)), ("1..8", .integers(1...8)),
      ("tanh|relu", .choice(["tanh", "relu"])), ("1|2|4", .choice(["1", "2", "4"])),
      ("", nil), ("tanh", nil), ("1..1", nil), ("2..1", nil), ("a..b", nil), ("a|", nil),
      ("0..inf", nil),
      ("nan..1", nil), ("..", nil),
    ] as [(String, SearchRange?)])
  func rangesAreRead(text: String, range: SearchRange?) {
    #expect(SearchRange(text) == range)
  }

  @Test func valuesFillTheirRange() {
    #expect([0, 0.5, 1].map(SearchRange.logarithmic(0.01...1).value(at:)) == ["0.01", "0.1", "1"])
    #expect([0, 0.5, 1].map(SearchRange.linear(-1...1).value(at:)) == ["-1", "0", "1"])
    #expect(
      [0, 0.34, 0.99, 1].map(SearchRange.integers(1...3).value(at:)) == ["1", "2", "3", "3"])
    #expect([0, 0.5, 1].map(SearchRange.choice(["a", "b"]).value(at:)) == ["a", "b", "b"])
  }
}
