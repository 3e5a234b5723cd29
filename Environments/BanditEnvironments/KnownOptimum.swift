import ReinforcementLearning

/// An environment of which it is known how good the best agent is.
public protocol KnownOptimum: Environment {
  /// The greatest expected return of an episode, which no agent exceeds in the long run.
  var optimalReturn: Double { get }

  /// The expected return of an episode in which all actions are samples of the action space.
  var randomReturn: Double { get }
}

extension KnownOptimum {
  /// The return at which the versions in the registry count as solved: 95 % of the way from random
  /// actions to the optimum.
  public var solvedReturn: Double { optimalReturn - 0.05 * (optimalReturn - randomReturn) }
}
