/// The part of a step that several environments take together.
///
/// An environment whose step has an expensive middle can hand that over: `beginStep` adds to the
/// work, `run` does it for all environments that have begun, `endStep` takes the result. What comes
/// out must be what `step` gives, to the bit, whichever environments are stepped together.
/// `VectorEnvironment` keeps one work and uses it for every step.
///
/// ```swift
/// var work = LunarLander.SharedWork()
/// for index in landers.indices { landers[index].beginStep(actions[index], sharing: &work) }
/// work.run()
/// let steps = landers.indices.map { index in
///   landers[index].endStep(actions[index], sharing: &work, at: index)
/// }
/// work.removeAll()
/// ```
public protocol SharedStepWork: Sendable {
  /// Makes an empty work.
  init()

  /// Does what has been added.
  mutating func run()

  /// Forgets all that has been added.
  mutating func removeAll()
}

/// The work of environments that share none and are stepped one by one.
public struct NoSharedWork: SharedStepWork {
  @inlinable public init() {}

  @inlinable public mutating func run() {}

  @inlinable public mutating func removeAll() {}
}

extension Environment {
  /// Does nothing: the whole step is taken at its end.
  @inlinable
  public mutating func beginStep(_ action: Action, sharing work: inout SharedWork) {}

  /// Takes the whole step.
  @inlinable
  public mutating func endStep(
    _ action: Action, sharing work: inout SharedWork, at index: Int
  ) -> Step<Observation> {
    step(action)
  }
}
