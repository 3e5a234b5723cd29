#if MuJoCo
  import RandomNumbers
  import ReinforcementLearning
  import State

  /// Hop forwards on one leg without falling.
  ///
  /// Equals Gymnasium's Hopper-v4 on the same version of MuJoCo, given the same seed and actions.
  ///
  /// | Action | Meaning | Space |
  /// |----:|----------------------------------------------------|----|
  /// | 0–2 | torque at hip, knee and ankle, in units of 200 N m | ±1 |
  ///
  /// | Observation | Scalar | Space |
  /// |-----:|-----------------------------------------------------------|-----------|
  /// | 0    | height of the torso, m                                    | unbounded |
  /// | 1    | angle of the torso from the upright, rad                  | unbounded |
  /// | 2–4  | angles of hip, knee and ankle, rad                        | unbounded |
  /// | 5, 6 | velocity of the torso forwards and up, m/s, clipped to ±10 | unbounded |
  /// | 7–10 | velocities of the angles, rad/s, clipped to ±10           | unbounded |
  ///
  /// **Reward:** the mean velocity forwards during the step in m/s, and 1, less 0.001 times the sum of
  /// the squares of the action.
  ///
  /// **Start:** upright above the floor, at rest, with noise uniform in ±0.005 on all positions and
  /// velocities.
  ///
  /// **End:** terminated unless the torso is higher than 0.7 m, its angle in ±0.2, and everything else
  /// but its position in ±100. Stepping on after the end is allowed.
  ///
  /// | Version | Step limit | Reward threshold |
  /// |---------|-----------:|-----------------:|
  /// | `Hopper-v4` (`hopper`) | 1000 | 3800 |
  ///
  /// A step takes 0.008 s, four of the simulation. The limit is that of the registry entry; the bare
  /// environment never truncates.
  ///
  /// Source: T. Erez, Y. Tassa and E. Todorov, "Infinite-Horizon Model Predictive Control for Periodic
  /// Tasks with Contacts" (2011).
  public struct Hopper: Environment, Sendable {
    var simulation = Simulation(of: model)

    /// Makes the environment, without a time limit.
    public init() {}

    public var actionSpace: Box { Box(low: -1, high: 1, count: 3) }

    public var observationSpace: Box { Box(low: -.infinity, high: .infinity, count: 11) }

    /// The last observation in double precision; none before the first reset.
    public var exactObservation: [Double] { simulation.observation }

    /// The generator of the starts, or `nil` before the first reset.
    public var generator: PCG64? { simulation.generator }

    /// Starts a new episode.
    ///
    /// - Parameters:
    ///   - seed: Restarts the generator; `nil` continues it.
    ///   - options: There are none.
    /// - Returns: The first observation.
    public mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
      simulation.start(
        seed: seed, positionNoise: { $0.uniform(-0.005, 0.005) },
        velocityNoise: { $0.uniform(-0.005, 0.005) })
      return observe()
    }

    /// Asks the motors for torques and advances the simulation by 0.008 s.
    ///
    /// - Parameter action: The torques in units of 200 N m, finite numbers. A motor gives no more than
    ///   200 N m, but what is asked for beyond it is paid for, too.
    public mutating func step(_ action: [Float]) -> Step<[Float]> {
      let velocity = simulation.advanceForwards(action, frames: 4)
      let reward = velocity + 1 - action.cost(weight: 1e-3)
      return Step(observation: observe(), reward: reward, isTerminated: !isHealthy)
    }

    private var isHealthy: Bool {
      let positions = simulation.positions
      let others = positions.dropFirst(2) + simulation.velocities
      return positions[1] > 0.7 && abs(positions[2]) < 0.2 && others.allSatisfy { abs($0) < 100 }
    }

    private mutating func observe() -> [Float] {
      let velocities = simulation.velocities.map { min(max($0, -10), 10) }
      simulation.observation = simulation.positions.dropFirst() + velocities
      return simulation.observation.map { Float($0) }
    }
  }

  extension Hopper {
    /// The version for the registry.
    public static let specifications = [
      EnvironmentSpecification(
        name: "hopper", gymnasiumIDs: ["Hopper-v4"], maxEpisodeSteps: 1000, rewardThreshold: 3800,
        summary: "Hop forwards on one leg without falling.", make: { Hopper() })
    ]
  }

  extension Hopper: Stateful {
    public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
      try visitor.visit("simulation", &simulation)
    }
  }

  private let model = Model(
    """
    <mujoco model="one leg">
      <size njmax="250" nconmax="50" nstack="100000"/>
      <option timestep="0.002" integrator="RK4"/>
      <compiler inertiafromgeom="true" angle="degree"/>
      <default>
        <joint type="hinge" axis="0 -1 0" armature="1" damping="1" limited="true"/>
        <geom type="capsule" condim="1" margin="0.001" friction="0.9" solref="0.02 1"
          solimp="0.8 0.8 0.01" rgba="0.8 0.6 0.4 1"/>
        <motor gear="200" ctrllimited="true" ctrlrange="-1 1"/>
        <default class="free">
          <joint type="slide" armature="0" damping="0" limited="false"/>
        </default>
      </default>
      <worldbody>
        <geom type="plane" size="20 20 0.125" condim="3" friction="1"/>
        <body pos="0 0 1.25">
          <joint class="free" axis="1 0 0" pos="0 0 -1.25"/>
          <joint class="free" axis="0 0 1" pos="0 0 -1.25" ref="1.25"/>
          <joint class="free" axis="0 1 0" type="hinge"/>
          <geom size="0.05 0.19999999999999996"/>
          <body pos="0 0 -0.19999999999999996">
            <joint name="hip" range="-150 0"/>
            <geom size="0.05 0.22500000000000003" pos="0 0 -0.22500000000000009"/>
            <body pos="0 0 -0.70000000000000007">
              <joint name="knee" range="-150 0" pos="0 0 0.25"/>
              <geom size="0.04 0.25"/>
              <body pos="0.13 0 -0.35">
                <joint name="ankle" range="-45 45" pos="-0.13 0 0.1"/>
                <geom size="0.06 0.195" pos="-0.065 0 0.1" friction="2"
                  quat="0.70710678118654757 0 -0.70710678118654746 0"/>
              </body>
            </body>
          </body>
        </body>
      </worldbody>
      <actuator>
        <motor joint="hip"/>
        <motor joint="knee"/>
        <motor joint="ankle"/>
      </actuator>
    </mujoco>
    """)
#endif
