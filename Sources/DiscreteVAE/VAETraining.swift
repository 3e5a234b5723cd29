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
    let (bound, slopes, adaptation) = try gradients(
      on: images, adaptsOnly: adaptsOnly, using: &generator)
    if let slopes { modelOptimizer.update(&model, along: slopes, learningRate: learningRate) }
    if let adaptation {
      adaptationOptimizer.update(&estimators, along: adaptation, learningRate: adaptationRate)
    }
    return bound
  }

  /// The mean bound of a batch, and the gradients that the model and the estimators' parameters descend, as
  /// far as there are any. The estimators have observed the batch then.
  ///
  /// Nothing that was computed from the parameters is left when it returns, so that they can be changed in
  /// place.
  private mutating func gradients(
    on images: Tensor, adaptsOnly: Bool, using generator: inout PCG64
  ) throws(Failure) -> (bound: Double, model: [Tensor]?, adaptation: [Tensor]?) {
    let (variables, adapting) = (model.asVariables(), estimators.asVariables())
    let estimate = try adapting.estimate(variables, images: images, using: &generator)
    let bound = -Double(estimate.values.mean().scalar)
    guard bound.isFinite else { throw .diverged("The bound is no longer finite") }
    // All gradients are those at the old parameters, and none asks for another.
    let loss = adapting.adaptationLoss(of: estimate, weightDecay: weightDecay)
    let adaptations = loss.map { Slopes.parts(of: $0, in: adapting.parameters) } ?? []
    let parts =
      adaptations
      + (adaptsOnly ? [] : Slopes.parts(of: estimate.surrogate, in: variables.parameters))
    let slopes = try sharedTensors(costs: [Int](repeating: 1, count: parts.count)) {
      part throws(Failure) in try parts[part].finite()
    }
    estimators.observe(estimate)
    return (
      bound, adaptsOnly ? nil : Array(slopes[adaptations.count...].joined()),
      loss == nil ? nil : Array(slopes[..<adaptations.count].joined())
    )
  }
}

/// The gradients of a scalar in some of the variables that it was computed from.
private struct Slopes: Sendable {
  private let output: Tensor
  private let variables: [Tensor]

  /// The gradients in consecutive variables, two parts with about as many elements: how they are divided
  /// depends on the variables alone.
  static func parts(of output: Tensor, in variables: [Tensor]) -> [Slopes] {
    let sizes = variables.map(\.shape.count)
    let total = sizes.reduce(0, +)
    var (end, count) = (0, 0)
    // Each belongs to the half that its middle lies in.
    while end < sizes.count, 2 * count + sizes[end] <= total {
      count += sizes[end]
      end += 1
    }
    return [variables[..<end], variables[end...]].filter { !$0.isEmpty }
      .map { Slopes(output: output, variables: Array($0)) }
  }

  /// What they are, if they are finite.
  func finite() throws(Failure) -> [Tensor] {
    let slopes = gradients(of: output, withRespectTo: variables)
    guard slopes.allSatisfy(\.isFinite) else {
      throw .diverged("The gradient is no longer finite")
    }
    return slopes
  }
}
