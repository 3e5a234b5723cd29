extension Preset {
  /// Settings of PPO: those of RL Baselines3 Zoo or CleanRL where nothing was tuned.
  ///
  /// S. Huang et al., "CleanRL", 2022; A. Raffin, "RL Baselines3 Zoo", 2020.
  ///
  /// - Parameter environment: The short name.
  public static func proximal(environment: String) -> Preset {
    var preset = Preset(hyperparameters: Hyperparameters(), episodes: 1_000_000_000_000)
    preset.environments = 16
    preset.rolloutSteps = 128
    preset.steps = 500_000
    preset.hyperparameters.learningRate = 0.001
    preset.hyperparameters.valueLearningRate = 0.001
    preset.hyperparameters.learningRateSchedule = .linear
    preset.hyperparameters.maximumGradientNorm = 0.5
    preset.hyperparameters.minibatchSize = 256
    preset.hyperparameters.advantageLambda = 0.95
    // What follows a time limit is bootstrapped: a state is worth the same at any time.
    preset.hyperparameters.usesTime = false
    switch environment {
    case "cartpole", "cartpole-v0":
      preset.environments = 32
      preset.rolloutSteps = 64
      preset.steps = 100_000
      preset.hyperparameters.valueLearningRate = 0.005
      preset.hyperparameters.advantageLambda = 0.98
      preset.hyperparameters.epochs = 5
      preset.hyperparameters.minibatchSize = 128
      preset.hyperparameters.entropyCoefficient = 0
    case "lunarlander":
      preset.rolloutSteps = 256
      preset.steps = 400_000
      preset.hyperparameters.observationScaling = .none
      preset.hyperparameters.learningRate = 0.0004
      preset.hyperparameters.valueLearningRate = 0.004
      preset.hyperparameters.entropyCoefficient = 0.001
      preset.hyperparameters.discount = 0.995
      preset.hyperparameters.epochs = 9
      preset.hyperparameters.minibatchSize = 128
    case "lunarlander-continuous":
      preset.hyperparameters.observationScaling = .none
      preset.hyperparameters.learningRate = 0.0004
      preset.hyperparameters.valueLearningRate = 0.003
      preset.hyperparameters.entropyCoefficient = 0
      preset.hyperparameters.discount = 0.995
      preset.hyperparameters.minibatchSize = 128
      // With steps so small, actions that begin with more noise keep it.
      preset.hyperparameters.initialStandardDeviation = 0.5
    case "acrobot", "mountaincar":
      preset.hyperparameters.observationScaling = .running
      preset.hyperparameters.entropyCoefficient = 0
    case "pendulum":
      preset.environments = 8
      preset.steps = 100_000
      preset.hyperparameters.valueLearningRate = 0.002
      preset.hyperparameters.entropyCoefficient = 0
      preset.hyperparameters.discount = 0.95
      preset.hyperparameters.advantageLambda = 0.9
      preset.hyperparameters.epochs = 17
      preset.hyperparameters.minibatchSize = 128
    case "mountaincar-continuous", "bipedalwalker", "bipedalwalker-hardcore", "inverted-pendulum",
      "inverted-double-pendulum", "hopper", "half-cheetah":
      preset.hyperparameters.observationScaling = .running
      preset.hyperparameters.entropyCoefficient = 0
      preset.steps = 1_000_000
    default: break
    }
    return preset
  }
}
