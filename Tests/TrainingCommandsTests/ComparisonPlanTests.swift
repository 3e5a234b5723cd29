import Testing

@testable import TrainingCommands

/// The plan that flags and a list of algorithms lead to, in the corridor.
func comparisonPlan(
  _ algorithms: String, _ flags: String..., seeds: ClosedRange<UInt64> = 0...1
) throws -> ComparisonPlan {
  var settings = try SharedOptions.parse(flags).values()
  settings[.environment] = .text("hall")
  return try ComparisonPlan(
    ComparisonVariant.parse(list: algorithms), shared: settings, seeds: seeds,
    environments: testEnvironments)
}

@Suite struct ComparisonPlanTests {
  @Test func ownSettingsStandOverSharedOnes() throws {
    let plan = try comparisonPlan(
      "a2c,relax:learning-rate=0.5", "--learning-rate", "0.25", "--episodes", "9")
    #expect(plan.entries.map(\.configuration.hyperparameters.learningRate) == [0.25, 0.5])
    #expect(plan.entries.map(\.algorithm.name) == ["a2c", "relax"])
    #expect(plan.environment.name == "corridor" && plan.episodes == 9)
    #expect(plan.entries.allSatisfy { $0.configuration.evalEpisodes == 0 })
  }

  @Test func runsOfASeedStandTogether() throws {
    let plan = try comparisonPlan("a2c,relax", seeds: 7...8)
    #expect(plan.runs.map(\.entry) == [0, 1, 0, 1])
    #expect(plan.runs.map(\.seed) == [7, 7, 8, 8])
  }

  @Test func refusesEqualEntriesAndUnequalBudgets() {
    #expect(
      usageMessage { _ = try comparisonPlan("relax,relax:cv-form=value+relaxation") }
        == "--algos: relax:cv-form=value+relaxation has the settings of relax; leave one of them "
        + "out")
    #expect(
      usageMessage { _ = try comparisonPlan("a2c,a2c:preset=paper") }
        == "a2c would train for 1000 episodes and a2c:preset=paper for 1500; set the same with "
        + "--episodes")
    #expect(throws: Never.self) {
      try comparisonPlan("a2c,a2c:preset=paper", "--episodes", "5")
    }
  }

  @Test func theDescriptionHasEverythingThatDecidesTheResults() throws {
    let plan = try comparisonPlan("a2c,relax", "--episodes", "5", seeds: 7...8)
    let json = try plan.json()
    #expect(
      json.members?.map(\.name) == ["version", "environment", "first_seed", "seeds", "algorithms"])
    for other in [
      try comparisonPlan("a2c,relax", "--episodes", "5", seeds: 7...9),
      try comparisonPlan("a2c,relax", "--episodes", "5", seeds: 6...7),
      try comparisonPlan("relax,a2c", "--episodes", "5", seeds: 7...8),
      try comparisonPlan("a2c,relax:cv-steps=2", "--episodes", "5", seeds: 7...8),
      try comparisonPlan("a2c,relax", "--episodes", "5", "--discount", "0.5", seeds: 7...8),
    ] {
      #expect(try other.json() != json)
    }
  }
}
