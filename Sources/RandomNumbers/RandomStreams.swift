/// The random streams of a training run, all derived from the run's one seed.
///
/// Each purpose has a generator of its own, so that drawing more for one of them does not change
/// what the others draw: two algorithms run with the same seed meet the same initial states, even
/// if one of them needs extra noise.
///
/// The stream of number i, counted as in `Stream`, is the generator of
/// `SeedSequence(seed).child(i)`; in NumPy, `PCG64(SeedSequence(seed).spawn(i + 1)[i])`. The
/// numbers are fixed for good: new purposes are added at the end, which leaves the old ones as they
/// are. Encoded, the streams continue where they stood.
public struct RandomStreams: Sendable, Hashable, Codable {
  /// The purposes streams serve; the raw value is the number of the seed sequence's child.
  public enum Stream: Int, Sendable, CaseIterable {
    /// Seeds and resets of the training environment.
    case environment = 0
    /// Actions sampled from the policy.
    case actions = 1
    /// Noise of relaxed samples and of gradient estimators, beyond the noise that decides actions.
    case relaxation = 2
    /// Initial weights.
    case initialization = 3
    /// Environments and actions of evaluation episodes, which must not disturb the training.
    case evaluation = 4
  }

  /// Seeds and resets of the training environment.
  public var environment: PCG64
  /// Actions sampled from the policy.
  public var actions: PCG64
  /// Noise of relaxed samples and of gradient estimators, beyond the noise that decides actions.
  public var relaxation: PCG64
  /// Initial weights.
  public var initialization: PCG64
  /// Environments and actions of evaluation episodes, which must not disturb the training.
  public var evaluation: PCG64

  /// Makes the streams of a run.
  ///
  /// - Parameter seed: The run's seed; any value is as good as any other.
  public init(seed: UInt64) {
    environment = PCG64(Self.seedSequence(of: .environment, seed: seed))
    actions = PCG64(Self.seedSequence(of: .actions, seed: seed))
    relaxation = PCG64(Self.seedSequence(of: .relaxation, seed: seed))
    initialization = PCG64(Self.seedSequence(of: .initialization, seed: seed))
    evaluation = PCG64(Self.seedSequence(of: .evaluation, seed: seed))
  }

  /// Returns the seed sequence that a stream starts from, for those who need children of it, such
  /// as one generator for each of several environments.
  ///
  /// - Parameters:
  ///   - stream: The purpose of the stream.
  ///   - seed: The run's seed.
  public static func seedSequence(of stream: Stream, seed: UInt64) -> SeedSequence {
    SeedSequence(seed).child(stream.rawValue)
  }
}
