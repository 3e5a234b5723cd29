#if MuJoCo
  import RandomNumbers
  import ReinforcementLearning
  import State

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #else
    import Darwin
  #endif

  /// Keep two poles upright, one on top of the other, on a cart that a motor pulls along a rail.
  ///
  /// Equals Gymnasium's InvertedDoublePendulum-v4 on the same version of MuJoCo, given the same seed
  /// and actions.
  ///
  /// | Action | Meaning | Space |
  /// |-:|------------------------------------------------|----|
  /// | 0 | what the motor is asked for, in units of 500 N | ±1 |
  ///
  /// | Observation | Scalar | Space |
  /// |-----:|------------------------------------------------------------|-----------|
  /// | 0    | position of the cart, m                                    | unbounded |
  /// | 1, 2 | sines of the angles of the lower pole from the upright and of the upper from it | unbounded |
  /// | 3, 4 | cosines of these angles                                    | unbounded |
  /// | 5    | velocity of the cart, m/s, clipped to ±10                  | unbounded |
  /// | 6, 7 | velocities of the angles, rad/s, clipped to ±10            | unbounded |
  /// | 8–10 | forces of the limits on the three joints, N and N m, clipped to ±10 | unbounded |
  ///
  /// **Reward:** 10 − 0.01 x² − (z − 2)² − 0.001 ω₁² − 0.005 ω₂², with the place (x, z) of the upper
  /// pole's tip and the velocities ω of the angles. The tip's place and the forces are those of the
  /// last stage of the integrator, as Gymnasium leaves them.
  ///
  /// **Start:** positions uniform in ±0.1, velocities normal with standard deviation 0.1.
  ///
  /// **End:** terminated when the tip is no higher than 1 m; upright it is at 1.2 m. Stepping on
  /// after the end is allowed.
  ///
  /// | Version | Step limit | Reward threshold |
  /// |---------|-----------:|-----------------:|
  /// | `InvertedDoublePendulum-v4` (`inverted-double-pendulum`) | 1000 | 9100 |
  ///
  /// A step takes 0.05 s, five of the simulation. The limit is that of the registry entry; the bare
  /// environment never truncates.
  public struct InvertedDoublePendulum: Environment, Sendable {
    var simulation = Simulation(of: model)

    /// Makes the environment, without a time limit.
    public init() {}

    public var actionSpace: Box { Box(low: -1, high: 1, count: 1) }

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
        seed: seed, positionNoise: { $0.uniform(-0.1, 0.1) },
        velocityNoise: { $0.zigguratNormal() * 0.1 })
      return observe()
    }

    /// Asks the motor for a force and advances the simulation by 0.05 s.
    ///
    /// - Parameter action: The force in units of 500 N, a finite number. The motor gives no more
    ///   than 500 N.
    public mutating func step(_ action: [Float]) -> Step<[Float]> {
      simulation.advance(action, frames: 5)
      let tip = simulation.site
      let velocities = simulation.velocities
      let distance = 0.01 * power(tip.x, 2) + power(tip.z - 2, 2)
      let motion = 1e-3 * power(velocities[1], 2) + 5e-3 * power(velocities[2], 2)
      return Step(
        observation: observe(), reward: 10 - distance - motion, isTerminated: tip.z <= 1)
    }

    private mutating func observe() -> [Float] {
      let (positions, velocities) = (simulation.positions, simulation.velocities)
      let angles = positions.dropFirst()
      simulation.observation = positions.prefix(1) + angles.map { sin($0) } + angles.map { cos($0) }
      simulation.observation += (velocities + simulation.constraintForces).map {
        min(max($0, -10), 10)
      }
      return simulation.observation.map { Float($0) }
    }
  }

  extension InvertedDoublePendulum {
    /// The version for the registry.
    public static let specifications = [
      EnvironmentSpecification(
        name: "inverted-double-pendulum", gymnasiumIDs: ["InvertedDoublePendulum-v4"],
        maxEpisodeSteps: 1000, rewardThreshold: 9100,
        summary: "Keep two poles upright, one on the other, on a cart that a motor pulls.",
        make: { InvertedDoublePendulum() })
    ]
  }

  extension InvertedDoublePendulum: Stateful {
    public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
      try visitor.visit("simulation", &simulation)
    }
  }

  // NumPy calls `pow` for a square of a single number, and about one in a thousand is not x · x. The
  // optimiser must not see that the exponent is 2, or it multiplies.
  @usableFromInline
  @inline(never)
  func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

  /// Cart and poles touch nothing, so that there is no rail to be seen; its ends are the limits.
  private let model = Model(
    """
    <mujoco model="two poles on a cart">
      <size njmax="250" nconmax="50" nstack="100000"/>
      <option timestep="0.01" integrator="RK4" gravity="1e-5 0 -9.81"/>
      <compiler inertiafromgeom="true"/>
      <default>
        <joint damping="0.05"/>
        <geom type="capsule" contype="0" conaffinity="0"/>
        <default class="pole">
          <joint type="hinge" axis="0 1 0"/>
          <geom size="0.045" fromto="0 0 0 0 0 0.6" rgba="0 0.7 0.7 1"/>
        </default>
      </default>
      <worldbody>
        <body>
          <joint name="along" type="slide" axis="1 0 0" limited="true" range="-1 1" margin="0.01"/>
          <geom size="0.1 0.1" quat="0.707 0 0.707 0" rgba="0.7 0.7 0 1"/>
          <body childclass="pole">
            <joint/>
            <geom/>
            <body pos="0 0 0.6">
              <joint/>
              <geom/>
              <site pos="0 0 0.6"/>
            </body>
          </body>
        </body>
      </worldbody>
      <actuator>
        <motor joint="along" gear="500" ctrllimited="true" ctrlrange="-1 1"/>
      </actuator>
    </mujoco>
    """)
#endif
