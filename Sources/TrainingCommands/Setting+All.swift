import Agents
import NeuralNetworks

extension Setting {
  /// All settings, in the order of `config.json`.
  static let all: [Setting] = [
    environment, algorithm, preset, seed, episodes, steps, batchEpisodes, actionRepeat, solveStop,
    varianceEvery, varianceEpisodes, evalEvery, evalEpisodes,
    hidden, activation, observationScaling, optimizer, learningRate, learningRateSchedule, discount,
    entropy, maximumGradientNorm,
    returnScale, cvHidden, usesTime, valueLearningRate, valueSteps, valueBatchSize, windowEpisodes,
    cvForm, cvLearningRate, cvSteps, relaxationSamples, trajectoryLambda, actionValueSteps,
    refinementSteps,
  ]

  // MARK: What to train

  static let environment = Setting(
    "environment", flag: "env", "The environment, one of those that `list` shows", .name)
  static let algorithm = Setting(
    "algorithm", flag: "algo", "The algorithm, one of those that `list` shows", .name)
  static let preset = Setting(
    "preset", flag: "preset", "Where settings come from that are not given otherwise",
    .choice(RunConfiguration.PresetName.allCases.map(\.rawValue)))
  static let seed = Setting(
    "seed", flag: "seed", "Decides everything random in the run", .integers(0...Int.max))

  // MARK: How long

  static let episodes = Setting(
    "episodes", flag: "episodes", "Episodes to train", .integers(1...Int.max))
  static let steps = Setting(
    "steps", flag: "steps", "Steps after which to stop, at the end of an episode",
    .integers(1...Int.max), isOptional: true)
  static let batchEpisodes = Setting(
    "batch_episodes", flag: "batch-episodes", "Episodes per update", .integers(1...Int.max))
  static let actionRepeat = Setting(
    "action_repeat", flag: "action-repeat", "Times that each action is taken in a row",
    .integers(1...1000))
  static let solveStop = Setting(
    "solve_stop", flag: "solve-stop", "Stop when the environment is solved", .truth)

  // MARK: What to measure

  static let varianceEvery = Setting(
    "variance_every", flag: "variance-every",
    "Episodes between measurements of the gradient's variance, 0 for never",
    .integers(0...Int.max))
  static let varianceEpisodes = Setting(
    "variance_episodes", flag: "variance-episodes", "Fresh episodes of each such measurement",
    .integers(2...Int.max))
  static let evalEvery = Setting(
    "eval_every", flag: "eval-every", "Episodes between evaluations, 0 for only one at the end",
    .integers(0...Int.max))
  static let evalEpisodes = Setting(
    "eval_episodes", flag: "eval-episodes",
    "Episodes of each evaluation, the one at the end included, 0 for none",
    .integers(0...Int.max))

  // MARK: Policy

  static let hidden = Setting(
    "hyperparameters.hidden_sizes", flag: "hidden", "Widths of the policy's hidden layers", .widths)
  static let activation = Setting(
    "hyperparameters.activation", flag: "activation", "Activation of all networks",
    .choice(Activation.allCases.map(\.rawValue)))
  static let observationScaling = Setting(
    "hyperparameters.observation_scaling", "How observations become inputs",
    .choice(ObservationScaling.allCases.map(\.rawValue)))
  static let optimizer = Setting(
    "hyperparameters.optimizer", flag: "optimizer", "Optimizer of all networks",
    .choice(OptimizerKind.allCases.map(\.rawValue)))
  static let learningRate = Setting(
    "hyperparameters.learning_rate", flag: "learning-rate", "Step size of the policy",
    .numbers(0...10))
  static let learningRateSchedule = Setting(
    "hyperparameters.learning_rate_schedule", "How the policy's step size changes over the run",
    .choice(LearningRateSchedule.allCases.map(\.rawValue)))
  static let discount = Setting(
    "hyperparameters.discount", flag: "discount", "Factor γ on a reward one step later",
    .numbers(0...1))
  static let entropy = Setting(
    "hyperparameters.entropy_coefficient", flag: "entropy", "Weight of the policy's entropy",
    .numbers(0...1000))
  static let maximumGradientNorm = Setting(
    "hyperparameters.maximum_gradient_norm", "Largest norm of an applied gradient",
    .positive(through: 1e9), isOptional: true)

  // MARK: Control variate

  static let returnScale = Setting(
    "hyperparameters.return_scale", "Unit of what relax fits to the variance",
    .positive(through: 1e9))
  static let cvHidden = Setting(
    "hyperparameters.control_variate_hidden_sizes", flag: "cv-hidden",
    "Widths of the hidden layers of V(s) and ĉ(z, s)", .widths)
  static let usesTime = Setting(
    "hyperparameters.uses_time", "Whether V and ĉ see the time that has passed", .truth)
  static let valueLearningRate = Setting(
    "hyperparameters.value_learning_rate", flag: "value-learning-rate",
    "Step size of V(s) in relax and a2c", .numbers(0...10))
  static let valueSteps = Setting(
    "hyperparameters.value_steps", flag: "value-steps",
    "Gradient steps of V(s) per update in relax and a2c", .integers(0...Int.max))
  static let valueBatchSize = Setting(
    "hyperparameters.value_batch_size", "Transitions in each step of V", .integers(1...Int.max))
  static let windowEpisodes = Setting(
    "hyperparameters.window_episodes", "Recent episodes that V and ĉ are fitted on",
    .integers(1...10_000))
  static let cvForm = Setting(
    "hyperparameters.control_variate_form", flag: "cv-form",
    "What the control variate of relax is made of",
    .choice(ControlVariateForm.allCases.map(\.rawValue)))
  static let cvLearningRate = Setting(
    "hyperparameters.control_variate_learning_rate", flag: "cv-learning-rate",
    "Step size of what relax fits to the variance", .numbers(0...10))
  static let cvSteps = Setting(
    "hyperparameters.control_variate_steps", flag: "cv-steps",
    "Gradient steps on the variance per update in relax", .integers(0...Int.max))
  static let relaxationSamples = Setting(
    "hyperparameters.relaxation_samples", flag: "relaxation-samples",
    "Draws of z for each action taken in relax", .integers(1...10_000))
  static let trajectoryLambda = Setting(
    "hyperparameters.trajectory_lambda", flag: "trajectory-lambda",
    "λ of the temporal differences that action values of relax are fitted by", .numbers(0...1))
  static let actionValueSteps = Setting(
    "hyperparameters.action_value_steps", flag: "action-value-steps",
    "Gradient steps of action values per update in relax", .integers(0...Int.max))
  static let refinementSteps = Setting(
    "hyperparameters.refinement_steps", flag: "refinement-steps",
    "Gradient steps of action values on the variance per update in relax",
    .integers(0...Int.max))
}
