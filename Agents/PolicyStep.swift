import Autodiff
import Distributions
import NeuralNetworks

/// The step that a policy takes along the estimates of a batch: their mean, the entropy bonus,
/// clipping and the optimiser, the same for every agent.
struct PolicyStep {
  /// The gradient to descend, one tensor for each parameter of the policy.
  private let descent: [Tensor]
  /// The global norm of `descent` before clipping.
  let norm: Double
  /// The mean entropy over the batch's steps in nats.
  let entropy: Double
  private let hyperparameters: Hyperparameters

  /// - Parameters:
  ///   - estimates: An ascent direction of the expected return from each episode.
  ///   - episodes: The batch.
  ///   - policy: The policy at its variables.
  ///   - hyperparameters: The settings.
  init(
    estimates: [[Tensor]], episodes: [EpisodeFeatures], policy: CategoricalPolicy,
    hyperparameters: Hyperparameters
  ) {
    // The bonus stays outside the estimate, and so outside its variance.
    let states =
      episodes.count == 1
      ? episodes[0].states : Tensor.concatenatingRows(episodes.map(\.states))
    let bonus = Categorical(logits: policy(states)).entropy().sum()
    entropy = Double(bonus.scalar) / Double(states.shape[0])
    let share = 1 / Float(episodes.count)
    var ascent = estimates[0]
    for estimate in estimates.dropFirst() { ascent = zip(ascent, estimate).map { $0 + $1 } }
    if hyperparameters.entropyCoefficient != 0 {
      let slopes = gradients(of: bonus, withRespectTo: policy.parameters)
      let weight = Float(hyperparameters.entropyCoefficient)
      ascent = zip(ascent, slopes).map { $0 + weight * $1 }
    }
    let clipped = clipByGlobalNorm(
      ascent.map { -share * $0 }, maximum: hyperparameters.maximumGradientNorm.map { Float($0) })
    descent = clipped.gradients
    norm = Double(clipped.norm)
    self.hyperparameters = hyperparameters
  }

  /// Moves the policy after a fraction of the run.
  func apply(
    to policy: inout CategoricalPolicy, with optimizer: inout any Optimizer, progress: Double
  ) {
    let factor = hyperparameters.learningRateSchedule.factor(atFraction: progress)
    optimizer.update(
      &policy, along: descent, learningRate: Float(hyperparameters.learningRate) * factor)
  }
}
