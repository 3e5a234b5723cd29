import NeuralNetworks

/// What the control variate of RELAX is made of.
public enum ControlVariateForm: String, Sendable, Codable, CaseIterable {
  /// V(s) + ĉ(z, s): V fitted to the returns, ĉ to the variance.
  case valueAndRelaxation = "value+relaxation"
  /// c(z, s) alone, fitted to the variance, as published.
  case relaxation
  /// V(s) alone, but fitted to the variance.
  case value
  /// V(s), and action values for this step's action and all later ones, combined to the least
  /// variance.
  case trajectory
  /// V(s), and action values for this step's action.
  case actionValue = "action-value"

  /// V(s) + ĉ(z, s), for this step's action and all later ones; ĉ fitted to the variance.
  case relaxedTrajectory = "relaxed-trajectory"

  /// Whether there is a V fitted to the returns.
  public var fitsValue: Bool { self != .relaxation && self != .value }

  /// Whether the control variate is made of action values, and not of c(z, s).
  public var usesActionValue: Bool { self == .trajectory || self == .actionValue }
}

/// How observations become inputs of the networks.
public enum ObservationScaling: String, Sendable, Codable, CaseIterable {
  /// As they are.
  case none
  /// Divided by the bounds of the observation space, where these are finite.
  case bounds
  /// Made zero-mean and unit-variance by running statistics, which change in training alone.
  case running
}

/// The settings of the agents, one line of prose each.
public struct Hyperparameters: Sendable, Codable, Equatable {
  // MARK: Policy

  /// The widths of the policy's hidden layers.
  public var hiddenSizes = [64, 64]
  /// The activation of all networks.
  public var activation = Activation.tanh
  /// How observations become inputs of the networks.
  public var observationScaling = ObservationScaling.bounds
  /// The optimiser of all networks, each with a history of its own.
  public var optimizer = OptimizerKind.adam
  /// The step size of the policy.
  public var learningRate = 0.003
  /// How the policy's step size changes over the run.
  public var learningRateSchedule = LearningRateSchedule.constant
  /// γ, the factor on a reward one step later.
  public var discount = 0.99
  /// The weight of the policy's entropy, summed over an episode's steps.
  public var entropyCoefficient = 0.01
  /// The largest norm of an applied policy gradient; none where absent.
  public var maximumGradientNorm: Double?

  /// Where the standard deviations of continuous actions come from.
  public var actionScale = ActionScale.parameter
  /// The standard deviation of continuous actions before training.
  public var initialStandardDeviation = 1.0

  // MARK: Control variate

  /// The unit of what is fitted to the variance: ĉ is a network times this.
  public var returnScale = 10.0
  /// The widths of the hidden layers of V, ĉ and action values.
  public var controlVariateHiddenSizes = [64, 64]
  /// Whether V, ĉ and action values see the step's index beside the state, where there is a time limit.
  public var usesTime = true
  /// The step size of V and of action values.
  public var valueLearningRate = 0.003
  /// λ of the advantages: 1 for whole returns minus V, which V's errors do not bias, 0 for temporal
  /// differences of one step.
  public var advantageLambda = 1.0
  /// Gradient steps of V after each batch.
  public var valueSteps = 20
  /// Transitions in each of those steps.
  public var valueBatchSize = 1024
  /// The recent episodes that V, ĉ and action values are fitted on.
  public var windowEpisodes = 32
  /// What the control variate of RELAX is made of.
  public var controlVariateForm = ControlVariateForm.valueAndRelaxation
  /// ν, the weight of the part of RELAX's estimate that has the returns in it: 1 for the unbiased
  /// estimate, 0 for the slope of c alone. S. Gu et al., "Interpolated Policy Gradient", NIPS 2017
  /// (arXiv:1706.00387).
  public var residualWeight = 1.0
  /// The step size of what is fitted to the variance.
  public var controlVariateLearningRate = 0.003
  /// Gradient steps on the variance after each batch: the first on the batch, the others on an
  /// episode each of the window.
  public var controlVariateSteps = 1
  /// Draws of the relaxations for each action taken, in the forms with ĉ.
  public var relaxationSamples = 1
  /// λ of the temporal differences that action values are fitted by: 1 looks through to the end of
  /// the episode, 0 a step ahead.
  public var trajectoryLambda = 0.9
  /// Gradient steps of the action values after each batch, of the size and batch of V's.
  public var actionValueSteps = 20
  /// Gradient steps of the action values on the variance after each batch, after those on their
  /// temporal differences; each on a few episodes of the window.
  public var refinementSteps = 0
  /// The transitions that estimators with a memory hold, and fit h and C to; in place of V where an episode has
  /// one step, and beside it elsewhere: gradient steps, their batch and step size are V's.
  public var memoryCapacity = 20_000

  // MARK: Proximal policy optimisation

  /// ε, how far from 1 the ratio of new to old probabilities is followed.
  public var clipRange = 0.2
  /// The passes over each batch.
  public var epochs = 10
  /// Transitions in a gradient step; those of a batch are split as evenly as they can be.
  public var minibatchSize = 64
  /// The estimate of KL(old ‖ new) in a minibatch, in nats, beyond which the policy learns no more from a
  /// batch; none where absent.
  public var targetDivergence: Double?
  /// How far V follows its targets on a batch, in standard deviations of them; all the way where absent.
  public var valueClipRange: Double?

  // MARK: Replay

  /// The transitions that are remembered, the oldest being forgotten first.
  public var bufferSize = 1_000_000
  /// Transitions in a gradient step of an agent that learns from replay.
  public var replayBatchSize = 256
  /// Steps at the beginning from which nothing is learned yet: uniformly random actions, but for IPG.
  public var learningStarts = 1000
  /// Gradient steps for each step of the environment, taken at the end of the episode.
  public var gradientStepsPerStep = 1.0
  /// τ, the fraction of the way that target networks go in a gradient step.
  public var targetRate = 0.005

  // MARK: Critics of continuous actions

  /// The step size of the critics Q(s, a).
  public var criticLearningRate = 0.001
  /// The standard deviation of the noise that is added to the actions of a deterministic policy, in
  /// halves of the range of actions.
  public var explorationNoise = 0.1
  /// Gradient steps of the critics for each of the policy and the target networks, in TD3.
  public var policyDelay = 2
  /// The standard deviation of the noise on the target policy's actions in TD3, in halves of the range.
  public var targetNoise = 0.2
  /// The largest size of that noise.
  public var targetNoiseClip = 0.5
  /// α, the weight of the entropy in SAC, at the beginning.
  public var temperature = 1.0
  /// Whether α learns to hold the entropy at −1 nat for each scalar of an action.
  public var learnsTemperature = true

  // MARK: Values of a few actions

  /// The probability of a uniformly random action in DQN, at the beginning.
  public var epsilonStart = 1.0
  /// The same when it falls no further.
  public var epsilonEnd = 0.05
  /// The fraction of the run in which it falls.
  public var epsilonFraction = 0.1
  /// Gradient steps between two moves of DQN's target network, which go the fraction τ of the way.
  public var targetEvery = 1
  /// Whether the best next action is that of the values themselves, not of the target network.
  public var usesDoubleQ = true
  /// n, the rewards in a target of DQN before a value takes their place.
  public var returnSteps = 1
  /// α, how much more often DQN draws transitions of large errors; all alike with 0.
  public var priorityExponent = 0.0
  /// β at the beginning, how far the weights of a batch make up for that; it rises to 1.
  public var initialImportanceExponent = 0.4

  public init() {}
}
