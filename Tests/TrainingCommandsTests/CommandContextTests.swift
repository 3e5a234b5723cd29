import Testing

@testable import TrainingCommands

@Suite struct CommandContextTests {
  @Test func anUnknownEnvironmentIsAMatterOfUsage() throws {
    #expect(try testEnvironments.requiredSpecification(named: "Hall").name == "corridor")
    let message = usageMessage {
      _ = try testEnvironments.requiredSpecification(named: "coridor")
    }
    #expect(
      message
        == "There is no environment \"coridor\"; did you mean \"corridor\"? Available: cartpole, "
        + "cartpole-v0, acrobot, mountaincar, mountaincar-continuous, pendulum, lunarlander, "
        + "lunarlander-continuous, corridor.")
  }

  @Test func quotesArgumentsAsAShellNeedsThem() {
    #expect(shellQuoted("--learning-rate=0.1") == "--learning-rate=0.1")
    #expect(shellQuoted("") == "''")
    #expect(shellQuoted("a b") == "'a b'")
    #expect(shellQuoted("$x;'y'") == #"'$x;'\''y'\'''"#)
  }
}
