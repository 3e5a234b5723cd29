import Testing

@testable import TrainingCommands

@Suite struct RootCommandTests {
  @Test func helpAndVersionAreNoFailures() {
    for flags in [["--help"], ["train", "--help"], ["evaluate", "--help"], ["--version"]] {
      let transcript = Transcript()
      #expect(run(flags, in: transcript.context()) == 0)
      #expect(!transcript.output.isEmpty)
      #expect(transcript.notes.isEmpty)
    }
  }

  @Test(arguments: [
    (["--lr", "3"], "Unknown option '--lr'"), (["train", "cartpole"], "Unexpected argument"),
    (["--episodes"], "Missing value for '--episodes <n>'"), (["evaluate"], "Missing expected"),
    ([], "name an environment with --env"),
  ])
  func wrongUsageEndsWith64(flags: [String], message: String) {
    let transcript = Transcript()
    #expect(run(flags, in: transcript.context()) == 64)
    #expect(transcript.notes.hasPrefix("Error: "))
    #expect(transcript.notes.contains(message))
    #expect(transcript.output.isEmpty)
  }
}
