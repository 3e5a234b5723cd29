import ReinforcementLearning
import TestSupport
import Testing

@Suite struct VectorEnvironmentTests {
  /// Three corridors with a limit of four steps, all starting in cell 5, 6 or 7 on request.
  func batch(_ autoreset: AutoresetMode) -> VectorEnvironment<TimeLimit<Corridor>> {
    VectorEnvironment(count: 3, autoreset: autoreset) {
      TimeLimit(Corridor(), maxEpisodeSteps: 4)
    }
  }

  func row(_ index: Int, of rows: [Float]) -> [Float] { Array(rows[(2 * index)..<(2 * index + 2)]) }

  @Test func seedsCountUp() {
    var batch = batch(.nextStep)
    batch.reset(seed: 10)
    #expect(batch.environments.map(\.base.seed) == [10, 11, 12])
    var expected: [Float] = []
    for seed in 10..<13 {
      var single = Corridor()
      expected += single.reset(seed: UInt64(seed)).scalars
    }
    #expect(batch.observations == expected)
    batch.reset()
    #expect(batch.environments.map(\.base.seed) == [nil, nil, nil])
  }

  @Test func stepsGoToTheirEnvironments() {
    var batch = batch(.nextStep)
    batch.reset(seed: 1, options: ["cell": 3])
    batch.step([0, 1, 0])
    #expect(batch.observations == [2, 1, 4, 1, 2, 1])
    #expect(batch.rewards == [-1, -1, -1])
    #expect(batch.infos == [["cell": 2], ["cell": 4], ["cell": 2]])
    #expect(batch.isTerminated == [false, false, false])
    #expect(batch.isTruncated == [false, false, false])
  }

  @Test func nextStepIgnoresTheActionAfterTheEnd() {
    var batch = batch(.nextStep)
    batch.reset(seed: 1)
    batch.reset(at: 1, seed: 1, options: ["cell": 7])
    batch.step([0, 1, 0])
    #expect(batch.isTerminated == [false, true, false])
    #expect(batch.needsReset == [false, true, false])
    #expect(row(1, of: batch.observations) == [8, 1])
    #expect(batch.rewards == [-1, 10, -1])
    #expect(batch.finalObservations.isEmpty)

    var reference = batch.environments[1]
    let first = reference.reset()
    batch.step([0, 1, 0])
    #expect(row(1, of: batch.observations) == first.scalars)
    #expect(batch.rewards == [-1, 0, -1])
    #expect(batch.isTerminated == [false, false, false])
    #expect(batch.infos[1].isEmpty)
    #expect(batch.needsReset == [false, false, false])

    batch.step([0, 1, 0])
    #expect(row(1, of: batch.observations) == reference.step(1).observation.scalars)
  }

  @Test func sameStepKeepsTheFinalObservation() {
    var batch = batch(.sameStep)
    batch.reset(seed: 1)
    batch.reset(at: 2, seed: 1, options: ["cell": 7])
    var reference = batch.environments[2]
    _ = reference.step(1)
    let first = reference.reset()

    batch.step([0, 0, 1])
    #expect(batch.isTerminated == [false, false, true])
    #expect(row(2, of: batch.finalObservations) == [8, 1])
    #expect(row(2, of: batch.observations) == first.scalars)
    #expect(batch.rewards == [-1, -1, 10])
    #expect(batch.infos[2] == ["cell": 8])
    #expect(batch.needsReset == [false, false, false])

    batch.step([0, 0, 1])
    #expect(row(2, of: batch.observations) == reference.step(1).observation.scalars)
    #expect(batch.isTerminated == [false, false, false])
  }

  @Test func truncationEndsEpisodesToo() {
    var batch = batch(.sameStep)
    batch.reset(seed: 1)
    for _ in 0..<4 { batch.step([0, 0, 0]) }
    #expect(batch.isTruncated == [true, true, true])
    #expect(batch.isTerminated == [false, false, false])
    #expect((0..<3).allSatisfy { row($0, of: batch.finalObservations)[1] == 4 })
    #expect((0..<3).allSatisfy { row($0, of: batch.observations)[1] == 0 })
  }

  @Test(arguments: [AutoresetMode.nextStep, .disabled])
  func truncatedEpisodesNeedAReset(autoreset: AutoresetMode) {
    var batch = batch(autoreset)
    batch.reset(seed: 1)
    for _ in 0..<4 { batch.step([0, 0, 0]) }
    #expect(batch.isTruncated == [true, true, true])
    #expect(batch.needsReset == [true, true, true])
  }

  @Test func figuresOfAnEpisodeAreGoneInTheNext() {
    var batch = VectorEnvironment(
      [EpisodeStatistics(TimeLimit(Echo(), maxEpisodeSteps: 2))], autoreset: .sameStep)
    batch.reset()
    let lengths = (0..<4).map { _ in
      batch.step([[0, 0]])
      return batch.infos[0]["episode_length"]
    }
    #expect(lengths == [nil, 2, nil, 2])
  }

  @Test func disabledLeavesResetsToTheCaller() {
    var batch = batch(.disabled)
    batch.reset(seed: 1)
    batch.reset(at: 0, seed: 1, options: ["cell": 7])
    batch.step([1, 0, 0])
    #expect(batch.needsReset == [true, false, false])
    batch.reset(at: 0)
    #expect(batch.needsReset == [false, false, false])
    #expect(batch.rewards[0] == 0 && !batch.isTerminated[0] && batch.infos[0].isEmpty)
    batch.step([1, 0, 0])
    #expect(row(0, of: batch.observations)[1] == 1)
  }

  @Test func steppingAFinishedEnvironmentStopsWhenDisabled() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var batch = VectorEnvironment([Corridor()], autoreset: .disabled)
      batch.reset(seed: 1, options: ["cell": 7])
      batch.step([1])
      batch.step([1])
    }
    expectMessage("environment 0 is over; call reset(at: 0) first", of: result)
  }

  @Test func stepBeforeResetStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var batch = VectorEnvironment([Echo()], autoreset: .nextStep)
      batch.step([[0, 0]])
    }
    expectMessage("Call reset before the first step.", of: result)
  }

  @Test func wrongNumberOfActionsStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var batch = VectorEnvironment([Corridor(), Corridor()], autoreset: .nextStep)
      batch.reset()
      batch.step([1])
    }
    expectMessage("There are 1 actions for 2 environments.", of: result)
  }

  @Test func noEnvironmentStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = VectorEnvironment<Corridor>([], autoreset: .nextStep) }
    expectMessage("needs at least one environment", of: result)
  }
}
