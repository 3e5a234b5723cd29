import Autodiff
import DiscreteVAE
import Distributions
import GradientEstimators
import NeuralNetworks
import RandomNumbers

/// A model of a few pixels and latents with Gaussian weights: far from deterministic, and far from
/// one whose latents do not matter.
func tinyModel(
  _ architecture: ModelArchitecture, pixels: Int = 8, latents: Int = 3, size: Float = 1,
  seed: UInt64 = 1
) -> BernoulliVAE {
  var generator = PCG64(seed: seed)
  let means = (0..<pixels).map { 0.2 + 0.6 * Float($0) / Float(pixels) }
  var model = BernoulliVAE(
    architecture, latentCount: latents, pixelMeans: means, using: &generator)
  model.visitParameters { _, parameter in
    let values = (0..<parameter.shape.count).map { _ in size * Float(generator.standardNormal()) }
    parameter = Tensor(values, shape: parameter.shape)
  }
  return model
}

/// Random binary images, each repeated in `repetitions` rows.
func tinyImages(
  _ count: Int, pixels: Int = 8, repetitions: Int = 1, seed: UInt64 = 7
) -> Tensor {
  var generator = PCG64(seed: seed)
  let images = (0..<count).map { _ in
    (0..<pixels).map { _ -> Float in Bool.random(using: &generator) ? 1 : 0 }
  }
  let rows = images.flatMap { image in (0..<repetitions).flatMap { _ in image } }
  return Tensor(rows, shape: [count * repetitions, pixels])
}

/// Estimators for a model, with parameters large enough to do harm where a type of them is biased.
func randomizedEstimators(
  _ type: any GradientEstimator.Type, for model: BernoulliVAE, seed: UInt64 = 2
) -> LayerEstimators {
  var generator = PCG64(seed: seed)
  var memory = EstimatorSetting.Memory()
  memory.expectationDraws = 1
  var estimators = LayerEstimators(
    type, for: model, hiddenSizes: [4], objectiveScale: 1, memory: memory, using: &generator)
  for layer in estimators.layers.indices {
    estimators.layers[layer].randomize(using: &generator)
    // The statistics of a memory are weights, which are random already.
    if type is any MemoryEstimator.Type { continue }
    let count = estimators.layers[layer].runningStatistics.count
    estimators.layers[layer].runningStatistics = (0..<count).map { 5 + Double($0 + layer) }
  }
  return estimators
}

/// A model small and smooth enough for finite differences in all weights.
func smallModel(_ architecture: ModelArchitecture) -> BernoulliVAE {
  tinyModel(architecture, pixels: 4, latents: 2, size: 0.6)
}

/// Three images for it.
let smallImages = tinyImages(3, pixels: 4)

/// Estimators for it, as they start.
func smallEstimators(
  _ type: any GradientEstimator.Type, for model: BernoulliVAE
) -> LayerEstimators {
  var generator = PCG64(seed: 5)
  return LayerEstimators(
    type, for: model, hiddenSizes: [3], temperature: 0.8, objectiveScale: 2, using: &generator)
}

/// The estimators that Bernoullis can be given to.
let bernoulliEstimators = EstimatorRegistry.all.filter { $0.traits.supports.contains(.bernoulli) }

/// Every combination of values of the latents of all layers, for each of some images.
struct Configurations {
  /// The images again, one row for each combination, [images · combinations, pixels].
  let images: Tensor
  /// b₁, …, b_L.
  let latents: [Tensor]
  let imageCount: Int

  init(_ model: BernoulliVAE, _ images: Tensor) {
    let (layers, width) = (model.layerCount, model.latentCount)
    let (pixels, count) = (model.pixelCount, 1 << (layers * width))
    imageCount = images.shape[0]
    let rows = (0..<imageCount).flatMap { row in
      (0..<count).flatMap { _ in images.values[row * pixels..<(row + 1) * pixels] }
    }
    self.images = Tensor(rows, shape: [imageCount * count, pixels])
    let imageCount = imageCount
    latents = (0..<layers).map { layer in
      let bits = (0..<imageCount * count).flatMap { row in
        (0..<width).map { Float((row % count) >> (layer * width + $0) & 1) }
      }
      return Tensor(bits, shape: [imageCount * count, width])
    }
  }

  /// log q(b | x) and log p(x, b) − log q(b | x) of every row, recorded where the model consists of
  /// variables.
  func logProbabilities(_ model: BernoulliVAE) -> (posterior: Tensor, weight: Tensor) {
    var logits = [model.encoderLogits(ofCentered: model.centered(images))]
    for layer in 1..<max(1, latents.count) {
      logits.append(model.encoderLogits(above: layer, latents[layer - 1]))
    }
    let posterior = zip(latents, logits).map { $0.bernoulliLogLikelihood(logits: $1) }
    let weight = model.logWeight(images: images, latents: latents, encoderLogits: logits)
    return (posterior.dropFirst().reduce(posterior[0]) { $0 + $1 }, weight)
  }

  /// The mean over the images of the negative evidence lower bound, a scalar.
  func negativeBound(_ model: BernoulliVAE) -> Tensor {
    let (posterior, weight) = logProbabilities(model)
    return (-1 / Float(imageCount)) * (posterior.exp() * weight).sum()
  }
}

/// Whether all elements are within `tolerance` of each other.
func isClose(_ found: Tensor, _ expected: Tensor, tolerance: Float = 1e-5) -> Bool {
  found.shape == expected.shape
    && zip(found.values, expected.values).allSatisfy {
      abs($0 - $1) <= tolerance * max(1, abs($1))
    }
}
