import RandomNumbers
import State

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
  /// The generator of dispersions and later episodes.
  var generator: PCG64

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

extension LunarLanderCore {
  /// The state, or `nil` before the first reset.
  var state: LunarLanderState? {
    guard let simulation, let potential = simulation.shaping else { return nil }
    return LunarLanderState(
      generator: generator, terrain: simulation.terrain.points.map(\.y),
      wind: simulation.wind.map { [$0.gustIndex, $0.turbulenceIndex] } ?? [],
      potential: potential, world: simulation.world.state)
  }

  /// Takes over a state. If it does not fit, nothing changes.
  mutating func restore(_ state: LunarLanderState) throws(Failure) {
    guard let terrain = LunarLanderTerrain(heights: state.terrain) else {
      throw misfit("terrain")
    }
    guard state.wind.count == (settings.enableWind ? 2 : 0) else {
      throw misfit("wind")
    }
    let wind =
      settings.enableWind
      ? LunarLanderWind(gustIndex: state.wind[0], turbulenceIndex: state.wind[1]) : nil
    guard
      state.potential.isFinite,
      let simulation = LunarLanderSimulation(
        settings, terrain: terrain, wind: wind, shaping: state.potential, state: state.world)
    else { throw misfit("world") }
    generator = state.generator
    self.simulation = simulation
  }

  private func misfit(_ part: String) -> Failure {
    .failed(
      "The \(part) of the lander's state does not fit; use one of an environment with the same "
        + "settings.")
  }
}

extension LunarLanderCore: Stateful {
  /// The generator, and the episode that is under way, in the air or on the ground.
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("generator", &generator)
    let before = state
    var after = before
    try visitor.visit("episode", &after)
    guard after != before else { return }
    guard let after else {
      simulation = nil
      return
    }
    try restore(after)
  }
}
