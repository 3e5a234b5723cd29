/// A Markov decision process that an agent acts in, one action at a time.
///
/// The semantics are Gymnasium's: `reset` starts an episode and returns its first observation,
/// `step` advances it, and the end of the process (`isTerminated`) is told apart from an end that
/// was imposed from outside (`isTruncated`). An environment in pure Swift is best a `struct`: a
/// copy is then a snapshot. A class must be final.
///
/// ```swift
/// var environment = CartPole()
/// var observation = environment.reset(seed: 42)
/// let step = environment.step(1)
/// ```
///
/// An environment that conforms to `Stateful` as well, by a line for its generator and others for what
/// else an episode depends on, lets a training that was interrupted go on with the same episodes. One
/// that does not is given a seed for each episode: if it draws from nothing but the seed of its resets,
/// its trainings go on exactly, too.
public protocol Environment<ActionSpace>: SendableMetatype {
  /// What the agent sees: any type that can write itself as a row of scalars.
  associatedtype Observation: ObservationVector

  /// The set of actions, `Discrete` or `Box`.
  associatedtype ActionSpace: Space

  /// What environments of this kind do together when several are stepped at once; by default
  /// nothing.
  associatedtype SharedWork: SharedStepWork = NoSharedWork

  /// How a `VectorEnvironment` keeps several environments of this kind; by default one by one.
  associatedtype Batch: EnvironmentBatch<Self> = SeparateEnvironments<Self>

  /// Bounds of the observations, one pair per scalar.
  var observationSpace: Box { get }

  /// The actions that `step` accepts.
  var actionSpace: ActionSpace { get }

  /// The scalars of the observation that tell which actions are allowed in a state: 0 where one is
  /// not, 1 where it is, an entry for each as `MaskableSpace.maskCount` counts them. `nil`, as by
  /// default, where all actions always are.
  ///
  /// The range is the same throughout an environment's life. In each state that is not terminal at least
  /// one action is allowed, and one value of each choice of a `MultiDiscrete`. Agents choose among
  /// the allowed ones alone; what `step` makes of the others is up to the environment.
  var actionMask: Range<Int>? { get }

  /// Starts a new episode and returns its first observation.
  ///
  /// - Parameters:
  ///   - seed: Restarts the environment's generator, so that the same seed gives the same
  ///     episode. `nil` continues the generator's stream, or seeds it from the system where
  ///     there was none yet.
  ///   - options: Settings for this episode by name; each environment documents its own and
  ///     ignores the others.
  mutating func reset(seed: UInt64?, options: [String: Double]) -> Observation

  /// Takes one action.
  ///
  /// Calling it before the first `reset`, or with an action outside `actionSpace`, is a
  /// programmer's error and stops the program with a message.
  mutating func step(_ action: ActionSpace.Element) -> Step<Observation>

  /// Begins a step of several environments at once; see `SharedStepWork`.
  ///
  /// Until its end the environment must not be copied or used. By default nothing happens here.
  ///
  /// - Parameters:
  ///   - action: The action, as in `step`.
  ///   - work: What the environments share, to which this one adds its part.
  mutating func beginStep(_ action: ActionSpace.Element, sharing work: inout SharedWork)

  /// Ends a step that has begun, after the work has been done. By default the whole step is taken
  /// here.
  ///
  /// - Parameters:
  ///   - action: The same action.
  ///   - work: The same work.
  ///   - index: How many environments had begun before this one.
  mutating func endStep(
    _ action: ActionSpace.Element, sharing work: inout SharedWork, at index: Int
  ) -> Step<Observation>
}

extension Environment {
  /// An action of this environment.
  public typealias Action = ActionSpace.Element

  @inlinable public var actionMask: Range<Int>? { nil }

  /// Starts a new episode with the environment's default options.
  @inlinable
  public mutating func reset(seed: UInt64? = nil) -> Observation {
    reset(seed: seed, options: [:])
  }
}

/// The outcome of one action.
public struct Step<Observation> {
  /// What the agent sees after the action.
  public var observation: Observation

  /// The reward for the action.
  public var reward: Double

  /// Whether the process has reached a state from which nothing more can be earned. What
  /// bootstraps a return must not look beyond it.
  public var isTerminated: Bool

  /// Whether the episode was cut from outside, for example by a time limit, though the process
  /// could go on.
  public var isTruncated: Bool

  /// Additional figures by name, such as an episode's return from `EpisodeStatistics`.
  public var info: [String: Double]

  // The default of `info` is `.init()` because the literal `[:]` costs a call at every step.
  @inlinable
  public init(
    observation: Observation, reward: Double, isTerminated: Bool = false,
    isTruncated: Bool = false, info: [String: Double] = .init()
  ) {
    self.observation = observation
    self.reward = reward
    self.isTerminated = isTerminated
    self.isTruncated = isTruncated
    self.info = info
  }

  /// Whether the episode is over, for either reason.
  @inlinable
  public var isLast: Bool { isTerminated || isTruncated }

  /// The same outcome, seen in another way.
  @inlinable
  public func showing<Other>(_ observation: Other) -> Step<Other> {
    Step<Other>(
      observation: observation, reward: reward, isTerminated: isTerminated,
      isTruncated: isTruncated, info: info)
  }
}
