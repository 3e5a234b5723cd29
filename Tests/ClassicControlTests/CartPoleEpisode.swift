import ClassicControl
import Foundation
import RandomNumbers
import ReinforcementLearning
import Testing

/// An episode of Gymnasium's CartPole from `Fixtures/cartpole.json`, written by
/// `Fixtures/generate.py`, which tells what the fields mean.
struct CartPoleEpisode: Decodable, CustomTestStringConvertible {
  struct Position: Decodable {
    var state: String
    var increment: String
    var bufferedHalf: UInt32?
  }

  var environment: String
  var policy: String
  var usesSuttonBartoReward: Bool
  var isSemiImplicit: Bool
  var bounds: [Double]?
  var seed: UInt64
  var actions: String
  var observations: String
  var rewards: [Double]
  var terminated: String
  var truncated: String
  var state: String
  var end: Position
  var next: String

  var testDescription: String {
    "\(environment), \(policy), seed \(seed), \(actions.count) steps"
      + (usesSuttonBartoReward ? ", Sutton and Barto's reward" : "")
      + (isSemiImplicit ? ", semi-implicit" : "")
  }

  static let all = Result {
    let url = try #require(
      Bundle.module.url(forResource: "cartpole", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode([CartPoleEpisode].self, from: Data(contentsOf: url))
  }

  /// The environment, with its time limit.
  func makeEnvironment() throws -> TimeLimit<CartPole> {
    let registry = EnvironmentRegistry(CartPole.specifications)
    let specification = try registry.specification(named: environment)
    let bare = CartPole(
      usesSuttonBartoReward: usesSuttonBartoReward,
      integrator: isSemiImplicit ? .semiImplicitEuler : .explicitEuler)
    return TimeLimit(bare, maxEpisodeSteps: try #require(specification.maxEpisodeSteps))
  }

  var options: [String: Double] {
    bounds.map { ["low": $0[0], "high": $0[1]] } ?? [:]
  }

  func generatorAtEnd() throws -> PCG64 {
    PCG64(
      state: try #require(UInt128(end.state, radix: 16)),
      increment: try #require(UInt128(end.increment, radix: 16)), bufferedHalf: end.bufferedHalf)
  }
}

/// The digits that the fixture has for an observation.
func hexadecimal(_ observation: SIMD4<Float>) -> String {
  observation.scalars.map { padded(String($0.bitPattern, radix: 16), to: 8) }.joined()
}

/// The digits that the fixture has for a state.
func hexadecimal(_ state: CartPole.State) -> String {
  let (coordinates, velocities) = (state.coordinates, state.velocities)
  return [coordinates[0], velocities[0], coordinates[1], velocities[1]]
    .map { padded(String($0.bitPattern, radix: 16), to: 16) }.joined()
}

private func padded(_ digits: String, to count: Int) -> String {
  String(repeating: "0", count: count - digits.count) + digits
}
