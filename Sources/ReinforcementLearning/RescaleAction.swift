import State

/// Maps actions from bounds of one's choice, such as −1…1, linearly to the base's bounds.
///
/// Actions outside the chosen bounds lead outside the base's; put a `ClipAction` around this
/// wrapper for a policy that takes them.
public struct RescaleAction<Base: Environment<Box>>: EnvironmentWrapper {
  public typealias Observation = Base.Observation
  public typealias ActionSpace = Box

  public var base: Base

  /// The chosen bounds.
  public let actionSpace: Box

  @usableFromInline let target: Box

  /// Rescales the actions of an environment.
  ///
  /// - Parameters:
  ///   - base: The environment; its action space must have finite bounds.
  ///   - low: The action that stands for the base's lower bounds, in every scalar.
  ///   - high: The action that stands for the base's upper bounds; above `low`.
  public init(_ base: Base, low: Float = -1, high: Float = 1) {
    let count = base.actionSpace.count
    self.init(base, actionSpace: Box(low: low, high: high, count: count))
  }

  /// Rescales the actions of an environment, each scalar from bounds of its own.
  ///
  /// - Parameters:
  ///   - base: The environment; its action space must have finite bounds.
  ///   - actionSpace: The bounds to map from, finite, and none equal to its counterpart.
  public init(_ base: Base, actionSpace: Box) {
    target = base.actionSpace
    precondition(
      actionSpace.count == target.count,
      "The bounds are for \(actionSpace.count) scalars, but the action has \(target.count).")
    precondition(
      actionSpace.isBounded && target.isBounded,
      "Only finite bounds can be rescaled; got \(actionSpace) for \(target).")
    for (low, high) in zip(actionSpace.low, actionSpace.high) {
      precondition(low < high, "The bounds to rescale from are equal: \(low).")
    }
    self.base = base
    self.actionSpace = actionSpace
  }

  @inlinable
  public mutating func step(_ action: [Float]) -> Step<Base.Observation> {
    base.step(scaled(action))
  }

  @inlinable
  public mutating func beginStep(_ action: [Float], sharing work: inout Base.SharedWork) {
    base.beginStep(scaled(action), sharing: &work)
  }

  @inlinable
  public mutating func endStep(
    _ action: [Float], sharing work: inout Base.SharedWork, at index: Int
  ) -> Step<Base.Observation> {
    base.endStep(scaled(action), sharing: &work, at: index)
  }

  @inlinable
  func scaled(_ action: [Float]) -> [Float] {
    precondition(
      action.count == target.count,
      "The action has \(action.count) scalars, but the environment takes \(target.count).")
    var scaled = action
    for index in scaled.indices {
      // In double precision, the ends of one interval map exactly to the ends of the other.
      let low = Double(actionSpace.low[index])
      let fraction = (Double(action[index]) - low) / (Double(actionSpace.high[index]) - low)
      let targetLow = Double(target.low[index])
      scaled[index] = Float(targetLow + fraction * (Double(target.high[index]) - targetLow))
    }
    return scaled
  }
}

extension RescaleAction: Sendable where Base: Sendable {}

extension RescaleAction: Stateful where Base: Stateful {}
