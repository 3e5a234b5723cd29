import RandomNumbers
import State

/// All that the future of a `BipedalWalker` depends on besides its settings and the actions, as
/// plain numbers.
///
/// An environment with the same settings that takes over a state goes on with the same bits: after
/// a decoder that returns every number as it was encoded, in another process.
///
/// ```swift
/// let data = try JSONEncoder().encode(environment.state)
/// try other.restore(JSONDecoder().decode(BipedalWalkerState.self, from: data))
/// ```
public struct BipedalWalkerState: Codable, Sendable, Hashable {
  /// The generator of later episodes.
  var generator: PCG64

  /// The heights of the corners of the ground from left to right, in m.
  var heights: [Double]

  /// The blocks on the ground: left, right, lower and upper side of each, in m.
  var blocks: [[Double]]

  /// The potential that the next reward is measured from.
  var potential: Double

  /// The bodies, the joints and the contacts.
  var world: RigidWorld.State
}

extension BipedalWalker {
  /// All that the future depends on besides settings and actions, or `nil` before the first reset.
  public var state: BipedalWalkerState? {
    guard let simulation, let potential = simulation.shaping else { return nil }
    return BipedalWalkerState(
      generator: generator, heights: simulation.terrain.points.map(\.y),
      blocks: simulation.terrain.blocks.map(\.sides), potential: potential,
      world: simulation.world.state)
  }

  /// Takes over a state of an environment with the same settings. If it does not fit, nothing
  /// changes.
  public mutating func restore(_ state: BipedalWalkerState) throws(Failure) {
    let blocks = state.blocks.compactMap { BipedalWalkerTerrain.Block(sides: $0) }
    guard blocks.count == state.blocks.count, hardcore || blocks.isEmpty,
      let terrain = BipedalWalkerTerrain(heights: state.heights, blocks: blocks)
    else { throw misfit("terrain") }
    guard
      state.potential.isFinite,
      let simulation = BipedalWalkerSimulation(
        terrain: terrain, shaping: state.potential, state: state.world)
    else { throw misfit("world") }
    generator = state.generator
    self.simulation = simulation
  }

  private func misfit(_ part: String) -> Failure {
    .failed(
      "The \(part) of the walker's state does not fit; use one of an environment with the same "
        + "settings.")
  }
}

extension BipedalWalkerTerrain.Block {
  fileprivate var sides: [Double] {
    [horizontal.lowerBound, horizontal.upperBound, vertical.lowerBound, vertical.upperBound]
  }

  fileprivate init?(sides: [Double]) {
    guard sides.count == 4, sides[0] <= sides[1], sides[2] <= sides[3] else { return nil }
    self.init(horizontal: sides[0]...sides[1], vertical: sides[2]...sides[3])
  }
}

extension BipedalWalker: Stateful {
  /// The generator, and the episode that is under way.
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
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
