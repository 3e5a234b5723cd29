import ClassicControl
import RandomNumbers
import ReinforcementLearning
import Testing

@Suite struct CartPoleWorkTests {
  /// Batches of whole blocks, of less and of more, also with both integrators and rewards.
  @Test(arguments: [1, 3, 4, 9, 64]) func batchesGiveTheBitsOfSingles(count: Int) {
    var singles = (0..<count).map { index in
      TimeLimit(
        CartPole(
          usesSuttonBartoReward: index % 7 == 6,
          integrator: index % 11 == 10 || count == 9 && index > 4
            ? .semiImplicitEuler : .explicitEuler),
        maxEpisodeSteps: 30 + index)
    }
    var batch = VectorEnvironment(singles, autoreset: .sameStep)
    var generator = PCG64(seed: 4)
    batch.reset(seed: 8)
    for index in singles.indices { _ = singles[index].reset(seed: 8 + UInt64(index)) }
    for _ in 0..<200 {
      let actions = singles.map { _ in generator.integers(0, 2) }
      batch.step(actions)
      for index in singles.indices {
        let step = singles[index].step(actions[index])
        let observation = step.isLast ? singles[index].reset() : step.observation
        #expect(Array(batch.observations[(4 * index)..<(4 * index + 4)]) == observation.scalars)
        #expect(batch.rewards[index] == step.reward)
        #expect(batch.isTerminated[index] == step.isTerminated)
        #expect(batch.isTruncated[index] == step.isTruncated)
        #expect(batch.environments[index].base.state == singles[index].base.state)
      }
    }
  }
}
