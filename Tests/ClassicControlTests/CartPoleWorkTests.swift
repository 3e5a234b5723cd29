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

  /// The vectors know angles of less than 0.855; in a batch some are larger and some are 0.
  @Test func largeAnglesGiveTheBitsOfSingles() {
    var batch = VectorEnvironment(count: 101, autoreset: .disabled) { CartPole() }
    var singles = batch.environments
    for index in singles.indices {
      let bound = Double(index % 10) * 0.2
      batch.reset(at: index, seed: UInt64(index), options: ["low": -bound, "high": bound])
      _ = singles[index].reset(seed: UInt64(index), options: ["low": -bound, "high": bound])
    }
    batch.step(singles.indices.map { $0 % 2 })
    for index in singles.indices {
      let step = singles[index].step(index % 2)
      #expect(Array(batch.observations[(4 * index)..<(4 * index + 4)]) == step.observation.scalars)
      #expect(batch.isTerminated[index] == step.isTerminated)
      #expect(batch.environments[index].state == singles[index].state)
    }
  }

  /// Copies that are stepped at the same time must not share the memory of their work.
  @Test func copiesOfABatchGoTheirOwnWays() async {
    var batch = VectorEnvironment(count: 70, autoreset: .sameStep) { CartPole() }
    batch.reset(seed: 3)
    batch.step([Int](repeating: 0, count: 70))
    let copied = batch
    let expected = (0..<4).map { observations(of: copied, seed: $0) }
    let walks = await withTaskGroup(of: (seed: UInt64, rows: [Float]).self) { group in
      for seed in 0..<4 as Range<UInt64> {
        group.addTask { (seed, observations(of: copied, seed: seed)) }
      }
      return await group.reduce(into: [:]) { $0[$1.seed] = $1.rows }
    }
    #expect((0..<4).map { walks[$0] } == expected)
  }

  /// Where random actions lead.
  private func observations(of batch: VectorEnvironment<CartPole>, seed: UInt64) -> [Float] {
    var batch = batch
    var generator = PCG64(seed: seed)
    for _ in 0..<150 { batch.step((0..<70).map { _ in generator.integers(0, 2) }) }
    return batch.observations
  }

  /// The room of a work is doubled while carts are added.
  @Test func workGrows() {
    var carts = (0..<150).map { _ in CartPole() }
    var singles = carts
    var work = CartPoleWork()
    for index in carts.indices {
      _ = carts[index].reset(seed: UInt64(index))
      _ = singles[index].reset(seed: UInt64(index))
      carts[index].beginStep(index % 2, sharing: &work)
    }
    work.run()
    for index in carts.indices {
      let step = carts[index].endStep(index % 2, sharing: &work, at: index)
      #expect(step.observation == singles[index].step(index % 2).observation)
    }
  }
}
