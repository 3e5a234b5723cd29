import NeuralNetworks

/// Settings of a whole run for one algorithm in one environment.
public struct Preset: Sendable, Equatable {
  /// The settings of the agent.
  public var hyperparameters: Hyperparameters
  /// How many episodes a run lasts.
  public var episodes: Int
  /// The steps after which a run ends in place of its episodes, where these are of unknown length.
  public var steps: Int?
  /// How many episodes make a batch.
  public var episodesPerBatch = 1
  /// How many environments the agent acts in at once.
  public var environments = 1
  /// The steps in each of them that make a batch in the place of episodes.
  public var rolloutSteps: Int?

  /// The settings found best for `algorithm` in `environment` (short names), or general ones where
  /// nothing was tuned.
  public static func tuned(algorithm: String, environment: String) -> Preset {
    if isOffPolicy(algorithm) {
      return offPolicy(algorithm: algorithm, environment: environment)
    }
    if algorithm == "ppo" { return proximal(environment: environment) }
    let parts = Algorithm.all.first { $0.name == algorithm }?.parts ?? []
    var preset = Preset(hyperparameters: Hyperparameters(), episodes: 1000)
    switch environment {
    case "cartpole-v0":
      preset.episodes = 500
      // Without a baseline, larger steps lose the way.
      if algorithm != "reinforce" { preset.hyperparameters.learningRate = 0.005 }
      preset.hyperparameters.valueBatchSize = 512
    case "acrobot":
      preset.episodes = 1500
      // Until it has swung up for the first time, nothing else keeps a policy from settling on one action.
      preset.hyperparameters.entropyCoefficient = 0.1
    case "lunarlander":
      preset.episodes = 3000
      preset.hyperparameters.useLanderSettings()
      preset.hyperparameters.learningRate = 0.002
      preset.hyperparameters.returnScale = 100
      if parts.contains(.advantages) {
        // In the noise of whole returns it is hard to learn that idling ends an episode well.
        preset.episodes = 1500
        preset.hyperparameters.advantageLambda = 0.9
        preset.hyperparameters.learningRate = 0.0036
        preset.hyperparameters.valueLearningRate = 0.002
      }
    case "lunarlander-continuous" where parts.contains(.advantages):
      preset.episodes = 1500
      preset.hyperparameters.useLanderSettings()
      preset.hyperparameters.advantageLambda = 0.9
      preset.hyperparameters.learningRate = 0.0026
      preset.hyperparameters.valueLearningRate = 0.0023
      preset.hyperparameters.initialStandardDeviation = 0.33
      preset.hyperparameters.returnScale = 30
      preset.hyperparameters.controlVariateLearningRate = 0.0018
    case _ where ["matching-", "continuous-matching-"].contains(where: environment.hasPrefix):
      // An action is good for a share of 1 / D of the reward; the entropy would outweigh it.
      preset.hyperparameters.entropyCoefficient = 0
      preset.hyperparameters.returnScale = 0.1
    default: break
    }
    if parts.contains(.memory) {
      // A memory shows each transition again and again: larger batches, or in tasks of one step more of them,
      // fit its noise. In the others there is a V to be fitted.
      let isOneStep =
        environment.hasSuffix("-bandit")
        || (environment.contains("matching-") && !environment.hasSuffix("x10"))
      preset.hyperparameters.valueSteps = isOneStep ? 4 : 20
      preset.hyperparameters.valueBatchSize = 64
      preset.hyperparameters.controlVariateLearningRate = 0.03
    }
    return preset
  }

  /// The published settings of Grathwohl et al. (ICLR 2018), appendix D, without action repeat: two
  /// layers of 10 ReLU units, γ 0.99, entropy 0.01, one gradient step of each network an episode.
  ///
  /// PPO and the algorithms that learn from replay have no settings there: those found best.
  public static func paper(algorithm: String, environment: String) -> Preset {
    if isOffPolicy(algorithm) {
      return offPolicy(algorithm: algorithm, environment: environment)
    }
    if algorithm == "ppo" { return proximal(environment: environment) }
    var hyperparameters = Hyperparameters()
    hyperparameters.hiddenSizes = [10, 10]
    hyperparameters.controlVariateHiddenSizes = [10, 10]
    hyperparameters.activation = .relu
    hyperparameters.observationScaling = .none
    hyperparameters.learningRate = 0.01
    hyperparameters.valueLearningRate = 0.01
    hyperparameters.controlVariateLearningRate = 0.01
    hyperparameters.usesTime = false
    hyperparameters.windowEpisodes = 1
    hyperparameters.valueSteps = 1
    hyperparameters.controlVariateForm = .relaxation
    hyperparameters.returnScale = 1
    let isLander = environment.hasPrefix("lunarlander")
    return Preset(hyperparameters: hyperparameters, episodes: isLander ? 5000 : 1500)
  }
}

extension Hyperparameters {
  /// What landers with engines of either kind have in common.
  fileprivate mutating func useLanderSettings() {
    observationScaling = .none
    learningRateSchedule = .linear
    entropyCoefficient = 0
    // Crashes and landings make gradients of very different sizes.
    maximumGradientNorm = 1000
    valueBatchSize = 512
  }
}
