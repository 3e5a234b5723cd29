import Testing

@testable import TrainingCommands

@Suite struct SharedOptionsTests {
  @Test func hasNoFlagForWhatRunsOfAComparisonDifferIn() throws {
    for flag in ["--seed", "--algo", "--env", "--eval-every", "--eval-episodes"] {
      #expect(throws: (any Error).self) { try SharedOptions.parse([flag, "1"]) }
    }
    let values = try SharedOptions.parse(["--cv-steps", "3", "--no-solve-stop"]).values()
    #expect(values[.cvSteps] == .integer(3) && values[.solveStop] == .boolean(false))
    #expect(values[.episodes] == nil)
  }
}
