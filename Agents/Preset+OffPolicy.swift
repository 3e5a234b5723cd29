extension Preset {
  /// Settings of DDPG, TD3 and SAC: those of RL Baselines3 Zoo for Pendulum, smaller ones for
  /// LunarLanderContinuous and InvertedPendulum, those of CleanRL for MuJoCo's others, and elsewhere
  /// those that Stable-Baselines3 starts from; and of DQN, mostly found by searches.
  ///
  /// A. Raffin, "RL Baselines3 Zoo", 2020; S. Huang et al., "CleanRL", 2022.
  ///
  /// - Parameters:
  ///   - algorithm: "ddpg", "td3", "sac" or "dqn".
  ///   - environment: The short name.
  public static func offPolicy(algorithm: String, environment: String) -> Preset {
    if algorithm == "dqn" { return dqn(environment) }
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
      // A tenth of the zoo's arithmetic: narrower networks and half as large batches.
      preset.steps = 300_000
      preset.hyperparameters.hiddenSizes = [128, 128]
      preset.hyperparameters.replayBatchSize = 128
      preset.hyperparameters.learningStarts = 5000
      if isSoft {
        preset.hyperparameters.learningRate = 0.00073
        preset.hyperparameters.criticLearningRate = 0.00073
        preset.hyperparameters.learningRateSchedule = .linear
        preset.hyperparameters.targetRate = 0.01
      } else {
        preset.hyperparameters.useZooMemory()
        // With the zoo's 0.98 landing is too far away, and narrow networks hover.
        preset.hyperparameters.discount = 0.99
      }
    case "inverted-pendulum":
      preset.steps = 50_000
      preset.hyperparameters.hiddenSizes = [64, 64]
      preset.hyperparameters.replayBatchSize = 128
    case "inverted-double-pendulum", "hopper", "half-cheetah":
      preset.steps = 1_000_000
      preset.hyperparameters.hiddenSizes = [256, 256]
      preset.hyperparameters.learningRate = 0.0003
      preset.hyperparameters.criticLearningRate = isSoft ? 0.001 : 0.0003
      preset.hyperparameters.learningStarts = isSoft ? 5000 : 25_000
    case _ where environment.hasPrefix("continuous-matching-"):
      preset.hyperparameters.learningStarts = 100
    default: break
    }
    preset.letStepsDecide()
    return preset
  }

  /// Settings of DQN, found by searches; the zoo's, with targets of several steps, on MountainCar.
  private static func dqn(_ environment: String) -> Preset {
    var preset = Preset(hyperparameters: Hyperparameters(), episodes: 1000)
    preset.rolloutSteps = 64
    preset.hyperparameters.activation = .relu
    preset.hyperparameters.observationScaling = .none
    preset.hyperparameters.hiddenSizes = [128, 128]
    preset.hyperparameters.maximumGradientNorm = 10
    preset.hyperparameters.learningRate = 0.0012
    // With a constant step size what was learned comes and goes.
    preset.hyperparameters.learningRateSchedule = .linear
    preset.hyperparameters.replayBatchSize = 128
    preset.hyperparameters.bufferSize = 50_000
    preset.hyperparameters.gradientStepsPerStep = 0.5
    preset.hyperparameters.targetRate = 0.0067
    preset.hyperparameters.returnSteps = 5
    preset.hyperparameters.epsilonEnd = 0.04
    preset.hyperparameters.epsilonFraction = 0.12
    switch environment {
    case "cartpole", "cartpole-v0":
      preset.steps = 50_000
      preset.hyperparameters.learningRate = 0.003
      preset.hyperparameters.bufferSize = 100_000
      // Rewards are all alike until an end that is far away.
      preset.hyperparameters.returnSteps = 20
      preset.hyperparameters.discount = 0.995
      preset.hyperparameters.targetRate = 0.007
      preset.hyperparameters.epsilonEnd = 0.025
      preset.hyperparameters.epsilonFraction = 0.16
    case "acrobot", "lunarlander":
      preset.steps = 100_000
    case "mountaincar":
      preset.rolloutSteps = nil
      preset.steps = 120_000
      preset.hyperparameters.hiddenSizes = [256, 256]
      preset.hyperparameters.learningRate = 0.004
      preset.hyperparameters.learningRateSchedule = .constant
      preset.hyperparameters.bufferSize = 10_000
      // Velocities are below 0.07, and the flag is far from most steps.
      preset.hyperparameters.observationScaling = .bounds
      preset.hyperparameters.discount = 0.98
      preset.hyperparameters.targetRate = 1
      preset.hyperparameters.targetEvery = 300
      preset.hyperparameters.epsilonEnd = 0.07
      preset.hyperparameters.epsilonFraction = 0.2
    default: break
    }
    preset.letStepsDecide()
    return preset
  }

  /// Where there are steps, episodes do not end the run.
  private mutating func letStepsDecide() {
    if steps != nil { episodes = 1_000_000_000_000 }
  }

  /// Whether these are settings of an algorithm that learns from replay.
  static func isOffPolicy(_ algorithm: String) -> Bool {
    ["ddpg", "td3", "sac", "dqn"].contains(algorithm)
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
