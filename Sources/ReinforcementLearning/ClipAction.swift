import State

/// Accepts any real action and moves each scalar to the nearest value the base allows.
///
/// For policies whose distribution knows no bounds, such as a Gaussian one.
public struct ClipAction<Base: Environment<Box>>: EnvironmentWrapper {
  public typealias Observation = Base.Observation
  public typealias ActionSpace = Box

  public var base: Base

  /// As many scalars as the base's actions have, without bounds.
  public let actionSpace: Box

  @usableFromInline let bounds: Box

  /// Clips the actions of an environment to its action space.
  ///
  /// - Parameter base: The environment.
  public init(_ base: Base) {
    self.base = base
    bounds = base.actionSpace
    actionSpace = Box(low: -.infinity, high: .infinity, count: bounds.count)
  }

  @inlinable
  public mutating func step(_ action: [Float]) -> Step<Base.Observation> {
    base.step(clipped(action))
  }

  @inlinable
  public mutating func beginStep(_ action: [Float], sharing work: inout Base.SharedWork) {
    base.beginStep(clipped(action), sharing: &work)
  }

  @inlinable
  public mutating func endStep(
    _ action: [Float], sharing work: inout Base.SharedWork, at index: Int
  ) -> Step<Base.Observation> {
    base.endStep(clipped(action), sharing: &work, at: index)
  }

  @inlinable
  func clipped(_ action: [Float]) -> [Float] {
    precondition(
      action.count == bounds.count,
      "The action has \(action.count) scalars, but the environment takes \(bounds.count).")
    var clipped = action
    for index in clipped.indices {
      clipped[index] = min(max(clipped[index], bounds.low[index]), bounds.high[index])
    }
    return clipped
  }
}

extension ClipAction: Sendable where Base: Sendable {}

extension ClipAction: Stateful where Base: Stateful {}
