import Autodiff
import Distributions
import Foundation
import ManyMachines
import NeuralNetworks
import Parallelism
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
  /// The bounds of images, the parameters staying as they are, on the threads of all ranks.
  ///
  /// - Parameters:
  ///   - batches: The images, each batch [rows, pixels].
  ///   - sampleCount: K, the number of draws of the latents for each image; 1 makes both bounds the
  ///     same.
  ///   - generator: Where the latents come from.
  ///   - monitor: Tells when to end, and hears of the draws.
  ///   - phase: What the images are called there.
  /// - Throws: `Failure` where everything is to end, or the ranks cannot reach each other.
  public func bounds(
    of batches: some Collection<Tensor>, sampleCount: Int = 1, using generator: inout PCG64,
    _ monitor: Monitor = .silent, phase: String = "bounds"
  ) throws(Failure) -> VAEBounds {
    precondition(sampleCount > 0, "bounds: \(sampleCount) samples")
    let total = batches.count * sampleCount
    var (sums, waiting, drawn) = (BoundSums(sampleCount: sampleCount), [LatentDraws](), 0)
    // As much at a time as keeps all busy, and yet ends soon where it is to.
    let most = 2 * ThreadBudget.threads * Job.ranks.count
    for images in batches {
      for first in stride(from: 0, to: sampleCount, by: LatentDraws.most) {
        if waiting.count == most {
          try add(waiting, to: &sums)
          waiting = []
        }
        try monitor.check(phase, drawn, of: total)
        let count = min(LatentDraws.most, sampleCount - first)
        waiting.append(
          LatentDraws(
            images: images, count: count, isLast: first + count == sampleCount,
            generator: generator))
        for _ in 0..<count * layerCount {
          generator.skipOpenUniforms(count: images.shape[0] * latentCount)
        }
        drawn += count
      }
    }
    try add(waiting, to: &sums)
    return sums.bounds
  }

  private func add(_ draws: [LatentDraws], to sums: inout BoundSums) throws(Failure) {
    let weights = try sharedTensors(costs: draws.map(\.count)) { logWeights(of: draws[$0]) }
    for (draws, weights) in zip(draws, weights) { sums.add(weights, isLast: draws.isLast) }
  }

  /// log p(x, b) − log q(b | x), [rows], of each draw.
  private func logWeights(of draws: LatentDraws) -> [Tensor] {
    withoutRecording {
      let bottom = encoderLogits(ofCentered: centered(draws.images))
      var generator = draws.generator
      return (0..<draws.count).map { _ in
        let (latents, logits) = sampleLatents(bottom, using: &generator)
        return logWeight(images: draws.images, latents: latents, encoderLogits: logits)
      }
    }
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

/// Draws of the latents of a batch that one thread makes.
private struct LatentDraws: Sendable {
  let images: Tensor
  let count: Int
  /// Whether there are no others of these images.
  let isLast: Bool
  /// Where they come from.
  let generator: PCG64

  /// How many may belong together: enough that the map from the images, of which all need the logits, takes
  /// little of the time.
  static let most = 50
}

/// The sums that bounds are made of.
private struct BoundSums {
  let sampleCount: Int
  private var (elbo, weighted, count) = (0.0, 0.0, 0)
  // Of the images that are not complete: running maximum and sum of the exponentials, one a row.
  private var maxima: [Double] = []
  private var sums: [Double] = []

  init(sampleCount: Int) { self.sampleCount = sampleCount }

  /// Adds the log-weights of draws of a batch, [rows] of each; the images count with the last ones.
  mutating func add(_ draws: [Tensor], isLast: Bool) {
    for draw in draws {
      if maxima.isEmpty {
        maxima = [Double](repeating: -.infinity, count: draw.shape[0])
        sums = [Double](repeating: 0, count: draw.shape[0])
      }
      for (row, weight) in draw.values.enumerated() {
        let weight = Double(weight)
        elbo += weight / Double(sampleCount)
        let maximum = max(maxima[row], weight)
        sums[row] = sums[row] * exp(maxima[row] - maximum) + exp(weight - maximum)
        maxima[row] = maximum
      }
    }
    guard isLast else { return }
    for row in maxima.indices { weighted += maxima[row] + log(sums[row] / Double(sampleCount)) }
    count += maxima.count
    (maxima, sums) = ([], [])
  }

  var bounds: VAEBounds {
    let n = Double(max(count, 1))
    return VAEBounds(elbo: elbo / n, importanceWeighted: weighted / n)
  }
}
