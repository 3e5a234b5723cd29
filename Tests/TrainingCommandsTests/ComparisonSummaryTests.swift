import ReinforcementLearning
import Statistics
import Testing

@testable import TrainingCommands

/// A comparison of two runs each: `a2c` solves both, `relax` one and diverges in the other.
func sampleSummary() throws -> ComparisonSummary {
  let plan = try comparisonPlan("a2c,relax", "--episodes", "300", seeds: 3...4)
  func run(
    _ algorithm: String, _ seed: UInt64, solvedAt episode: Int?, return value: Double,
    episodes: Int = 300
  ) -> FinishedRun {
    var run = FinishedRun(algorithm: algorithm, seed: seed)
    run.returns = (1...episodes).map { $0 > episodes - 100 ? value : -5 }
    run.lengths = Array(repeating: 2, count: episodes)
    run.steps = (1...episodes).map { 2 * $0 }
    run.logVariances = (1...episodes).map { $0 <= 2 ? value + Double($0) : nil }
    run.solvedAtEpisode = episode
    run.solvedAtStep = episode.map { 2 * $0 }
    run.hasDiverged = episodes < 300
    run.wallSeconds = Double(seed)
    return run
  }
  return ComparisonSummary(
    of: [
      [
        run("a2c", 3, solvedAt: 120, return: 0.5), run("a2c", 4, solvedAt: 140, return: 0.75),
      ],
      [
        run("relax", 3, solvedAt: 150, return: 0.25),
        run("relax", 4, solvedAt: nil, return: 1, episodes: 110),
      ],
    ], plan)
}

@Suite struct ComparisonSummaryTests {
  @Test func countsEachRunAsItEnded() throws {
    let summary = try sampleSummary()
    #expect(summary.solved == [2, 1] && summary.diverged == [0, 1])
    #expect(
      summary.measures.map(\.key)
        == ["episodes_to_solve", "steps_to_solve", "final_return", "log_variance"])
    let means = summary.measures.map { $0.figures.map(\.mean) }
    // The run that diverged counts with the budget of episodes, and with the steps it took.
    #expect(means == [[130, 225], [260, 260], [0.625, 0.625], [2.125, 2.125]])
    #expect(summary.wallTime.figures.map(\.mean) == [3.5, 3.5])
  }

  @Test func aDivergedRunCountsWithTheStepsThatLimitIt() throws {
    let plan = try comparisonPlan("a2c", "--steps", "50", seeds: 3...3)
    var run = FinishedRun(algorithm: "a2c", seed: 3)
    run.returns = [1, 2, .nan]
    run.steps = [4, 8, 30]
    run.logVariances = [nil, nil, nil]
    run.hasDiverged = true
    let means = ComparisonSummary(of: [[run]], plan).measures.map { $0.figures[0].mean }
    #expect(means[0] == 3 && means[1] == 50 && means[2].isNaN)
  }

  @Test func comparesWithTheFirstSeedBySeed() throws {
    let episodes = try sampleSummary().measures[0].figures
    #expect(episodes[0].difference == nil)
    let difference = try #require(episodes[1].difference)
    // 150 − 120 and 300 − 140.
    #expect(difference.meanDifference == 95)
    #expect(difference.standardError == 65)
    #expect(difference.pValue == 0.5)
    #expect(episodes[0].median == 130 && episodes[0].standardError == 10)
    #expect(episodes[0].interval == ConfidenceInterval(lower: 120, upper: 140))
  }

  @Test func measuresOnlyWhatThereIs() throws {
    let plan = try comparisonPlan("a2c", "--episodes", "3", seeds: 3...3)
    var run = FinishedRun(algorithm: "a2c", seed: 3)
    run.returns = [1, 2, 6]
    run.logVariances = [nil, nil, nil]
    let summary = ComparisonSummary(of: [[run]], plan)
    #expect(summary.measures.map(\.key).last == "final_return")
    #expect(summary.measures.last?.figures.first?.mean == 3)
  }
}
