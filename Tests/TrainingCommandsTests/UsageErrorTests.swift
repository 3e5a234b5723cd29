import Testing

@testable import TrainingCommands

@Suite struct UsageErrorTests {
  @Test func findsTheNearestName() {
    #expect(nearestName(to: "Relux", among: ["a2c", "relax"]) == "relax")
    #expect(nearestName(to: "x", among: []) == nil)
  }

  @Test func readsAsItsSentence() {
    #expect("\(UsageError("a; b"))" == "a; b")
    #expect("\(CommandFailure("a; b"))" == "a; b")
  }
}
