import Autodiff
import Foundation
import GradientEstimators
import ManyMachines
import NeuralNetworks
import Parallelism
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
  /// Measures the variance of these estimators, on the threads of all ranks.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - images: The batch, [rows, pixels].
  ///   - drawCount: How many gradients are drawn, at least 2.
  ///   - generator: Where the seeds of the draws come from, each of which has a stream of its own.
  ///   - monitor: Tells when to end, and hears of each draw.
  /// - Throws: `Failure` where the estimators cannot take Bernoullis, everything is to end, or the ranks
  ///   cannot reach each other.
  public func gradientVariance(
    at model: BernoulliVAE, images: Tensor, drawCount: Int = 100, using generator: inout PCG64,
    _ monitor: Monitor = .silent
  ) throws(Failure) -> VAEGradientVariance {
    precondition(drawCount > 1, "gradientVariance: \(drawCount) draws")
    let variables = model.asVariables()
    let parameters = variables.parameters
    let encoderCount = model.namedParameters.prefix { $0.name.hasPrefix("encoder") }.count
    var moments = [SampleMoments](
      repeating: SampleMoments(), count: parameters.count + layers.count)
    let threads = ThreadBudget.threads
    // As many at a time as keep all busy.
    let most = 4 * threads * Job.ranks.count
    for first in stride(from: 0, to: drawCount, by: most) {
      var seeds: [UInt64] = []
      for draw in first..<min(first + most, drawCount) {
        try monitor.check("variance", draw, of: drawCount)
        seeds.append(generator.next())
      }
      let costs = [Int](repeating: 1, count: seeds.count)
      let draws = try sharedTensors(costs: costs) { [seeds] draw throws(Failure) in
        var generator = PCG64(seed: seeds[draw])
        let estimate = try estimate(variables, images: images, using: &generator)
        return gradients(of: estimate.surrogate, withRespectTo: parameters)
          + estimate.layers.map { $0.gradient.detached() }
      }
      moments = concurrentMap(moments.count, jobs: threads) { [moments] index in
        var moments = moments[index]
        for draw in draws { moments.add(draw[index].values) }
        return moments
      }
    }
    let (weights, logits) = (moments[..<parameters.count], moments[parameters.count...])
    func logTrace(_ moments: some Sequence<SampleMoments>, over count: Int = 1) -> Double {
      log(moments.reduce(0) { $0 + $1.trace } / Double(count))
    }
    return VAEGradientVariance(
      encoder: logTrace(weights[..<encoderCount]), decoder: logTrace(weights[encoderCount...]),
      layers: logits.map { logTrace([$0], over: images.shape[0]) })
  }
}
