import Foundation
import RandomNumbers
import ReinforcementLearning
import State
import Testing

@testable import Box2DEnvironments

@Suite struct BipedalWalkerStateTests {
  /// Walkers on their way, each with its last observation and its controller.
  private struct Moment {
    var environment: BipedalWalker
    var observation: [Float]
    var controller = BipedalWalkerController()

    init(hardcore: Bool, seed: UInt64) {
      environment = BipedalWalker(hardcore: hardcore)
      observation = environment.reset(seed: seed)
    }

    /// Takes some steps and returns their bits.
    mutating func goOn(_ count: Int) -> [[UInt32]] {
      (0..<count).map { _ in
        let step = environment.step(controller.action(observation))
        observation = step.observation
        let reward = step.reward.bitPattern
        return bits(observation) + [UInt32(truncatingIfNeeded: reward ^ reward >> 32)]
      }
    }
  }

  private func moments(hardcore: Bool) -> [Moment] {
    [40, 170].map { count in
      var moment = Moment(hardcore: hardcore, seed: UInt64(count))
      _ = moment.goOn(count)
      return moment
    }
  }

  @Test(arguments: [false, true]) func copiesAreSnapshots(hardcore: Bool) {
    for moment in moments(hardcore: hardcore) {
      var (first, second, third) = (moment, moment, moment)
      let expected = first.goOn(60)
      #expect(second.goOn(60) == expected)
      // The first one's going on has not changed what it was copied from.
      #expect(third.goOn(60) == expected)
    }
  }

  @Test(arguments: [false, true]) func statesGoOnElsewhere(hardcore: Bool) throws {
    for moment in moments(hardcore: hardcore) {
      var (first, second) = (moment, moment)
      let state = try #require(first.environment.state)
      let data = try JSONEncoder().encode(state)
      let decoded = try JSONDecoder().decode(BipedalWalkerState.self, from: data)
      second.environment = BipedalWalker(hardcore: hardcore)
      #expect(second.environment.state == nil)
      try second.environment.restore(decoded)
      #expect(second.environment.state == state)
      #expect(second.goOn(60) == first.goOn(60))
      #expect(bits(second.environment.reset()) == bits(first.environment.reset()))
    }
  }

  @Test func misfitsAreRejected() throws {
    var environment = BipedalWalker(hardcore: true)
    _ = environment.reset(seed: 0)
    let good = try #require(environment.state)
    func part(_ change: (inout BipedalWalkerState) -> Void) -> String? {
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
    #expect(part { $0.heights[2] = .infinity } == "terrain")
    #expect(part { $0.heights.removeLast() } == "terrain")
    #expect(part { $0.blocks[0].removeLast() } == "terrain")
    #expect(part { $0.blocks[0] = [1, 0, 0, 1] } == "terrain")
    #expect(part { $0.blocks[0] = [0, 1, 0, .nan] } == "terrain")
    #expect(part { $0.blocks[0] = [0, 1, 0, 0] } == "terrain")
    #expect(part { $0.blocks = Array(repeating: [0, 1, 0, 1], count: 49) } == "terrain")
    #expect(part { $0.potential = .nan } == "world")
    #expect(part { $0.world.numbers.removeLast() } == "world")
    #expect(part { $0.world.numbers[0] = .nan } == "world")
    // Five integers for each body, one for each joint; then the number of contacts and, for each,
    // its body and its piece of the ground.
    let count = 5 * 5 + 4
    #expect(good.world.integers[count] > 0)
    #expect(part { $0.world.integers[count] = .max } == "world")
    for (offset, value) in [(1, Int32(5)), (1, -1), (2, 248), (2, -1)] {
      #expect(part { $0.world.integers[count + offset] = value } == "world")
    }
    #expect(environment.state == good)

    var easy = BipedalWalker()
    #expect(throws: Failure.self) { try easy.restore(good) }
    #expect(easy.state == nil)
  }
}
