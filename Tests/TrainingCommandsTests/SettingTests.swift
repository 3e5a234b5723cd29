import Testing

@testable import TrainingCommands

@Suite struct SettingTests {
  @Test func namesTheFlagTheValueAndTheRange() {
    let message = usageMessage { _ = try Setting.learningRate.parse("nan") }
    #expect(message == "--learning-rate is nan, but must be a number from 0 to 10")
  }

  @Test func namesTheFileTheKeyTheValueAndTheRange() {
    let message = usageMessage { try Setting.seed.check(.number(0.5), in: "a.json") }
    #expect(message == "a.json: seed is 0.5, but must be an integer of 0 or more")
  }

  @Test func acceptsNullOnlyWhereItIsOptional() throws {
    try Setting.steps.check(.null, in: "a.json")
    let message = usageMessage { try Setting.episodes.check(.null, in: "a.json") }
    #expect(message == "a.json: episodes is null, but must be an integer of 1 or more")
  }

  @Test func isFoundByItsKey() {
    #expect(Setting(key: "hyperparameters.discount")?.flag == "discount")
    #expect(Setting(key: "discount") == nil)
  }
}
