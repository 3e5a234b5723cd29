extension Preset {
  /// Settings of PPO: beside those of CleanRL and RL Baselines3 Zoo, batches are of whole episodes here.
  ///
  /// S. Huang et al., "CleanRL", 2022; A. Raffin, "RL Baselines3 Zoo", 2020.
  ///
  /// - Parameter environment: The short name.
  public static func proximal(environment: String) -> Preset {
    var preset = Preset(hyperparameters: Hyperparameters(), episodes: 1000)
    preset.episodesPerBatch = 8
    preset.hyperparameters.learningRate = 0.0003
    preset.hyperparameters.valueLearningRate = 0.001
    preset.hyperparameters.learningRateSchedule = .linear
    preset.hyperparameters.maximumGradientNorm = 0.5
    // What follows a time limit is bootstrapped: a state is worth the same at any time.
    preset.hyperparameters.usesTime = false
    switch environment {
    case "lunarlander":
      preset.episodes = 2000
      preset.hyperparameters.observationScaling = .none
      preset.hyperparameters.discount = 0.999
      preset.hyperparameters.advantageLambda = 0.98
      preset.hyperparameters.epochs = 4
    case "acrobot":
      preset.episodes = 600
    case "pendulum":
      preset.episodes = 500
      preset.hyperparameters.learningRate = 0.001
      preset.hyperparameters.discount = 0.95
      preset.hyperparameters.entropyCoefficient = 0
    case "inverted-pendulum":
      preset.hyperparameters.observationScaling = .running
      preset.hyperparameters.entropyCoefficient = 0
    default: break
    }
    return preset
  }
}
