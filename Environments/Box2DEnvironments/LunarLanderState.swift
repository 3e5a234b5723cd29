import RandomNumbers

/// All that the future of a `LunarLander` or `LunarLanderContinuous` depends on besides its settings
/// and the actions, as plain numbers.
///
/// An environment with the same settings that takes over a state goes on with the same bits: after a
/// decoder that returns every number as it was encoded, in another process, in the air or on the
/// ground.
///
/// ```swift
/// let data = try JSONEncoder().encode(environment.state)
/// try other.restore(JSONDecoder().decode(LunarLanderState.self, from: data))
/// ```
public struct LunarLanderState: Codable, Sendable, Hashable {
  /// The generator: high and low half of its state, the same of its increment, and the buffered half
  /// of a draw if there is one.
  var generator: [UInt64]

  /// The heights of the corners of the ground from left to right, in m.
  var terrain: [Double]

  /// Where the wind is: the indices of the next gust and the next turbulence, or nothing without
  /// wind.
  var wind: [Int]

  /// The potential that the next reward is measured from.
  var potential: Double

  /// The bodies, the joints and the contacts.
  var world: RigidWorld.State
}

/// Why a state cannot be taken over.
public struct LunarLanderStateError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The part that does not fit.
  public let part: String

  public var description: String {
    "The \(part) of the state does not fit; use one of an environment with the same settings."
  }
}

extension LunarLanderCore {
  /// The state, or `nil` before the first reset.
  var state: LunarLanderState? {
    guard let simulation, let potential = simulation.shaping else { return nil }
    return LunarLanderState(
      generator: generator.words, terrain: simulation.terrain.points.map(\.y),
      wind: simulation.wind.map { [$0.gustIndex, $0.turbulenceIndex] } ?? [],
      potential: potential, world: simulation.world.state)
  }

  /// Takes over a state. If it does not fit, nothing changes.
  mutating func restore(_ state: LunarLanderState) throws(LunarLanderStateError) {
    guard let generator = PCG64(words: state.generator) else {
      throw LunarLanderStateError(part: "generator")
    }
    guard let terrain = LunarLanderTerrain(heights: state.terrain) else {
      throw LunarLanderStateError(part: "terrain")
    }
    guard state.wind.count == (settings.enableWind ? 2 : 0) else {
      throw LunarLanderStateError(part: "wind")
    }
    let wind =
      settings.enableWind
      ? LunarLanderWind(gustIndex: state.wind[0], turbulenceIndex: state.wind[1]) : nil
    guard
      state.potential.isFinite,
      let simulation = LunarLanderSimulation(
        settings, terrain: terrain, wind: wind, shaping: state.potential, state: state.world)
    else { throw LunarLanderStateError(part: "world") }
    self.generator = generator
    self.simulation = simulation
  }
}

extension PCG64 {
  fileprivate var words: [UInt64] {
    let halves = [state >> 64, state, increment >> 64, increment]
    return halves.map { UInt64(truncatingIfNeeded: $0) } + (bufferedHalf.map { [UInt64($0)] } ?? [])
  }

  fileprivate init?(words: [UInt64]) {
    guard words.count == 4 || words.count == 5, words[3] & 1 == 1 else { return nil }
    let halves = words.prefix(4).map { UInt128($0) }
    let buffered = words.count == 5 ? UInt32(exactly: words[4]) : nil
    if words.count == 5 && buffered == nil { return nil }
    self.init(
      state: halves[0] << 64 | halves[1], increment: halves[2] << 64 | halves[3],
      bufferedHalf: buffered)
  }
}
