import Autodiff
import Distributions
import Foundation
import RandomNumbers
import State

/// How well a model explains images, in nats an image.
public struct VAEBounds: Sendable, Equatable {
  /// The mean evidence lower bound E[log p(x, b) − log q(b | x)].
  public var elbo: Double
  /// The mean importance-weighted bound log 1/K Σ_k p(x, b_k) / q(b_k | x), which tends to
  /// log p(x) from below as K grows. Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted
  /// Autoencoders", ICLR 2016 (arXiv:1509.00519), equation 8.
  public var importanceWeighted: Double
}

extension BernoulliVAE {
  /// The bounds of images, the parameters staying as they are.
  ///
  /// - Parameters:
  ///   - batches: The images, each batch [rows, pixels].
  ///   - sampleCount: K, the number of draws of the latents for each image; 1 makes both bounds the
  ///     same.
  ///   - generator: Where the latents come from.
  ///   - monitor: Tells when to end, and hears of each batch and draw.
  ///   - phase: What the images are called there.
  public func bounds(
    of batches: some Collection<Tensor>, sampleCount: Int = 1, using generator: inout PCG64,
    _ monitor: Monitor = .silent, phase: String = "bounds"
  ) throws(Failure) -> VAEBounds {
    precondition(sampleCount > 0, "bounds: \(sampleCount) samples")
    var (elbo, weighted, count) = (0.0, 0.0, 0)
    try withoutRecording { () throws(Failure) in
      for (number, images) in batches.enumerated() {
        let rows = images.shape[0]
        let bottom = encoderLogits(ofCentered: centered(images))
        // Running maximum and sum of the exponentials, one a row.
        var maxima = [Double](repeating: -.infinity, count: rows)
        var sums = [Double](repeating: 0, count: rows)
        for sample in 0..<sampleCount {
          try monitor.check(
            phase, number * sampleCount + sample, of: batches.count * sampleCount)
          let (latents, logits) = sampleLatents(bottom, using: &generator)
          let weights = logWeight(images: images, latents: latents, encoderLogits: logits)
          for (row, weight) in weights.values.enumerated() {
            let weight = Double(weight)
            elbo += weight / Double(sampleCount)
            let maximum = max(maxima[row], weight)
            sums[row] = sums[row] * exp(maxima[row] - maximum) + exp(weight - maximum)
            maxima[row] = maximum
          }
        }
        for row in 0..<rows { weighted += maxima[row] + log(sums[row] / Double(sampleCount)) }
        count += rows
      }
    }
    let n = Double(max(count, 1))
    return VAEBounds(elbo: elbo / n, importanceWeighted: weighted / n)
  }

  /// A draw of all layers of latents and the logits that each was drawn from.
  private func sampleLatents(
    _ bottom: Tensor, using generator: inout PCG64
  ) -> (latents: [Tensor], logits: [Tensor]) {
    var logits = [bottom]
    var latents = [Bernoulli(logits: bottom).sample(using: &generator)]
    for layer in 1..<layerCount {
      logits.append(encoderLogits(above: layer, latents[layer - 1]))
      latents.append(Bernoulli(logits: logits[layer]).sample(using: &generator))
    }
    return (latents, logits)
  }

  /// The probabilities of the pixels of images drawn from the model, [count, pixels].
  public func sample(count: Int, using generator: inout PCG64) -> Tensor {
    withoutRecording {
      var latents = Bernoulli(logits: prior.repeatedAsRows(count)).sample(using: &generator)
      for layer in (1..<layerCount).reversed() {
        latents = Bernoulli(logits: decoderLogits(of: layer, latents)).sample(using: &generator)
      }
      return decoderLogits(of: 0, latents).sigmoid()
    }
  }

  /// The probabilities of the pixels given latents drawn from q(b | x), [rows, pixels].
  public func reconstruction(of images: Tensor, using generator: inout PCG64) -> Tensor {
    withoutRecording {
      let bottom = encoderLogits(ofCentered: centered(images))
      let latents = Bernoulli(logits: bottom).sample(using: &generator)
      return decoderLogits(of: 0, latents).sigmoid()
    }
  }
}
