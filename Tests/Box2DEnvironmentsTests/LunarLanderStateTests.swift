import Foundation
import RandomNumbers
import ReinforcementLearning
import State
import Testing

@testable import Box2DEnvironments

@Suite struct LunarLanderStateTests {
  /// Environments in the air, at the touch-down and on the ground, each with its last observation.
  private func moments(
    enableWind: Bool = false
  ) -> [(environment: LunarLander, observation: SIMD8<Float>)] {
    (UInt64(0)..<4).flatMap { seed in
      var environment = LunarLander(enableWind: enableWind)
      var observation = environment.reset(seed: seed)
      return (0..<6).map { _ in
        for _ in 0..<30 { observation = controlled(&environment, after: observation).observation }
        return (environment, observation)
      }
    }
  }

  private func controlled(
    _ environment: inout LunarLander, after observation: SIMD8<Float>
  ) -> Step<SIMD8<Float>> {
    environment.step(HeuristicController().discreteAction(observation))
  }

  /// The bits of the next 200 steps.
  private func future(
    of environment: inout LunarLander, after observation: SIMD8<Float>
  ) -> [SIMD8<UInt32>] {
    var observation = observation
    return (0..<200).map { _ in
      let step = controlled(&environment, after: observation)
      observation = step.observation
      let reward = step.reward.bitPattern
      return bits(observation)
        ^ SIMD8(repeating: UInt32(truncatingIfNeeded: reward ^ reward >> 32))
    }
  }

  @Test func momentsAreOfAllKinds() {
    let contacts = moments().map { moment in
      (0..<3).reduce(0) { $0 + (moment.environment.core.simulation?.contacts(of: $1) ?? 0) }
    }
    #expect(contacts.contains(0) && contacts.contains(1) && contacts.contains(2))
  }

  @Test(arguments: [false, true]) func copiesAreSnapshots(enableWind: Bool) {
    for (environment, observation) in moments(enableWind: enableWind) {
      var (first, second) = (environment, environment)
      let expected = future(of: &first, after: observation)
      #expect(future(of: &second, after: observation) == expected)
      // The first one's going on has not changed what it was copied from.
      var third = environment
      #expect(future(of: &third, after: observation) == expected)
    }
  }

  @Test(arguments: [false, true]) func statesGoOnElsewhere(enableWind: Bool) throws {
    for (environment, observation) in moments(enableWind: enableWind) {
      var (first, second) = (environment, LunarLander(enableWind: enableWind))
      let state = try #require(first.state)
      let data = try JSONEncoder().encode(state)
      let decoded = try JSONDecoder().decode(LunarLanderState.self, from: data)
      #expect(decoded == state)
      try second.restore(decoded)
      #expect(second.state == state)
      #expect(future(of: &second, after: observation) == future(of: &first, after: observation))
      #expect(bits(second.reset()) == bits(first.reset()))
    }
  }

  @Test func continuousEnvironmentsHaveStates() throws {
    var environment = LunarLanderContinuous()
    var other = LunarLanderContinuous()
    #expect(environment.state == nil)
    _ = environment.reset(seed: 3)
    for _ in 0..<40 { _ = environment.step([0.3, -0.7]) }
    try other.restore(try #require(environment.state))
    for _ in 0..<60 {
      let (step, expected) = (other.step([0.1, 0.9]), environment.step([0.1, 0.9]))
      #expect(bits(step.observation) == bits(expected.observation))
      #expect(step.reward == expected.reward)
    }
  }

  @Test func misfitsAreRejected() throws {
    var environment = LunarLander()
    _ = environment.reset(seed: 0)
    let good = try #require(environment.state)
    func part(_ change: (inout LunarLanderState) -> Void) -> String? {
      var state = good
      change(&state)
      do {
        try environment.restore(state)
        return nil
      } catch {
        // The sentence begins with "The … of".
        return error.description.split(separator: " ").dropFirst().first.map(String.init)
      }
    }
    #expect(part { _ in } == nil)
    #expect(part { $0.terrain[2] = .infinity } == "terrain")
    #expect(part { $0.terrain.removeLast() } == "terrain")
    #expect(part { $0.wind = [1, 2] } == "wind")
    #expect(part { $0.potential = .nan } == "world")
    #expect(part { $0.world.numbers.removeLast() } == "world")
    #expect(part { $0.world.numbers[0] = .nan } == "world")
    #expect(part { $0.world.integers.append(0) } == "world")
    // The last integer is the number of contacts: there are none here.
    let last = good.world.integers.count - 1
    #expect(part { $0.world.integers[last] = 1 } == "world")
    #expect(part { $0.world.integers[last] = -1 } == "world")
    #expect(part { $0.world.integers[last] = .max } == "world")
    #expect(environment.state == good)
  }

  @Test func contactsOfUnknownBodiesAreRejected() throws {
    var environment = LunarLander()
    var observation = environment.reset(seed: 0)
    while observation[6] == 0 {
      observation = controlled(&environment, after: observation).observation
    }
    let good = try #require(environment.state)
    // Five integers for each body, one for each joint; then the number of contacts and, for each,
    // its body and its edge.
    let first = 3 * 5 + 2 + 1
    for (offset, value) in [(0, Int32(3)), (0, -1), (1, 12), (1, -1)] {
      var state = good
      state.world.integers[first + offset] = value
      #expect(throws: Failure.self) { try environment.restore(state) }
    }
  }
}

extension LunarLanderSimulation {
  /// How many edges a body touches.
  fileprivate func contacts(of body: Int) -> Int { world.contacts(of: body).current }
}
