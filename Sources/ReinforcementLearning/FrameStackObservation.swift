import State

/// Shows the last few observations at once, the oldest first.
///
/// Gymnasium's `FrameStackObservation`, its rows one after the other in one vector.
public struct FrameStackObservation<Base: Environment>: StepTransformer {
  public typealias Observation = [Float]
  public typealias ActionSpace = Base.ActionSpace

  /// What stands for the observations before the first one.
  public enum Padding: Sendable {
    /// The first one.
    case reset
    /// Zeros.
    case zero
  }

  public var base: Base
  /// How many observations are shown.
  public let stackSize: Int
  /// What stands for those before the first one.
  public let padding: Padding
  private var frames: [Float] = []

  /// Stacks the observations of an environment.
  ///
  /// - Parameters:
  ///   - base: The environment.
  ///   - stackSize: How many observations are shown, one at least.
  ///   - padding: What stands for those before the first one.
  public init(_ base: Base, stackSize: Int, padding: Padding = .reset) {
    precondition(stackSize > 0, "FrameStackObservation: a stack of \(stackSize) holds nothing")
    self.base = base
    self.stackSize = stackSize
    self.padding = padding
  }

  public var observationSpace: Box {
    let space = base.observationSpace
    func stacked(_ bounds: [Float]) -> [Float] {
      (0..<stackSize).flatMap { _ in bounds }
    }
    return Box(low: stacked(space.low), high: stacked(space.high))
  }

  /// That of the latest observation.
  public var actionMask: Range<Int>? {
    // Asked at each step of an `ActionRepeat`: without a mask no space is made for it.
    guard let mask = base.actionMask else { return nil }
    let before = (stackSize - 1) * base.observationSpace.count
    return mask.lowerBound + before..<mask.upperBound + before
  }

  public mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    let first = base.reset(seed: seed, options: options).scalars
    let before = padding == .reset ? first : first.map { _ in 0 }
    frames = (1..<stackSize).flatMap { _ in before } + first
    return frames
  }

  public mutating func transformed(_ step: Step<Base.Observation>) -> Step<[Float]> {
    let latest = step.observation.scalars
    frames.removeFirst(latest.count)
    frames += latest
    return step.showing(frames)
  }
}

extension FrameStackObservation: Sendable where Base: Sendable {}

extension FrameStackObservation: Stateful where Base: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("base", &base)
    try visitor.visit("frames", &frames)
    try visitor.check(
      frames.isEmpty || frames.count == stackSize * base.observationSpace.count,
      "\(frames.count) scalars are no stack of \(stackSize) observations")
  }
}
