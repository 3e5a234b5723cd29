import ArgumentParser
import Testing

@testable import AutoencoderCommands

@Suite struct AutoencoderCommandTests {
  @Test func trainingIsTheDefault() throws {
    #expect(try AutoencoderCommand.parseAsRoot([]) is TrainCommand)
    #expect(try AutoencoderCommand.parseAsRoot(["--steps", "5"]) is TrainCommand)
    #expect(try AutoencoderCommand.parseAsRoot(["evaluate", "a"]) is EvaluateCommand)
    #expect(try AutoencoderCommand.parseAsRoot(["fetch", "mnist"]) is FetchCommand)
  }

  @Test func whatIsToBeListedIsListed() throws { try command(["list"]) }

  @Test func onlyKnownDataSetsAreFetched() throws {
    #expect(
      usageMessage { try command(["fetch", "cifar"]) }
        == "There is no data set \"cifar\" to fetch; there is mnist.")
    expectUsageError(["fetch"])
  }

  @Test func errorsAreTheirSentences() {
    #expect("\(UsageError("Name it."))" == "Name it.")
    #expect("\(CommandFailure("It failed."))" == "It failed.")
  }
}
