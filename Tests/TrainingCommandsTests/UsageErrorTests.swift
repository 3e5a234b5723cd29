import Testing

@testable import TrainingCommands

@Suite struct UsageErrorTests {
  @Test func readsAsItsSentence() {
    #expect("\(UsageError("a; b"))" == "a; b")
    #expect("\(CommandFailure("a; b"))" == "a; b")
  }
}
