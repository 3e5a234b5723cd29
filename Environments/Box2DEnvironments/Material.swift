import CBox2D

/// The mass and surface of a shape, and what it collides with.
///
/// Two shapes collide when the mask of each has a bit in common with the other's category.
public struct Material: Sendable, Equatable {
  /// Mass per area, in kg/m².
  public var density: Float

  /// The coefficient of friction; a contact uses the geometric mean of its two shapes'.
  public var friction: Float

  /// The bounciness, from 0 to 1; a contact uses the larger of its two shapes'.
  public var restitution: Float

  /// The groups that the shape belongs to, one bit each.
  public var category: UInt16

  /// The groups that it collides with, one bit each.
  public var mask: UInt16

  /// Whether the shape only reports contacts and never pushes.
  public var isSensor: Bool

  /// Describes a material; the defaults are Box2D's.
  public init(
    density: Float = 0, friction: Float = 0.2, restitution: Float = 0, category: UInt16 = 0x0001,
    mask: UInt16 = 0xffff, isSensor: Bool = false
  ) {
    precondition(density >= 0, "A density cannot be negative; got \(density).")
    precondition(friction >= 0, "A friction cannot be negative; got \(friction).")
    self.density = density
    self.friction = friction
    self.restitution = restitution
    self.category = category
    self.mask = mask
    self.isSensor = isSensor
  }
}

extension CBox2DMaterial {
  init(_ material: Material) {
    self.init(
      density: material.density, friction: material.friction, restitution: material.restitution,
      category: material.category, mask: material.mask, isSensor: material.isSensor)
  }
}
