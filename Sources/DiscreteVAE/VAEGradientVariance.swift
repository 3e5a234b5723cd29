import Autodiff
import Foundation
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import State

/// How much the gradient of the mean negative bound over a batch varies from draw to draw, images and
/// all parameters staying as they are: log Σ_i Var_i.
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
  /// - Throws: `Failure` where the estimators cannot take Bernoullis.
  public func gradientVariance(
    at model: BernoulliVAE, images: Tensor, drawCount: Int = 100, using generator: inout PCG64
  ) throws(Failure) -> VAEGradientVariance {
    precondition(drawCount > 1, "gradientVariance: \(drawCount) draws")
    let variables = model.asVariables()
    let parameters = variables.parameters
    let encoderCount = model.namedParameters.prefix { $0.name.hasPrefix("encoder") }.count
    var weights = parameters.map { Moments(count: $0.shape.count) }
    var logits: [Moments] = []
    for _ in 0..<drawCount {
      let estimate = try estimate(variables, images: images, using: &generator)
      let slopes = gradients(of: estimate.surrogate, withRespectTo: parameters)
      for index in slopes.indices { weights[index].add(slopes[index].values) }
      if logits.isEmpty {
        logits = estimate.layers.map { Moments(count: $0.gradient.shape.count) }
      }
      for index in logits.indices { logits[index].add(estimate.layers[index].gradient.values) }
    }
    func logTrace(_ moments: some Sequence<Moments>, over count: Int = 1) -> Double {
      log(moments.reduce(0) { $0 + $1.trace } / Double(count))
    }
    return VAEGradientVariance(
      encoder: logTrace(weights[..<encoderCount]), decoder: logTrace(weights[encoderCount...]),
      layers: logits.map { logTrace([$0], over: images.shape[0]) })
  }
}

/// Sums of a vector and of its squares about the first one seen, which is near the mean.
private struct Moments {
  private var origin: [Float] = []
  private var sums: [Float]
  private var squares = 0.0
  private var count = 0

  init(count: Int) { sums = [Float](repeating: 0, count: count) }

  mutating func add(_ sample: [Float]) {
    count += 1
    if origin.isEmpty { origin = sample }
    var total: Double = 0
    sample.withUnsafeBufferPointer { sample in
      origin.withUnsafeBufferPointer { origin in
        sums.withUnsafeMutableBufferPointer { sums in
          for start in stride(from: 0, to: sample.count, by: 1024) {
            var partial: Float = 0
            for i in start..<min(start + 1024, sample.count) {
              let distance = sample[i] - origin[i]
              sums[i] += distance
              partial += distance * distance
            }
            total += Double(partial)
          }
        }
      }
    }
    squares += total
  }

  /// Σ_i Var_i
  var trace: Double {
    let n = Double(count)
    let means = sums.reduce(0.0) { $0 + Double($1) / n * Double($1) }
    return max(0, squares - means) / (n - 1)
  }
}
