/// A wrapper that changes what comes back from each step, and hands actions on as they are.
///
/// It implements `transformed`; stepping, alone and together with others, follows from that.
public protocol StepTransformer<Base>: EnvironmentWrapper where ActionSpace == Base.ActionSpace {
  associatedtype SharedWork = Base.SharedWork

  /// What the wrapper makes of a step of its base.
  mutating func transformed(_ step: Step<Base.Observation>) -> Step<Observation>
}

extension StepTransformer {
  @inlinable
  public mutating func step(_ action: Base.Action) -> Step<Observation> {
    transformed(base.step(action))
  }
}

extension StepTransformer where SharedWork == Base.SharedWork {
  @inlinable
  public mutating func beginStep(_ action: Base.Action, sharing work: inout Base.SharedWork) {
    base.beginStep(action, sharing: &work)
  }

  @inlinable
  public mutating func endStep(
    _ action: Base.Action, sharing work: inout Base.SharedWork, at index: Int
  ) -> Step<Observation> {
    transformed(base.endStep(action, sharing: &work, at: index))
  }
}
