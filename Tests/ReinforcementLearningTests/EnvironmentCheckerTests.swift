import ReinforcementLearning
import TestSupport
import Testing

@Suite struct EnvironmentCheckerTests {
  typealias Defect = DefectiveEnvironment.Defect

  @Test func soundEnvironmentsHaveNoProblems() {
    #expect(checkEnvironment(DefectiveEnvironment(nil)).isEmpty)
    #expect(checkEnvironment(Corridor()).isEmpty)
    #expect(checkEnvironment(Echo()).isEmpty)
    #expect(checkEnvironment(ClipAction(RescaleAction(Echo()))).isEmpty)
    #expect(
      checkEnvironment(EpisodeStatistics(TimeLimit(Corridor(), maxEpisodeSteps: 9))).isEmpty)
  }

  @Test(arguments: [
    (Defect.tooManyScalars, EnvironmentProblem.Check.observationCount),
    (.scalarsMissingInStep, .observationCount), (.unknownAction, .actionSpace),
    (.nanReward, .finiteValues), (.ignoredSeed, .seedDeterminism),
    (.leftoverPosition, .midEpisodeReset), (.unseededStep, .stepDeterminism),
    (.constantReset, .seedContinuation), (.otherSharedStep, .batchStep),
  ])
  func aDefectIsFoundAndNothingElse(defect: Defect, check: EnvironmentProblem.Check) {
    let problems = checkEnvironment(DefectiveEnvironment(defect))
    // What is not reset or seeded properly also makes later episodes differ.
    let consequences: Set<EnvironmentProblem.Check> =
      [.ignoredSeed, .leftoverPosition].contains(defect)
      ? [.stepDeterminism, .seedContinuation] : []
    #expect(Set(problems.map(\.check)).subtracting(consequences) == [check])
    #expect(problems.allSatisfy { !$0.isWarning })
  }

  @Test func unseededResetsAreFound() {
    // The episodes after the first begin at random, so that later steps differ as well.
    let checks = checkEnvironment(DefectiveEnvironment(.unseededReset)).map(\.check)
    #expect(Set(checks) == [.stepDeterminism, .seedContinuation])
  }

  @Test func infiniteObservationsAreErrorsAndOutsideTheBounds() {
    let problems = checkEnvironment(DefectiveEnvironment(.infiniteObservation))
    #expect(problems.map(\.check) == [.observationBounds, .finiteValues])
    #expect(problems.map(\.isWarning) == [true, false])
  }

  @Test func observationsOutsideTheBoundsAreAWarning() {
    let problems = checkEnvironment(DefectiveEnvironment(.overshoot))
    #expect(problems.map(\.check) == [.observationBounds])
    #expect(problems.map(\.isWarning) == [true])
  }

  @Test func everyDefectIsCaughtUnderOtherSeeds() {
    for defect in Defect.allCases where defect != .crashAfterTheEnd && defect != .crashOnAction {
      #expect(!checkEnvironment(DefectiveEnvironment(defect), seed: 99).isEmpty, "\(defect)")
    }
    #expect(checkEnvironment(DefectiveEnvironment(nil), seed: 99).isEmpty)
  }

  @Test func stepsBeyondTheEndAreTaken() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = checkEnvironment(DefectiveEnvironment(.crashAfterTheEnd)) }
    expectMessage("stepped beyond the end", of: result)
  }

  @Test func sampledActionsAreTaken() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = checkEnvironment(DefectiveEnvironment(.crashOnAction)) }
    expectMessage("no action 2", of: result)
  }

  /// A sound one stops the program when it is told to do what its mask forbids.
  @Test func masksAreKept() {
    #expect(checkEnvironment(MaskedWalk()).isEmpty)
    #expect(
      checkEnvironment(FrameStackObservation(NormalizeReward(MaskedWalk()), stackSize: 3))
        .allSatisfy { $0.check == .seedDeterminism || $0.check == .stepDeterminism })
  }

  @Test(arguments: MaskedWalk.Defect.allCases)
  func faultyMasksAreFound(defect: MaskedWalk.Defect) {
    let problems = checkEnvironment(MaskedWalk(defect))
    #expect(problems.map(\.check) == [.actionMask])
    #expect(problems.allSatisfy { !$0.isWarning })
  }

  @Test func erasedEnvironmentsCanBeChecked() {
    let environment: any Environment = DefectiveEnvironment(.nanReward)
    #expect(
      checkEnvironment(environment).map(\.description)
        == ["error: The reward nan is not finite."])
  }
}
