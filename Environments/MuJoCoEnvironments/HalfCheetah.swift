#if MuJoCo
  import RandomNumbers
  import ReinforcementLearning
  import State

  /// Run forwards on a back and a front leg, in a plane.
  ///
  /// Equals Gymnasium's HalfCheetah-v4 on the same version of MuJoCo, given the same seed and actions.
  ///
  /// | Action | Meaning | Space |
  /// |----:|-------------------------------------------------------------------------------|----|
  /// | 0–2 | torque at hip, knee and ankle of the back leg, in units of 120, 90 and 60 N m | ±1 |
  /// | 3–5 | the same of the front leg, in units of 120, 60 and 30 N m                     | ±1 |
  ///
  /// | Observation | Scalar | Space |
  /// |------:|---------------------------------------------|-----------|
  /// | 0     | height of the torso less 0.7 m, m           | unbounded |
  /// | 1     | angle of the torso, rad                     | unbounded |
  /// | 2–4   | angles of the back hip, knee and ankle, rad | unbounded |
  /// | 5–7   | the same of the front leg                   | unbounded |
  /// | 8, 9  | velocity of the torso forwards and up, m/s  | unbounded |
  /// | 10–16 | velocities of the angles, rad/s             | unbounded |
  ///
  /// **Reward:** the mean velocity forwards during the step in m/s, less 0.1 times the sum of the
  /// squares of the action.
  ///
  /// **Start:** standing, with noise uniform in ±0.1 on all positions and normal with standard
  /// deviation 0.1 on all velocities.
  ///
  /// **End:** none but the time limit.
  ///
  /// | Version | Step limit | Reward threshold |
  /// |---------|-----------:|-----------------:|
  /// | `HalfCheetah-v4` (`half-cheetah`) | 1000 | 4800 |
  ///
  /// A step takes 0.05 s, five of the simulation. The limit is that of the registry entry; the bare
  /// environment never truncates.
  ///
  /// Source: P. Wawrzyński, "A Cat-Like Robot Real-Time Learning to Run" (2009).
  public struct HalfCheetah: Environment, Sendable {
    var simulation = Simulation(of: model)

    /// Makes the environment, without a time limit.
    public init() {}

    public var actionSpace: Box { Box(low: -1, high: 1, count: 6) }

    public var observationSpace: Box { Box(low: -.infinity, high: .infinity, count: 17) }

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
        velocityNoise: { 0.1 * $0.zigguratNormal() })
      return observe()
    }

    /// Asks the motors for torques and advances the simulation by 0.05 s.
    ///
    /// - Parameter action: The torques in the motors' units, finite numbers. A motor gives no more
    ///   than its unit, but what is asked for beyond it is paid for, too.
    public mutating func step(_ action: [Float]) -> Step<[Float]> {
      let velocity = simulation.advanceForwards(action, frames: 5)
      return Step(observation: observe(), reward: velocity - action.cost(weight: 0.1))
    }

    private mutating func observe() -> [Float] {
      simulation.observation = simulation.positions.dropFirst() + simulation.velocities
      return simulation.observation.map { Float($0) }
    }
  }

  extension HalfCheetah {
    /// The version for the registry.
    public static let specifications = [
      EnvironmentSpecification(
        name: "half-cheetah", gymnasiumIDs: ["HalfCheetah-v4"], maxEpisodeSteps: 1000,
        rewardThreshold: 4800, summary: "Run forwards on a back and a front leg.",
        make: { HalfCheetah() })
    ]
  }

  extension HalfCheetah: Stateful {
    public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
      try visitor.visit("simulation", &simulation)
    }
  }

  /// Its parts touch the floor and not each other. A spring at each joint holds the leg in place.
  private let model = Model(
    """
    <mujoco model="two legs">
      <size njmax="250" nconmax="50" nstack="100000"/>
      <option timestep="0.01"/>
      <compiler inertiafromgeom="true" settotalmass="14" angle="radian"/>
      <default>
        <joint type="hinge" axis="0 1 0" armature="0.1" limited="true" solreflimit="0.02 1"
          solimplimit="0 0.8 0.03"/>
        <geom type="capsule" contype="1" conaffinity="0" condim="3" friction="0.4 0.1 0.1"
          solref="0.02 1" solimp="0 0.8 0.01" rgba="0.8 0.6 0.4 1"/>
        <motor ctrllimited="true" ctrlrange="-1 1"/>
        <default class="free">
          <joint armature="0" damping="0" stiffness="0" limited="false"/>
        </default>
      </default>
      <worldbody>
        <geom type="plane" size="40 40 40" conaffinity="1"/>
        <body pos="0 0 0.7">
          <joint class="free" type="slide" axis="1 0 0"/>
          <joint class="free" type="slide" axis="0 0 1"/>
          <joint class="free"/>
          <geom size="0.046" fromto="-0.5 0 0 0.5 0 0"/>
          <geom size="0.046 0.15" pos="0.6 0 0.1" axisangle="0 1 0 0.87"/>
          <body pos="-0.5 0 0">
            <joint name="back hip" range="-0.52 1.05" stiffness="240" damping="6"/>
            <geom size="0.046 0.145" pos="0.1 0 -0.13" axisangle="0 1 0 -3.8"/>
            <body pos="0.16 0 -0.25">
              <joint name="back knee" range="-0.785 0.785" stiffness="180" damping="4.5"/>
              <geom size="0.046 0.15" pos="-0.14 0 -0.07" axisangle="0 1 0 -2.03" rgba="0.9 0.6 0.6 1"/>
              <body pos="-0.28 0 -0.14">
                <joint name="back ankle" range="-0.4 0.785" stiffness="120" damping="3"/>
                <geom size="0.046 0.094" pos="0.03 0 -0.097" axisangle="0 1 0 -0.27" rgba="0.9 0.6 0.6 1"/>
              </body>
            </body>
          </body>
          <body pos="0.5 0 0">
            <joint name="front hip" range="-1 0.7" stiffness="180" damping="4.5"/>
            <geom size="0.046 0.133" pos="-0.07 0 -0.12" axisangle="0 1 0 0.52"/>
            <body pos="-0.14 0 -0.24">
              <joint name="front knee" range="-1.2 0.87" stiffness="120" damping="3"/>
              <geom size="0.046 0.106" pos="0.065 0 -0.09" axisangle="0 1 0 -0.6"
                rgba="0.9 0.6 0.6 1"/>
              <body pos="0.13 0 -0.18">
                <joint name="front ankle" range="-0.5 0.5" stiffness="60" damping="1.5"/>
                <geom size="0.046 0.07" pos="0.045 0 -0.07" axisangle="0 1 0 -0.6"
                  rgba="0.9 0.6 0.6 1"/>
              </body>
            </body>
          </body>
        </body>
      </worldbody>
      <actuator>
        <motor joint="back hip" gear="120"/>
        <motor joint="back knee" gear="90"/>
        <motor joint="back ankle" gear="60"/>
        <motor joint="front hip" gear="120"/>
        <motor joint="front knee" gear="60"/>
        <motor joint="front ankle" gear="30"/>
      </actuator>
    </mujoco>
    """)
#endif
