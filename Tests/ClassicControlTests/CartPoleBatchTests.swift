import CCartPole
import ClassicControl
import Foundation
import RandomNumbers
import ReinforcementLearning
import Testing

@Suite struct CartPoleBatchTests {
  /// Batches of whole vectors, of less and of more, also with both integrators and rewards.
  @Test(arguments: [1, 3, 4, 9, 64], [false, true])
  func batchesGiveTheBitsOfSingles(count: Int, isMixed: Bool) {
    var singles = (0..<count).map { index in
      TimeLimit(
        CartPole(
          usesSuttonBartoReward: isMixed && index % 7 == 6,
          integrator: isMixed && (index % 11 == 10 || count == 9 && index > 4)
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
        #expect(batch[index].base.state == singles[index].base.state)
        #expect(batch[index].elapsedSteps == singles[index].elapsedSteps)
      }
    }
  }

  /// Quotients that fused operations make are those of divisions, for numbers of all sizes.
  @Test func everyVersionGivesTheBitsOfTheBaseline() {
    var generator = PCG64(seed: 7)
    let count = 40_000
    func number() -> Double {
      generator.standardNormal()
        * Double(sign: .plus, exponent: generator.integers(-40, 30), significand: 1)
    }
    var numbers = (0..<4 * count).map { _ in number() }
    let angles = numbers[count..<2 * count]
    numbers += angles.map { sin($0) } + angles.map { cos($0) }
    let actions = (0..<count).map { _ in Int64(generator.integers(0, 2)) }
    let (fastest, baseline) = (
      advanced(numbers, actions, by: cart_pole_advance),
      advanced(numbers, actions, by: cart_pole_advance_by_baseline)
    )
    #expect(fastest == baseline)
    #expect(fastest.numbers != numbers.map(\.bitPattern))
    #expect(fastest.hasEnded.contains(true) && fastest.hasEnded.contains(false))
  }

  private typealias Advance = (
    cart_pole_columns, UnsafePointer<Int64>?, cart_pole_rows, UnsafeMutablePointer<Bool>?, Int, Int
  ) -> Bool

  private struct Advanced: Equatable {
    var numbers: [UInt64]
    var observations: [Float]
    var hasEnded: [Bool]
  }

  /// Carts a step later.
  ///
  /// - Parameter numbers: Position, angle, velocity, angular velocity, sine and cosine, a column each.
  private func advanced(
    _ numbers: [Double], _ actions: [Int64], by advance: Advance
  ) -> Advanced {
    let count = actions.count
    var (numbers, flags) = (numbers, [Bool](repeating: true, count: 3 * count))
    var observations = [Float](repeating: 0, count: 4 * count)
    var rewards = [Double](repeating: 0, count: count)
    let areLegal = numbers.withUnsafeMutableBufferPointer { numbers in
      flags.withUnsafeMutableBufferPointer { flags in
        observations.withUnsafeMutableBufferPointer { observations in
          rewards.withUnsafeMutableBufferPointer { rewards in
            let columns = (0..<6).map { numbers.baseAddress! + $0 * count }
            return advance(
              cart_pole_columns(
                position: columns[0], angle: columns[1], velocity: columns[2],
                angular_velocity: columns[3], sine: columns[4], cosine: columns[5]),
              actions,
              cart_pole_rows(
                observations: observations.baseAddress, rewards: rewards.baseAddress,
                is_terminated: flags.baseAddress, is_truncated: flags.baseAddress! + count),
              flags.baseAddress! + 2 * count, 0, count)
          }
        }
      }
    }
    #expect(areLegal && rewards.allSatisfy { $0 == 1 })
    #expect(flags[..<count] == flags[(2 * count)...])
    #expect(!flags[count..<2 * count].contains(true))
    return Advanced(
      numbers: numbers.map(\.bitPattern), observations: observations,
      hasEnded: Array(flags[..<count]))
  }

  /// Carts that are in no episode stay where they are, beside others that go on.
  @Test func cartsThatHaveEndedWait() {
    var batch = VectorEnvironment(count: 12, autoreset: .disabled) {
      TimeLimit(CartPole(), maxEpisodeSteps: 40)
    }
    #expect(batch[3].base.state == nil && batch[3].elapsedSteps == nil)
    var singles = batch.environments
    var generator = PCG64(seed: 5)
    for index in singles.indices where index != 2 {
      batch.reset(at: index, seed: UInt64(index))
      _ = singles[index].reset(seed: UInt64(index))
    }
    for _ in 0..<60 {
      let actions = singles.map { _ in generator.integers(0, 2) }
      let isActive = batch.needsReset.map { !$0 }
      batch.stepUnfinished(actions)
      for index in singles.indices {
        if isActive[index] { _ = singles[index].step(actions[index]) }
        #expect(batch[index].base.state == singles[index].base.state)
        #expect(batch[index].elapsedSteps == singles[index].elapsedSteps)
      }
      // One of them begins anew whenever it has ended.
      if batch.needsReset[7] {
        batch.reset(at: 7)
        _ = singles[7].reset()
      }
    }
    #expect(batch.needsReset.count { $0 } > 9)
  }

  /// An episode that starts in the place of a step, beside carts that move in lanes.
  @Test func theNextStepStartsTheNextEpisode() {
    var batch = VectorEnvironment(count: 16, autoreset: .nextStep) {
      TimeLimit(CartPole(), maxEpisodeSteps: 25)
    }
    batch.reset(seed: 3)
    var (singles, generator) = (batch.environments, PCG64(seed: 6))
    var wasLast = [Bool](repeating: false, count: 16)
    for _ in 0..<120 {
      let actions = singles.map { _ in generator.integers(0, 2) }
      batch.step(actions)
      for index in singles.indices {
        var step = Step(observation: SIMD4<Float>.zero, reward: 0)
        if wasLast[index] {
          step.observation = singles[index].reset()
        } else {
          step = singles[index].step(actions[index])
        }
        wasLast[index] = step.isLast
        #expect(
          Array(batch.observations[(4 * index)..<(4 * index + 4)]) == step.observation.scalars)
        #expect(batch.rewards[index] == step.reward && batch.needsReset[index] == step.isLast)
      }
    }
  }

  /// Neither a limit without end nor a cart that was never reset is overlooked.
  @Test func rareCartsAreSeen() async {
    var batch = VectorEnvironment(count: 8, autoreset: .sameStep) {
      TimeLimit(CartPole(), maxEpisodeSteps: .max)
    }
    batch.reset(seed: 3)
    for _ in 0..<50 { batch.step([Int](repeating: 0, count: 8)) }
    #expect(!batch.isTruncated.contains(true))
    await #expect(processExitsWith: .failure) {
      var batch = VectorEnvironment(count: 8, autoreset: .sameStep) { CartPole() }
      batch.reset(seed: 3)
      batch[5] = CartPole()
      batch.step([Int](repeating: 0, count: 8))
    }
  }

  /// A cart that is put into a batch goes on from where it is.
  @Test func cartsCanBeExchanged() {
    var batch = VectorEnvironment(count: 4, autoreset: .sameStep) {
      TimeLimit(CartPole(), maxEpisodeSteps: 20)
    }
    batch.reset(seed: 1)
    for _ in 0..<7 { batch.step([0, 1, 0, 1]) }
    var other = TimeLimit(CartPole(), maxEpisodeSteps: 6)
    _ = other.reset(seed: 9)
    for _ in 0..<4 { _ = other.step(1) }
    batch[2] = other
    for isLast in [false, true] {
      batch.step([0, 1, 0, 1])
      let step = other.step(0)
      #expect(batch.isTruncated == [false, false, isLast, false] && step.isTruncated == isLast)
      if !isLast { #expect(batch[2].base.state == other.base.state) }
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
      #expect(batch[index].state == singles[index].state)
    }
  }

  /// Copies that are stepped at the same time must not share their memory.
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
}
