extension Preset {
  /// Settings of DDPG, TD3 and SAC: those of RL Baselines3 Zoo where it has the environment, those of
  /// CleanRL for MuJoCo's, and otherwise those that Stable-Baselines3 starts from.
  ///
  /// A. Raffin, "RL Baselines3 Zoo", 2020; S. Huang et al., "CleanRL", 2022.
  ///
  /// - Parameters:
  ///   - algorithm: "ddpg", "td3" or "sac".
  ///   - environment: The short name.
  public static func offPolicy(algorithm: String, environment: String) -> Preset {
    var preset = Preset(hyperparameters: Hyperparameters(), episodes: 1000)
    preset.hyperparameters.activation = .relu
    preset.hyperparameters.observationScaling = .none
    let isSoft = algorithm == "sac"
    preset.hyperparameters.hiddenSizes = isSoft ? [256, 256] : [400, 300]
    preset.hyperparameters.learningRate = isSoft ? 0.0003 : 0.001
    preset.hyperparameters.criticLearningRate = preset.hyperparameters.learningRate
    switch environment {
    case "pendulum", "pendulum-actuators":
      preset.steps = 20_000
      preset.hyperparameters.learningRate = 0.001
      preset.hyperparameters.criticLearningRate = 0.001
      preset.hyperparameters.learningStarts = isSoft ? 100 : 10_000
      if !isSoft { preset.hyperparameters.useZooMemory() }
    case "lunarlander-continuous":
      preset.steps = isSoft ? 500_000 : 300_000
      preset.hyperparameters.learningStarts = 10_000
      if isSoft {
        preset.hyperparameters.hiddenSizes = [400, 300]
        preset.hyperparameters.learningRate = 0.00073
        preset.hyperparameters.criticLearningRate = 0.00073
        preset.hyperparameters.learningRateSchedule = .linear
        preset.hyperparameters.targetRate = 0.01
      } else {
        preset.hyperparameters.useZooMemory()
      }
    case "inverted-pendulum", "inverted-double-pendulum", "hopper", "half-cheetah":
      preset.steps = 1_000_000
      preset.hyperparameters.hiddenSizes = [256, 256]
      preset.hyperparameters.learningRate = 0.0003
      preset.hyperparameters.criticLearningRate = isSoft ? 0.001 : 0.0003
      preset.hyperparameters.learningStarts = isSoft ? 5000 : 25_000
    case _ where environment.hasPrefix("continuous-matching-"):
      preset.hyperparameters.learningStarts = 100
    default: break
    }
    // Where steps decide, episodes do not.
    if preset.steps != nil { preset.episodes = 1_000_000_000_000 }
    return preset
  }

  /// Whether these are settings of an algorithm that learns from replay.
  static func isOffPolicy(_ algorithm: String) -> Bool {
    ["ddpg", "td3", "sac"].contains(algorithm)
  }
}

extension Hyperparameters {
  /// What the zoo's settings of DDPG and TD3 have in common.
  fileprivate mutating func useZooMemory() {
    discount = 0.98
    bufferSize = 200_000
    explorationNoise = 0.1
  }
}
