import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Box2DEnvironments

@Suite struct RigidBodyWorkTests {
  /// Steps a batch and, beside it, the same environments one by one, and compares all bits.
  private func expectSame<Tested: Environment>(
    _ environments: [Tested], steps: Int, sourceLocation: SourceLocation = #_sourceLocation,
    action: (Tested.Observation, inout PCG64) -> Tested.Action
  ) {
    var singles = environments
    var batch = VectorEnvironment(environments, autoreset: .sameStep)
    var generator = PCG64(seed: 3)
    batch.reset(seed: 20)
    var observations = singles.indices.map { singles[$0].reset(seed: 20 + UInt64($0)) }
    for step in 0..<steps {
      let actions = observations.map { action($0, &generator) }
      batch.step(actions)
      for index in singles.indices {
        let single = singles[index].step(actions[index])
        observations[index] = single.isLast ? singles[index].reset() : single.observation
        let width = batch.observationCount
        let row = batch.observations[(width * index)..<(width * (index + 1))]
        let isSame =
          bits(Array(row)) == bits(observations[index].scalars)
          && batch.rewards[index].bitPattern == single.reward.bitPattern
          && batch.isTerminated[index] == single.isTerminated
          && batch.isTruncated[index] == single.isTruncated
        guard isSame else {
          Issue.record("environment \(index), step \(step)", sourceLocation: sourceLocation)
          return
        }
      }
    }
  }

  /// From the flight to the ground and into the next episodes; each lander at another time.
  @Test(arguments: [1, 2, 5, 40]) func batchesGiveTheBitsOfSingles(count: Int) {
    let environments = (0..<count).map { index in
      TimeLimit(
        LunarLander(gravity: index % 3 == 1 ? -5 : -10, enableWind: index % 2 == 1),
        maxEpisodeSteps: 200 + 7 * index)
    }
    expectSame(environments, steps: count > 10 ? 260 : 500) { observation, generator in
      generator.integers(0, 5) == 0
        ? generator.integers(0, 4) : HeuristicController().discreteAction(observation)
    }
  }

  @Test func randomFallsGiveTheBitsOfSingles() {
    let environments = (0..<20).map { _ in EpisodeStatistics(LunarLander()) }
    expectSame(environments, steps: 150) { _, generator in generator.integers(0, 4) }
  }

  @Test func continuousBatchesGiveTheBitsOfSingles() {
    let rescaled = (0..<7).map { _ in RescaleAction(LunarLanderContinuous(), low: -2, high: 2) }
    expectSame(rescaled, steps: 300) { observation, _ in
      HeuristicController().continuousAction(observation).map { 2 * $0 }
    }
    let clipped = (0..<3).map { _ in ClipAction(LunarLanderContinuous()) }
    expectSame(clipped, steps: 100) { observation, _ in
      HeuristicController().continuousAction(observation).map { 3 * $0 }
    }
  }

  @Test func walkersGiveTheBitsOfSingles() {
    let walkers = (0..<5).map { index in
      TimeLimit(BipedalWalker(hardcore: index % 2 == 1), maxEpisodeSteps: 60 + 7 * index)
    }
    let space = BipedalWalker().actionSpace
    expectSame(walkers, steps: 150) { _, generator in space.sample(using: &generator) }
  }

  /// A copy made before a batch is stepped stays where it was.
  @Test func batchesDoNotChangeCopies() {
    var batch = VectorEnvironment(count: 3, autoreset: .nextStep) { LunarLander() }
    batch.reset(seed: 0)
    for _ in 0..<30 { batch.step([0, 2, 3]) }
    let copies = batch.environments
    let states = copies.map(\.state)
    for _ in 0..<10 { batch.step([2, 2, 2]) }
    #expect(copies.map(\.state) == states)
    #expect(batch.environments.map(\.state) != states)
  }
}
