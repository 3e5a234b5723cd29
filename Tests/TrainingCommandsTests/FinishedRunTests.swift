import Foundation
import Testing

@testable import TrainingCommands

@Suite struct FinishedRunTests {
  @Test(arguments: ["a2c", "relax", "reinforce"])
  func hasTheEpisodesOfTheCommandTrain(algorithm: String) throws {
    try withTemporaryFolder { folder in
      let measuring = ["--variance-every", "4", "--variance-episodes", "3", "--hidden", "4"]
      let flags = measuring + ["--cv-hidden", "4", "--value-steps", "1", "--episodes", "10"]
      let training =
        ["--env", "corridor", "--algo", algorithm, "--seed", "6", "--eval-episodes", "0"]
        + ["--quiet", "--run-dir", folder.path("a")]
      #expect(TrainingCommands.run(training + flags, in: Transcript().context()) == 0)

      var settings = try SharedOptions.parse(flags).values()
      settings[.environment] = .text("corridor")
      let plan = try ComparisonPlan(
        ComparisonVariant.parse(list: algorithm), shared: settings, seeds: 6...6,
        environments: testEnvironments)
      let run = try #require(FinishedRun.train(plan.entries[0], seed: 6) { _ in true })
      #expect(try folder.column("return", of: "a/episodes.csv") == run.returns.map { "\($0)" })
      #expect(try folder.column("step", of: "a/episodes.csv") == run.steps.map { "\($0)" })
      #expect(try folder.column("length", of: "a/episodes.csv") == run.lengths.map { "\($0)" })
      #expect(
        try folder.column("log_variance", of: "a/episodes.csv")
          == run.logVariances.map { $0.map { "\($0)" } ?? "" })
      #expect(run.logVariances.count { $0 != nil } == 2)
    }
  }

  @Test func leavesNothingOfARunThatWasEnded() throws {
    let plan = try comparisonPlan("reinforce", "--episodes", "10")
    var episodes = 0
    let run = FinishedRun.train(plan.entries[0], seed: 0) { record in
      episodes += 1
      #expect(record.episode == episodes)
      return episodes < 3
    }
    #expect(run == nil && episodes == 3)
  }

  @Test func endsWithTheFirstGradientThatIsNotFinite() throws {
    var environments = testEnvironments
    environments.register(Abyss.specification)
    var settings = SettingValues()
    settings[.environment] = .text("abyss")
    let plan = try ComparisonPlan(
      ComparisonVariant.parse(list: "reinforce"), shared: settings, seeds: 0...0,
      environments: environments)
    let run = try #require(FinishedRun.train(plan.entries[0], seed: 0) { _ in true })
    #expect(run.hasDiverged && run.returns.count == 4 && run.isConsistent)
  }

  @Test func readsWhatItWrites() throws {
    var run = FinishedRun(algorithm: "relax:cv-form=value", seed: .max)
    run.steps = [3, 5]
    run.returns = [0.1 + 0.2, -1e-300]
    run.lengths = [3, 2]
    run.logVariances = [nil, -.infinity]
    run.solvedAtEpisode = 2
    run.wallSeconds = 0.25
    let data = try run.fileContents()
    #expect(FinishedRun(parsing: data) == run)
    #expect(FinishedRun(parsing: data.dropLast(30)) == nil)
    run.lengths = [3]
    #expect(try FinishedRun(parsing: run.fileContents()) == nil)
  }
}
