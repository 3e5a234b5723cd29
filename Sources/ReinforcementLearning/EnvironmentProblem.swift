/// Something that `checkEnvironment` has found wrong with an environment.
public struct EnvironmentProblem: Sendable, Hashable, CustomStringConvertible {
  /// What was looked at.
  public enum Check: Sendable, Hashable, CaseIterable {
    /// Every observation has as many scalars as the observation space.
    case observationCount

    /// Every observation lies in the observation space. Only a warning: simulations overshoot
    /// declared bounds by a little.
    case observationBounds

    /// No observation or reward of an episode is NaN or infinite.
    case finiteValues

    /// What the action space draws, it contains, and `step` accepts it.
    case actionSpace

    /// A mask of actions has an entry for each in the observation, 0 or 1, and allows one at least until an
    /// episode is terminated.
    case actionMask

    /// The same seed gives the same first observation.
    case seedDeterminism

    /// A reset during an episode leaves nothing of it behind.
    case midEpisodeReset

    /// The same seed and actions give the same episode.
    case stepDeterminism

    /// A step in a batch of one gives what a step by itself gives.
    case batchStep

    /// A reset without a seed continues the stream that the last seed began.
    case seedContinuation
  }

  /// What was looked at.
  public let check: Check

  /// Whether this may be intended, so that it need not count as a failure.
  public let isWarning: Bool

  /// What was found, in one sentence.
  public let message: String

  public var description: String { (isWarning ? "warning: " : "error: ") + message }
}
