import ClassicControl
import Foundation
import ReinforcementLearning
import State
import Testing

/// Wrappers around CartPole beside Gymnasium's; `Fixtures/wrappers.py` has recorded these.
@Suite struct WrappersTests {
  private struct Recorded: Decodable {
    struct Run: Decodable {
      let observations: [[Float]]
      let rewards: [Double]
    }
    let limit: Int
    let actions: [Int]
    let normalizeObservation, normalizeReward, stackReset, stackZero, time, timeNormalized: Run
  }

  private let recorded: Recorded

  init() throws {
    let url = try #require(
      Bundle.module.url(forResource: "wrappers", withExtension: "json", subdirectory: "Fixtures"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    recorded = try decoder.decode(Recorded.self, from: Data(contentsOf: url))
  }

  private var cartPole: TimeLimit<CartPole> {
    TimeLimit(CartPole(), maxEpisodeSteps: recorded.limit)
  }

  /// Plays the recorded actions, and checks every number.
  private func expect(
    _ environment: some Environment<Discrete> & Stateful, toGive run: Recorded.Run
  ) throws {
    var environment = environment
    var observations = [environment.reset(seed: 5).scalars]
    var rewards: [Double] = []
    var (endsByPole, endsByTime) = (0, 0)
    for (index, action) in recorded.actions.enumerated() {
      // A state that is taken and put back changes nothing.
      if index == 31 { try StateSnapshot(of: &environment).restore(&environment) }
      let step = environment.step(action)
      observations.append(step.observation.scalars)
      rewards.append(step.reward)
      if step.isTerminated { endsByPole += 1 }
      if step.isTruncated { endsByTime += 1 }
      if step.isLast { observations.append(environment.reset().scalars) }
    }
    #expect(observations == run.observations)
    #expect(rewards == run.rewards)
    #expect(endsByPole > 0 && endsByTime > 0)
    #expect(environment.observationSpace.count == observations[0].count)
  }

  @Test func giveTheBitsOfGymnasium() throws {
    try expect(NormalizeObservation(cartPole), toGive: recorded.normalizeObservation)
    try expect(NormalizeReward(cartPole, discount: 0.9), toGive: recorded.normalizeReward)
    try expect(FrameStackObservation(cartPole, stackSize: 3), toGive: recorded.stackReset)
    try expect(
      FrameStackObservation(cartPole, stackSize: 3, padding: .zero), toGive: recorded.stackZero)
    let limit = recorded.limit
    try expect(TimeAwareObservation(cartPole, maxEpisodeSteps: limit), toGive: recorded.time)
    try expect(
      TimeAwareObservation(cartPole, maxEpisodeSteps: limit, normalizesTime: true),
      toGive: recorded.timeNormalized)
  }

  @Test func frozenStatisticsStay() {
    var environment = NormalizeReward(NormalizeObservation(cartPole))
    _ = environment.reset(seed: 1)
    for _ in 0..<8 { _ = environment.step(0) }
    environment.updatesStatistics = false
    environment.base.updatesStatistics = false
    let before = (environment.moments, environment.base.moments)
    for _ in 0..<3 { _ = environment.step(1) }
    #expect(environment.moments == before.0 && environment.base.moments == before.1)
  }

  /// Side by side they give what they give alone.
  @Test func stepTogetherAsAlone() {
    func make() -> NormalizeReward<FrameStackObservation<NormalizeObservation<TimeLimit<CartPole>>>>
    {
      NormalizeReward(FrameStackObservation(NormalizeObservation(cartPole), stackSize: 2))
    }
    var batch = VectorEnvironment(count: 5, autoreset: .sameStep, make: make)
    batch.reset(seed: 3)
    var alone = (0..<5).map { _ in make() }
    var rows = alone.indices.map { alone[$0].reset(seed: 3 + UInt64($0)) }
    for action in recorded.actions {
      batch.step([Int](repeating: action, count: 5))
      for index in alone.indices {
        let step = alone[index].step(action)
        #expect(batch.rewards[index] == step.reward)
        rows[index] = step.isLast ? alone[index].reset() : step.observation
      }
      #expect(batch.observations == rows.flatMap { $0 })
    }
  }

  @Test func badSettingsStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = FrameStackObservation(CartPole(), stackSize: 0)
    }
    await #expect(processExitsWith: .failure) { _ = NormalizeReward(CartPole(), discount: 1.1) }
    await #expect(processExitsWith: .failure) {
      _ = TimeAwareObservation(CartPole(), maxEpisodeSteps: 0)
    }
  }
}
