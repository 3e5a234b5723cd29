import Autodiff
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import State

/// The state of a training, and its step: the model ascends the evidence lower bound along the
/// estimates, the estimators' parameters descend the estimates' variance.
public struct VAETraining: Sendable {
  public var model: BernoulliVAE
  public var estimators: LayerEstimators
  /// The step size of the model.
  public var learningRate: Float
  /// The step size of the estimators' parameters.
  public var adaptationRate: Float
  /// The weight decay of control variates.
  public var weightDecay: Float
  var modelOptimizer: Adam
  var adaptationOptimizer: Adam

  /// - Parameters:
  ///   - model: Where the model starts.
  ///   - estimators: Where the estimators start.
  ///   - learningRate: The step size of the model (Adam).
  ///   - adaptationRate: The step size of the estimators' parameters (Adam).
  ///   - weightDecay: The weight decay of control variates.
  ///   - beta2: Adam's β₂.
  public init(
    model: BernoulliVAE, estimators: LayerEstimators, learningRate: Float, adaptationRate: Float,
    weightDecay: Float = 0, beta2: Double = 0.99999
  ) {
    self.model = model
    self.estimators = estimators
    self.learningRate = learningRate
    self.adaptationRate = adaptationRate
    self.weightDecay = weightDecay
    modelOptimizer = Adam(beta2: beta2)
    adaptationOptimizer = Adam(beta2: beta2)
  }

  /// Takes one step on a batch.
  ///
  /// - Parameters:
  ///   - images: Binary images, [rows, pixels].
  ///   - adaptsOnly: Whether only the estimators' parameters move, to train them before the model.
  ///   - generator: Where latents and noise come from.
  /// - Returns: The mean evidence lower bound of the images before the step, in nats; for estimators
  ///   that evaluate soft samples alone it is theirs.
  /// - Throws: `Failure` where the estimators cannot take Bernoullis, or where the bound or a gradient is
  ///   not finite; nothing has moved then.
  @discardableResult
  public mutating func step(
    on images: Tensor, adaptsOnly: Bool = false, using generator: inout PCG64
  ) throws(Failure) -> Double {
    let variables = model.asVariables()
    let adapting = estimators.asVariables()
    let estimate = try adapting.estimate(variables, images: images, using: &generator)
    // Both gradients are those at the old parameters of both.
    let loss = adapting.adaptationLoss(of: estimate, weightDecay: weightDecay)
    let adaptation = loss.map { gradients(of: $0, withRespectTo: adapting.parameters) }
    let slopes =
      adaptsOnly
      ? [] : gradients(of: estimate.surrogate, withRespectTo: variables.parameters)
    let bound = -Double(estimate.values.mean().scalar)
    guard bound.isFinite else { throw .diverged("The bound is no longer finite") }
    // The norm is a faster test, but numbers near the largest ones fail it too.
    guard
      (slopes + (adaptation ?? [])).allSatisfy({
        $0.squaredNorm().scalar.isFinite || $0.isFinite
      })
    else { throw .diverged("The gradient is no longer finite") }
    if !adaptsOnly { modelOptimizer.update(&model, along: slopes, learningRate: learningRate) }
    if let adaptation {
      adaptationOptimizer.update(&estimators, along: adaptation, learningRate: adaptationRate)
    }
    estimators.observe(estimate)
    return bound
  }
}
