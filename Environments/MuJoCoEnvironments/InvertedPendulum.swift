#if MuJoCo
  import RandomNumbers
  import ReinforcementLearning
  import State

  /// Keep a pole upright on a cart that a motor pulls along a rail.
  ///
  /// Equals Gymnasium's InvertedPendulum-v4 on the same version of MuJoCo, given the same seed and
  /// actions.
  ///
  /// | Action | Meaning | Space |
  /// |-:|------------------------------------------------|----|
  /// | 0 | what the motor is asked for, in units of 100 N | ±3 |
  ///
  /// | Observation | Scalar | Space |
  /// |-:|----------------------------------------------|-----------|
  /// | 0 | position of the cart, m                     | unbounded |
  /// | 1 | angle of the pole from the upright, rad     | unbounded |
  /// | 2 | velocity of the cart, m/s                   | unbounded |
  /// | 3 | velocity of the angle, rad/s                | unbounded |
  ///
  /// **Reward:** 1 for every step.
  ///
  /// **Start:** positions and velocities uniform in ±0.01.
  ///
  /// **End:** terminated at an angle beyond ±0.2. Stepping on after the end is allowed.
  ///
  /// | Version | Step limit | Reward threshold |
  /// |---------|-----------:|-----------------:|
  /// | `InvertedPendulum-v4` (`inverted-pendulum`) | 1000 | 950 |
  ///
  /// A step takes 0.04 s, two of the simulation. The limit is that of the registry entry; the bare
  /// environment never truncates.
  ///
  /// Source: A. G. Barto, R. S. Sutton and C. W. Anderson, "Neuronlike Adaptive Elements That Can
  /// Solve Difficult Learning Control Problems" (1983).
  public struct InvertedPendulum: Environment, Sendable {
    var simulation = Simulation(of: model)

    /// Makes the environment, without a time limit.
    public init() {}

    public var actionSpace: Box { Box(low: -3, high: 3, count: 1) }

    public var observationSpace: Box { Box(low: -.infinity, high: .infinity, count: 4) }

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
        seed: seed, positionNoise: { $0.uniform(-0.01, 0.01) },
        velocityNoise: { $0.uniform(-0.01, 0.01) })
      return observe()
    }

    /// Asks the motor for a force and advances the simulation by 0.04 s.
    ///
    /// - Parameter action: The force in units of 100 N, a finite number. The motor gives no more
    ///   than 300 N.
    public mutating func step(_ action: [Float]) -> Step<[Float]> {
      simulation.advance(action, frames: 2)
      let observation = observe()
      let isUpright = abs(simulation.observation[1]) <= 0.2
      let isFinite = simulation.observation.allSatisfy(\.isFinite)
      return Step(observation: observation, reward: 1, isTerminated: !(isUpright && isFinite))
    }

    private mutating func observe() -> [Float] {
      simulation.observation = simulation.positions + simulation.velocities
      return simulation.observation.map { Float($0) }
    }
  }

  extension InvertedPendulum {
    /// The version for the registry.
    public static let specifications = [
      EnvironmentSpecification(
        name: "inverted-pendulum", gymnasiumIDs: ["InvertedPendulum-v4"], maxEpisodeSteps: 1000,
        rewardThreshold: 950, summary: "Keep a pole upright on a cart that a motor pulls.",
        make: { InvertedPendulum() })
    ]
  }

  extension InvertedPendulum: Stateful {
    public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
      try visitor.visit("simulation", &simulation)
    }
  }

  /// Cart and pole touch nothing, so that there is no rail to be seen; its ends are the limits.
  private let model = Model(
    """
    <mujoco model="pole on a cart">
      <size njmax="250" nconmax="50" nstack="100000"/>
      <option timestep="0.02" integrator="RK4"/>
      <compiler inertiafromgeom="true"/>
      <default>
        <joint damping="1" limited="true"/>
        <geom type="capsule" contype="0" conaffinity="0"/>
      </default>
      <worldbody>
        <body>
          <joint name="along" type="slide" axis="1 0 0" range="-1 1"/>
          <geom size="0.1 0.1" quat="0.707 0 0.707 0" rgba="0.7 0.7 0 1"/>
          <body>
            <joint type="hinge" axis="0 1 0" range="-90 90"/>
            <geom size="0.049" fromto="0 0 0 0.001 0 0.6" rgba="0 0.7 0.7 1"/>
          </body>
        </body>
      </worldbody>
      <actuator>
        <motor joint="along" gear="100" ctrllimited="true" ctrlrange="-3 3"/>
      </actuator>
    </mujoco>
    """)
#endif
