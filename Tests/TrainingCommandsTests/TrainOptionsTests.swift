import Testing

@testable import TrainingCommands

@Suite struct TrainOptionsTests {
  @Test(arguments: Setting.all.compactMap(\.flag))
  func eachFlagSetsItsOwnSettingAlone(flag: String) throws {
    let setting = try #require(Setting.all.first { $0.flag == flag })
    if setting.legalValues == .truth { return }
    let texts = ["2", "0.5", "paper", "relu", "sgd", "relaxation", "x"]
    let text = try #require(texts.first { setting.legalValues.parse($0) != nil })
    let values = try TrainOptions.parse(["--\(flag)", text]).values()
    for other in Setting.all {
      #expect(
        values[other] == (other.key == setting.key ? setting.legalValues.parse(text) : nil))
    }
  }

  @Test func solvingMayOrMayNotStopTheRun() throws {
    #expect(try TrainOptions.parse([]).values()[.solveStop] == nil)
    #expect(try TrainOptions.parse(["--solve-stop"]).values()[.solveStop] == .boolean(true))
    #expect(try TrainOptions.parse(["--no-solve-stop"]).values()[.solveStop] == .boolean(false))
  }

  @Test(arguments: [
    (
      ["--episodes", "0"], "--episodes is 0, but must be an integer of 1 or more"
    ),
    (["--learning-rate", "nan"], "--learning-rate is nan, but must be a number from 0 to 10"),
    (["--learning-rate", "-1"], "--learning-rate is -1, but must be a number from 0 to 10"),
    (["--hidden=64,0"], "--hidden is 64,0, but must be layer widths from 1 to 4096"),
    (["--activation", "gelu"], "--activation is gelu, but must be tanh, relu or elu"),
    (
      ["--variance-episodes", "1"], "--variance-episodes is 1, but must be an integer of 2 or more"
    ),
  ])
  func saysWhatIsWrongWithAFlag(flags: [String], message: String) throws {
    let found = usageMessage { _ = try TrainOptions.parse(flags).values() }
    #expect(try #require(found).hasPrefix(message))
  }
}
