import Agents
import Experiments
import NeuralNetworks

extension Activation: SettingValue {}
extension OptimizerKind: SettingValue {}
extension LearningRateSchedule: SettingValue {}
extension ObservationScaling: SettingValue {}
extension ControlVariateForm: SettingValue {}
extension ActionScale: SettingValue {}

// Every setting stands here once; its line gives the flag, the member of `config.json`, the help, what
// is legal, and what a comparison or a search may vary.
extension AgentSettings {
  static let general: [Setting<AgentSettings>] = [
    Setting(
      "env", \.environment, "The environment, one of those that `list` shows", .name,
      key: "environment"),
    Setting(
      "algo", \.algorithm, "The algorithm, one of those that `list` shows", .name,
      key: "algorithm", synonyms: ["algorithm", "agent"]),
    Setting(
      "preset", \.preset, "Where settings come from that are not given otherwise",
      .choice(PresetName.allCases.map(\.rawValue))),
    Setting(
      "seed", \.seed, "Decides everything random in the run", .integers(0...Int.max)),
    Setting(
      "episodes", \.episodes, "Episodes to train", .integers(from: 1), mayGrow: true),
    Setting(
      "steps", \.steps, "Steps after which to stop", .integers(from: 1), mayGrow: true,
      synonyms: ["total-timesteps", "timesteps", "max-steps"]),
    Setting(
      "batch-episodes", \.batchEpisodes,
      "Episodes per update, in the place of --rollout-steps", .integers(1...1_000_000),
      synonyms: ["batch-size"]),
    Setting(
      "environments", \.environments, "Environments that the agent acts in at once",
      .integers(1...100_000), search: .choice(["8", "16", "32"]), synonyms: ["n-envs", "num-envs"]),
    Setting(
      "rollout-steps", \.rolloutSteps,
      "Steps in each environment that make a batch, in the middle of episodes",
      .integers(1...100_000_000), search: .choice(["32", "64", "128", "256", "512"]),
      synonyms: ["num-steps", "horizon"]),
    Setting(
      "action-repeat", \.actionRepeat, "Times that each action is taken in a row",
      .integers(1...1000), synonyms: ["frame-skip"]),
    Setting("solve-stop", \.solveStop, "Stop when the environment is solved", .truth),
    Setting(
      "variance-every", \.varianceEvery,
      "Episodes between measurements of the gradient's variance, 0 for never",
      .integers(from: 0)),
    Setting(
      "variance-episodes", \.varianceEpisodes, "Fresh episodes of each such measurement",
      .integers(from: 2)),
    Setting(
      "eval-every", \.evalEvery, "Episodes between evaluations, 0 for only one at the end",
      .integers(from: 0), synonyms: ["eval-freq"]),
    Setting(
      "eval-episodes", \.evalEpisodes,
      "Episodes of each evaluation, the one at the end included, 0 for none",
      .integers(from: 0), synonyms: ["n-eval-episodes"]),
    Setting(
      "record-every", \.recordEvery,
      "Episodes, or steps where these are counted, between recordings of the agent, 0 for none",
      .integers(from: 0), mayGrow: true, synonyms: ["capture-video", "video-freq"]),
  ]

  /// The settings of these parts of an algorithm.
  static func hyperparameters(of parts: Set<Algorithm.Part>) -> [Setting<AgentSettings>] {
    let all: [(part: Algorithm.Part, settings: [Setting<Hyperparameters>])] = [
      (.policy, policy), (.value, value), (.advantages, advantages), (.window, window),
      (.proximal, proximal),
      (.controlVariate, controlVariate), (.residual, residual), (.memory, memory),
      (.replay, replay), (.critic, critic), (.exploration, exploration),
      (.epsilonGreedy, epsilonGreedy),
    ]
    let used = all.filter { parts.contains($0.part) }.flatMap(\.settings)
    return used.map { $0.within(\.hyperparameters) }
  }

  private static let policy: [Setting<Hyperparameters>] = [
    Setting(
      "hidden", \.hiddenSizes, "Widths of the policy's hidden layers", .widths,
      synonyms: ["hidden-sizes", "net-arch"]),
    Setting(
      "activation", \.activation, "Activation of all networks",
      .choice(Activation.allCases.map(\.rawValue))),
    Setting(
      "observation-scaling", \.observationScaling, "How observations become inputs",
      .choice(ObservationScaling.allCases.map(\.rawValue))),
    Setting(
      "optimizer", \.optimizer, "Optimizer of all networks",
      .choice(OptimizerKind.allCases.map(\.rawValue))),
    Setting(
      "learning-rate", \.learningRate, "Step size of the policy", .numbers(0...10),
      search: .logarithmic(0.0003...0.03), synonyms: ["lr", "alpha", "step-size"]),
    Setting(
      "learning-rate-schedule", \.learningRateSchedule,
      "How the policy's step size changes over the run",
      .choice(LearningRateSchedule.allCases.map(\.rawValue))),
    Setting(
      "discount", \.discount, "Factor γ on a reward one step later", .numbers(0...1),
      search: .choice(["0.95", "0.98", "0.99", "0.995"]), synonyms: ["gamma"]),
    Setting(
      "entropy", \.entropyCoefficient, "Weight of the policy's entropy", .numbers(0...1000),
      search: .logarithmic(0.0001...0.1), synonyms: ["ent-coef", "entropy-coef"]),
    Setting(
      "action-scale", \.actionScale,
      "Where the standard deviations of continuous actions come from",
      .choice(ActionScale.allCases.map(\.rawValue))),
    Setting(
      "initial-standard-deviation", \.initialStandardDeviation,
      "Standard deviation of continuous actions before training", .positive(through: 1e3),
      search: .logarithmic(0.1...2)),
    Setting(
      "maximum-gradient-norm", \.maximumGradientNorm, "Largest norm of an applied gradient",
      .positive(through: 1e9), synonyms: ["max-grad-norm"]),
  ]

  private static let value: [Setting<Hyperparameters>] = [
    Setting(
      "cv-hidden", \.controlVariateHiddenSizes,
      "Widths of the hidden layers of V(s), and of ĉ(z, s) in relax", .widths),
    Setting("uses-time", \.usesTime, "Whether V and ĉ see the time that has passed", .truth),
    Setting(
      "value-learning-rate", \.valueLearningRate, "Step size of V(s)",
      .numbers(0...10), search: .logarithmic(0.0003...0.03), synonyms: ["vf-lr"]),
  ]

  private static let advantages: [Setting<Hyperparameters>] = [
    Setting(
      "gae-lambda", \.advantageLambda,
      "λ of the advantages over V(s): 1 for whole returns, less for less noise and some bias",
      .numbers(0...1), search: .choice(["0.9", "0.95", "0.98", "1"]), synonyms: ["lam"])
  ]

  private static let window: [Setting<Hyperparameters>] = [
    Setting(
      "value-steps", \.valueSteps,
      "Gradient steps of V(s) per update, and of what is learned from a memory",
      .integers(0...1_000_000), search: .integers(1...50)),
    Setting(
      "value-batch-size", \.valueBatchSize, "Transitions in each of these steps",
      .integers(1...100_000_000)),
    Setting(
      "window-episodes", \.windowEpisodes, "Recent episodes that V and ĉ are fitted on",
      .integers(1...10_000), search: .integers(1...64)),
  ]

  private static let proximal: [Setting<Hyperparameters>] = [
    Setting(
      "clip-range", \.clipRange, "ε, how far from 1 ratios of probabilities are followed in ppo",
      .positive(through: 1e3), search: .choice(["0.1", "0.2", "0.3"]),
      synonyms: ["clip-coef", "clip-ratio"]),
    Setting(
      "epochs", \.epochs, "Passes of ppo over each batch", .integers(1...1_000_000),
      search: .integers(2...20), synonyms: ["n-epochs", "update-epochs"]),
    Setting(
      "minibatch-size", \.minibatchSize, "Transitions in each gradient step of ppo",
      .integers(1...100_000_000), search: .choice(["32", "64", "128", "256"])),
    Setting(
      "target-kl", \.targetDivergence,
      "Divergence KL(old ‖ new) in a minibatch beyond which ppo's policy leaves a batch",
      .positive(through: 1e9)),
    Setting(
      "clip-value", \.valueClipRange,
      "How far V of ppo follows its targets on a batch, in standard deviations of them",
      .positive(through: 1e9), synonyms: ["clip-range-vf"]),
  ]

  private static let memory: [Setting<Hyperparameters>] = [
    Setting(
      "memory", \.memoryCapacity, "Transitions that an estimator with a memory learns from",
      .integers(1...100_000_000), search: .choice(["2000", "20000", "200000"]))
  ]

  private static let controlVariate: [Setting<Hyperparameters>] = [
    Setting(
      "return-scale", \.returnScale, "Unit of what relax fits to the variance",
      .positive(through: 1e9)),
    Setting(
      "cv-form", \.controlVariateForm, "What the control variate of relax is made of",
      .choice(ControlVariateForm.allCases.map(\.rawValue))),
    Setting(
      "cv-learning-rate", \.controlVariateLearningRate,
      "Step size of what relax fits to the variance", .numbers(0...10),
      search: .logarithmic(0.0003...0.03)),
    Setting(
      "cv-steps", \.controlVariateSteps, "Gradient steps on the variance per update in relax",
      .integers(0...1_000_000), search: .integers(1...10)),
    Setting(
      "relaxation-samples", \.relaxationSamples, "Draws of z for each action taken in relax",
      .integers(1...10_000)),
    Setting(
      "trajectory-lambda", \.trajectoryLambda,
      "λ of the temporal differences that action values of relax are fitted by", .numbers(0...1)),
    Setting(
      "action-value-steps", \.actionValueSteps,
      "Gradient steps of action values per update in relax", .integers(0...1_000_000)),
    Setting(
      "refinement-steps", \.refinementSteps,
      "Gradient steps of action values on the variance per update in relax",
      .integers(0...1_000_000)),
  ]

  private static let residual: [Setting<Hyperparameters>] = [
    Setting(
      "residual-weight", \.residualWeight,
      "Weight ν of the returns in the estimate of relax and ipg; below 1 it is biased",
      .numbers(0...1), search: .choice(["0", "0.2", "0.5", "1"]))
  ]

  private static let replay: [Setting<Hyperparameters>] = [
    Setting(
      "buffer-size", \.bufferSize, "Transitions that are remembered",
      .integers(1...1_000_000_000), synonyms: ["replay-size"]),
    Setting(
      "replay-batch-size", \.replayBatchSize, "Transitions in each gradient step",
      .integers(1...10_000_000), search: .choice(["64", "128", "256", "512"])),
    Setting(
      "learning-starts", \.learningStarts,
      "Steps before anything is learned from replay; but for ipg, of uniformly random actions",
      .integers(from: 0),
      synonyms: ["start-steps", "warmup-steps"]),
    Setting(
      "gradient-steps-per-step", \.gradientStepsPerStep,
      "Gradient steps for each step of the environment", .numbers(0...1000),
      synonyms: ["gradient-steps", "utd-ratio"]),
    Setting(
      "target-rate", \.targetRate, "τ, how far target networks go in a gradient step",
      .numbers(0...1), search: .logarithmic(0.001...0.05), synonyms: ["tau", "polyak"]),
  ]

  private static let critic: [Setting<Hyperparameters>] = [
    Setting(
      "critic-learning-rate", \.criticLearningRate, "Step size of the critics", .numbers(0...10),
      search: .logarithmic(0.0001...0.01), synonyms: ["q-lr", "critic-lr"])
  ]

  private static let exploration: [Setting<Hyperparameters>] = [
    Setting(
      "exploration-noise", \.explorationNoise,
      "Noise on the actions of ddpg and td3, in halves of their range", .numbers(0...10),
      search: .logarithmic(0.05...0.5), synonyms: ["noise-std", "action-noise"]),
    Setting(
      "policy-delay", \.policyDelay, "Gradient steps of the critics for each of the policy in td3",
      .integers(1...1_000_000), synonyms: ["policy-frequency"]),
    Setting(
      "target-noise", \.targetNoise,
      "Noise on the actions in td3's targets, in halves of their range", .numbers(0...10),
      synonyms: ["target-policy-noise", "policy-noise"]),
    Setting(
      "target-noise-clip", \.targetNoiseClip, "Largest size of that noise", .numbers(0...10),
      synonyms: ["noise-clip"]),
    Setting(
      "temperature", \.temperature, "α, the weight of sac's entropy, at the beginning",
      .positive(through: 1e6)),
    Setting(
      "learns-temperature", \.learnsTemperature, "Whether α of sac holds the entropy at a target",
      .truth, synonyms: ["autotune"]),
  ]

  private static let epsilonGreedy: [Setting<Hyperparameters>] = [
    Setting(
      "epsilon-start", \.epsilonStart, "Probability ε of a random action at the beginning",
      .numbers(0...1), synonyms: ["exploration-initial-eps", "start-e"]),
    Setting(
      "epsilon-end", \.epsilonEnd, "ε when it falls no further", .numbers(0...1),
      search: .logarithmic(0.01...0.2), synonyms: ["exploration-final-eps", "end-e"]),
    Setting(
      "epsilon-fraction", \.epsilonFraction, "Fraction of the run in which ε falls",
      .numbers(0...1), search: .choice(["0.1", "0.2", "0.5"]), synonyms: ["exploration-fraction"]),
    Setting(
      "target-every", \.targetEvery,
      "Gradient steps between two moves of dqn's target network, each by target-rate",
      .integers(1...1_000_000_000), search: .choice(["10", "100", "250", "1000"]),
      synonyms: ["target-update-interval", "target-network-frequency"]),
    Setting(
      "double-q", \.usesDoubleQ,
      "Whether the target network values the action that dqn's own values find best", .truth,
      synonyms: ["double-dqn"]),
    Setting(
      "n-step", \.returnSteps, "Rewards in a target of dqn before a value takes their place",
      .integers(1...1_000_000), search: .choice(["1", "3", "5"]), synonyms: ["n-steps"]),
    Setting(
      "priority-exponent", \.priorityExponent,
      "How much more often dqn draws transitions of large errors, not at all with 0",
      .numbers(0...1), search: .choice(["0", "0.4", "0.6"]),
      synonyms: ["prioritized-replay-alpha"]),
    Setting(
      "importance-exponent", \.initialImportanceExponent,
      "How far weights make up for that at the beginning, wholly at the end", .numbers(0...1),
      search: .choice(["0.4", "0.7", "1"]), synonyms: ["prioritized-replay-beta0"]),
  ]
}
