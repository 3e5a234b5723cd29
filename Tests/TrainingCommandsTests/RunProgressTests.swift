import Testing

@testable import TrainingCommands

@Suite struct RunProgressTests {
  @Test func keepsTheTimeOfMeasurementsApart() throws {
    let progress = RunProgress(try configuration("--env", "corridor"), isQuiet: true)
    let clock = ContinuousClock()
    let measured = clock.measure {
      let value = progress.pausing {
        let end = ContinuousClock.now + .milliseconds(20)
        while ContinuousClock.now < end {}
        return 3
      }
      #expect(value == 3)
    }
    #expect(progress.pausedTime >= .milliseconds(20))
    #expect(progress.pausedTime <= measured)
    #expect(progress.elapsed >= progress.pausedTime)
  }

  @Test func countsAMeasurementThatFails() throws {
    let progress = RunProgress(try configuration("--env", "corridor"), isQuiet: true)
    #expect(throws: UsageError.self) {
      try progress.pausing { throw UsageError("no") }
    }
    #expect(progress.pausedTime > .zero)
  }
}
