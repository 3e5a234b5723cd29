import Foundation
import RandomNumbers
import ReinforcementLearning
import Testing

/// An episode of Gymnasium from a file that `Fixtures/generate_episodes.py` wrote, which tells
/// what the fields mean.
struct RecordedEpisode: Decodable, CustomTestStringConvertible {
  /// The arguments and attributes of Gymnasium's environments that the recordings change.
  struct Settings: Decodable {
    var goalVelocity: Double?
    var gravity: Double?
    var equations: String?
    var timeStep: Double?
    var torqueNoise: Double?

    enum CodingKeys: String, CodingKey {
      case goalVelocity = "goal_velocity"
      case gravity = "g"
      case equations = "book_or_nips"
      case timeStep = "dt"
      case torqueNoise = "torque_noise_max"
    }
  }

  struct Position: Decodable {
    var state: String
    var increment: String
    var bufferedHalf: UInt32?
  }

  var environment: String
  var policy: String
  var settings: Settings
  var options: [String: Double]
  var seed: UInt64
  var actions: String
  var observations: Data
  var rewards: Data?
  var terminated: [Int]
  var truncated: [Int]
  var state: Data
  var end: Position
  var next: Data

  var testDescription: String {
    "\(environment), \(policy), seed \(seed), \(settings), \(options)"
  }

  /// The episodes of `Fixtures/<name>.json`.
  static func all(in name: String) throws -> [RecordedEpisode] {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode([RecordedEpisode].self, from: Data(contentsOf: url))
  }

  var discreteActions: [Int] { actions.compactMap(\.wholeNumberValue) }

  /// The actions of an environment that takes a single scalar.
  func continuousActions() throws -> [[Float]] {
    numbers(in: try #require(Data(base64Encoded: actions)), of: Float.self).map { [$0] }
  }

  func generatorAtEnd() throws -> PCG64 {
    PCG64(
      state: try #require(UInt128(end.state, radix: 16)),
      increment: try #require(UInt128(end.increment, radix: 16)), bufferedHalf: end.bufferedHalf)
  }

  /// Takes the recorded actions and expects the recorded observations, rewards and ends.
  ///
  /// - Parameters:
  ///   - environment: The environment in its time limit; it is left after a further reset.
  ///   - actions: The recorded actions.
  ///   - state: The state as the recording has it, in its order.
  ///   - generator: The generator.
  func expectReplay<Base: Environment>(
    in environment: inout TimeLimit<Base>, actions: [Base.Action],
    state currentState: (Base) -> [Double]?, generator: (Base) -> PCG64?
  ) throws {
    let first = environment.reset(seed: seed, options: options)
    var replayed = first.scalars
    var rewards: [Double] = []
    var (terminated, truncated): ([Int], [Int]) = ([], [])
    for (index, action) in actions.enumerated() {
      let step = environment.step(action)
      replayed += step.observation.scalars
      rewards.append(step.reward)
      if step.isTerminated { terminated.append(index) }
      if step.isTruncated { truncated.append(index) }
      #expect(step.info.isEmpty)
    }
    let differing = firstDifference(replayed, numbers(in: observations, of: Float.self))
    let name = testDescription
    #expect(differing == nil, "\(name), observation \((differing ?? 0) / first.observationCount)")
    let differingReward = firstDifference(rewards, expectedRewards(count: actions.count))
    #expect(differingReward == nil, "\(name), reward of step \(differingReward ?? 0)")
    #expect(terminated == self.terminated, "\(name)")
    #expect(truncated == self.truncated, "\(name)")
    let states = currentState(environment.base)
    #expect(states?.map(\.bitPattern) == numbers(in: state, of: UInt64.self), "\(name)")
    #expect(generator(environment.base) == (try generatorAtEnd()), "\(name)")
    let next = environment.reset().scalars
    #expect(next.map(\.bitPattern) == numbers(in: self.next, of: UInt32.self), "\(name)")
  }

  private func expectedRewards(count: Int) -> [Double] {
    if let rewards { return numbers(in: rewards, of: Double.self) }
    let ends = environment.hasPrefix("Acrobot") ? Set(terminated) : []
    return (0..<count).map { ends.contains($0) ? 0 : -1 }
  }
}

/// The index of the first number that differs in a bit, or where one array ends before the other.
private func firstDifference<Number: BinaryFloatingPoint>(
  _ first: [Number], _ second: [Number]
) -> Int? {
  func areSame(_ one: Number, _ other: Number) -> Bool {
    one == other && one.sign == other.sign || one.isNaN && other.isNaN
  }
  let common = zip(first, second).enumerated().first { !areSame($0.element.0, $0.element.1) }
  if let common { return common.offset }
  return first.count == second.count ? nil : min(first.count, second.count)
}

private func numbers<Number: BitwiseCopyable>(in data: Data, of type: Number.Type) -> [Number] {
  data.withUnsafeBytes { bytes in
    (0..<bytes.count / MemoryLayout<Number>.size).map {
      bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: type)
    }
  }
}
