import ReinforcementLearning
import State

/// Land on the helipad, with engines that can be throttled: Gymnasium's `LunarLanderContinuous-v3`.
///
/// | Action | Engine | Off       | On                                                      |
/// |:-------|:-------|:----------|:--------------------------------------------------------|
/// | 0      | main   | −1 to 0   | above 0, at half to full power: (action + 1) / 2        |
/// | 1      | side   | ±0.5      | left below −0.5, right above 0.5, at the power \|action\| |
///
/// Actions beyond ±1 are clipped. The fuel of a step costs 0.30 times the power of the main engine
/// and 0.03 times that of the side engine. Everything else, from observations to versions, is as in
/// `LunarLander`.
public struct LunarLanderContinuous: Environment, Sendable {
  /// What the agent sees; see the table of `LunarLander`.
  public typealias Observation = SIMD8<Float>

  private(set) var core: LunarLanderCore

  /// Makes the environment.
  ///
  /// - Parameters:
  ///   - gravity: The vertical acceleration, in m/s², between −12 and 0, both excluded.
  ///   - enableWind: Whether wind pushes and turns the lander while no leg is on the ground.
  ///   - windPower: The greatest force of the wind, in N. Gymnasium recommends 0 to 20 and warns
  ///     beyond it; here other values are accepted silently.
  ///   - turbulencePower: The greatest torque of the wind, in N m. Gymnasium recommends 0 to 2.
  public init(
    gravity: Double = -10, enableWind: Bool = false, windPower: Double = 15,
    turbulencePower: Double = 1.5
  ) {
    core = LunarLanderCore(
      LunarLanderSettings(
        gravity: gravity, enableWind: enableWind, windPower: windPower,
        turbulencePower: turbulencePower))
  }

  /// The name, limit and threshold under which the registry offers this environment.
  public static let specifications = [
    EnvironmentSpecification(
      name: "lunarlander-continuous", gymnasiumIDs: ["LunarLanderContinuous-v3"],
      maxEpisodeSteps: 1000, rewardThreshold: 200,
      summary: "Land on the helipad with engines that can be throttled."
    ) { LunarLanderContinuous() }
  ]

  public var actionSpace: Box { Self.throttles }

  private static let throttles = Box(low: -1, high: 1, count: 2)

  public var observationSpace: Box { LunarLanderCore.observationSpace }

  /// Where everything is, or `nil` before the first reset.
  public var scene: LunarLanderScene? { core.simulation.map { LunarLanderScene($0) } }

  /// All that the future depends on besides settings and actions, or `nil` before the first reset.
  public var state: LunarLanderState? { core.state }

  /// Takes over a state of an environment with the same settings. If it does not fit, nothing
  /// changes.
  public mutating func restore(_ state: LunarLanderState) throws(Failure) {
    try core.restore(state)
  }

  /// Starts a new episode in a new world. There are no options.
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD8<Float> {
    core.reset(seed: seed)
  }

  /// Lets a fiftieth of a second pass.
  ///
  /// - Parameter action: The throttles of the main and the side engine; see the table above. Values
  ///   beyond ±1 are clipped, NaN is an error.
  public mutating func step(_ action: [Float]) -> Step<SIMD8<Float>> {
    core.step(thrust(of: action))
  }

  public mutating func beginStep(_ action: [Float], sharing work: inout RigidBodyWork) {
    core.beginStep(thrust(of: action), sharing: &work)
  }

  public mutating func endStep(
    _ action: [Float], sharing work: inout RigidBodyWork, at index: Int
  ) -> Step<SIMD8<Float>> {
    core.endStep(thrust(of: action))
  }

  /// What the engines do for an action.
  private func thrust(of action: [Float]) -> LunarLanderSimulation.Thrust {
    precondition(
      action.count == 2 && !action[0].isNaN && !action[1].isNaN,
      "LunarLanderContinuous takes two numbers as an action; got \(action).")
    let main = Double(min(max(action[0], -1), 1))
    let side = Double(min(max(action[1], -1), 1))
    var thrust = LunarLanderSimulation.Thrust()
    if main > 0 { thrust.main = (main + 1) * 0.5 }
    if abs(side) > 0.5 {
      thrust.side = abs(side)
      thrust.sideDirection = side > 0 ? 1 : -1
    }
    return thrust
  }
}

extension LunarLanderContinuous: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try core.visitState(&visitor)
  }
}
