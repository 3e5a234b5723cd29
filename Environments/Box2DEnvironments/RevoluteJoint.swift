import CBox2D

/// A joint that lets two bodies of a `World` rotate about a common point.
///
/// Box2D 2.4 holds the limits with one-sided, speculative constraints: a motor that drives the
/// joint towards a limit stops exactly there. Earlier versions overshot by up to one step.
public struct RevoluteJoint {
  let world: World
  let pointer: OpaquePointer

  /// The second body's angle relative to the first's, less the reference angle, in rad.
  public var angle: Float { cbox2d_revolute_joint_angle(pointer) }

  /// The rate at which the angle changes, in rad/s.
  public var speed: Float { cbox2d_revolute_joint_speed(pointer) }

  /// Sets the speed that the motor aims at, in rad/s, and wakes both bodies.
  public func setMotorSpeed(_ speed: Float) {
    cbox2d_revolute_joint_set_motor_speed(pointer, speed)
  }

  /// Sets the largest torque that the motor may use, in N m, and wakes both bodies.
  public func setMaximumMotorTorque(_ torque: Float) {
    cbox2d_revolute_joint_set_maximum_motor_torque(pointer, torque)
  }

  /// A motor that drives a joint.
  public struct Motor: Sendable, Equatable {
    /// The speed that it aims at, in rad/s.
    public var speed: Float

    /// The largest torque that it may use, in N m.
    public var maximumTorque: Float

    /// Describes a motor.
    public init(speed: Float, maximumTorque: Float) {
      self.speed = speed
      self.maximumTorque = maximumTorque
    }
  }
}

extension World {
  /// Joins two bodies at a point. From then on they do not collide with each other.
  ///
  /// - Parameters:
  ///   - first: One body of this world.
  ///   - firstAnchor: The common point in the first body's own coordinates.
  ///   - second: Another body of this world.
  ///   - secondAnchor: The common point in the second body's own coordinates.
  ///   - referenceAngle: The difference of the bodies' angles that counts as 0, in rad.
  ///   - limits: The smallest and the largest angle of the joint, in rad.
  ///   - motor: The motor that drives the joint.
  public func addRevoluteJoint(
    between first: Body, at firstAnchor: SIMD2<Float>, and second: Body,
    at secondAnchor: SIMD2<Float>, referenceAngle: Float = 0, limits: ClosedRange<Float>? = nil,
    motor: RevoluteJoint.Motor? = nil
  ) -> RevoluteJoint {
    precondition(
      first.world === self && second.world === self,
      "A joint can only join bodies of its own world.")
    precondition(first.pointer != second.pointer, "A joint needs two different bodies.")
    let definition = CBox2DRevoluteJointDefinition(
      firstAnchor: CBox2DVector(firstAnchor), secondAnchor: CBox2DVector(secondAnchor),
      referenceAngle: referenceAngle, isLimited: limits != nil,
      lowerAngle: limits?.lowerBound ?? 0, upperAngle: limits?.upperBound ?? 0,
      hasMotor: motor != nil, motorSpeed: motor?.speed ?? 0,
      maximumMotorTorque: motor?.maximumTorque ?? 0)
    return RevoluteJoint(
      world: self,
      pointer: cbox2d_world_add_revolute_joint(
        pointer, first.pointer, second.pointer, definition))
  }
}
