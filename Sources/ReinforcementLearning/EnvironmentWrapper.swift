import State

/// An environment that changes what passes to and from another one.
///
/// A wrapper is a generic struct over its base, so that a stack of them is one concrete type and
/// costs no dynamic dispatch: `EpisodeStatistics<TimeLimit<CartPole>>`. If the base is a struct,
/// a copy of the stack is a snapshot of all of it. Spaces and `reset` are passed through unless
/// the wrapper defines its own.
public protocol EnvironmentWrapper<Base>: Environment {
  associatedtype Base: Environment

  /// The wrapped environment.
  var base: Base { get set }
}

extension EnvironmentWrapper {
  @inlinable public var observationSpace: Box { base.observationSpace }
}

extension EnvironmentWrapper where ActionSpace == Base.ActionSpace {
  @inlinable public var actionSpace: Base.ActionSpace { base.actionSpace }

  /// The base's. A wrapper that moves, removes or changes these scalars must tell its own; one that shows
  /// others behind them need not.
  @inlinable public var actionMask: Range<Int>? { base.actionMask }
}

extension EnvironmentWrapper where Observation == Base.Observation {
  @inlinable
  public mutating func reset(seed: UInt64?, options: [String: Double]) -> Base.Observation {
    base.reset(seed: seed, options: options)
  }
}

extension EnvironmentWrapper where Base: Stateful {
  /// The state of the base, which is all that a wrapper without one of its own has.
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("base", &base)
  }
}

extension Environment {
  /// The innermost environment: the base of the base and so on, or itself if it is no wrapper.
  ///
  /// Use it to reach what only one environment offers, such as CartPole's `state`, whatever it
  /// has been wrapped in.
  public var unwrapped: any Environment {
    (self as? any EnvironmentWrapper)?.base.unwrapped ?? self
  }
}
