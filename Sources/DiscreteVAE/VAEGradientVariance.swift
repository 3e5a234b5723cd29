import Autodiff
import Foundation
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import State
import Statistics

/// How much the gradient of the mean negative bound over a batch varies from draw to draw, images and
/// all parameters staying as they are: log Σ_i Var_i, NaN where a gradient is not finite.
public struct VAEGradientVariance: Sendable, Equatable {
  /// Over all weights of the encoder, which every estimator estimates its own way.
  public var encoder: Double
  /// Over all weights of the decoder and the prior.
  public var decoder: Double
  /// Over the logits of each layer, for one image on average; from the image upwards.
  public var layers: [Double]
}

extension LayerEstimators {
  /// Measures the variance of these estimators.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - images: The batch, [rows, pixels].
  ///   - drawCount: How many gradients are drawn, at least 2.
  ///   - generator: Where latents and noise come from.
  ///   - monitor: Tells when to end, and hears of each draw.
  /// - Throws: `Failure` where the estimators cannot take Bernoullis, or everything is to end.
  public func gradientVariance(
    at model: BernoulliVAE, images: Tensor, drawCount: Int = 100, using generator: inout PCG64,
    _ monitor: Monitor = .silent
  ) throws(Failure) -> VAEGradientVariance {
    precondition(drawCount > 1, "gradientVariance: \(drawCount) draws")
    let variables = model.asVariables()
    let parameters = variables.parameters
    let encoderCount = model.namedParameters.prefix { $0.name.hasPrefix("encoder") }.count
    var weights = parameters.map { _ in SampleMoments() }
    var logits = model.encoder.map { _ in SampleMoments() }
    for draw in 0..<drawCount {
      try monitor.check("variance", draw, of: drawCount)
      let estimate = try estimate(variables, images: images, using: &generator)
      let slopes = gradients(of: estimate.surrogate, withRespectTo: parameters)
      for index in slopes.indices { weights[index].add(slopes[index].values) }
      for index in logits.indices { logits[index].add(estimate.layers[index].gradient.values) }
    }
    func logTrace(_ moments: some Sequence<SampleMoments>, over count: Int = 1) -> Double {
      log(moments.reduce(0) { $0 + $1.trace } / Double(count))
    }
    return VAEGradientVariance(
      encoder: logTrace(weights[..<encoderCount]), decoder: logTrace(weights[encoderCount...]),
      layers: logits.map { logTrace([$0], over: images.shape[0]) })
  }
}
