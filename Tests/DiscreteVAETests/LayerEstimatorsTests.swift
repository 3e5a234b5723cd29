import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import State
import TestSupport
import Testing

@testable import DiscreteVAE
@testable import GradientEstimators

@Suite struct LayerEstimatorsTests {
  // MARK: Gradients with frozen noise

  /// Checks the surrogate's gradient in all of the model's weights against differences of a function
  /// of these weights.
  private func checkSurrogate(
    _ estimators: LayerEstimators, _ model: BernoulliVAE, seed: UInt64,
    against function: @escaping (BernoulliVAE) -> Tensor
  ) {
    checkGradient(
      of: { parameters in
        var model = model
        model.setParameters(parameters)
        var generator = PCG64(seed: seed)
        guard
          let surrogate = try? estimators.estimate(
            model, images: smallImages, using: &generator
          ).surrogate
        else { return Tensor(.nan) }
        // The function's value, from which the differences are taken, and the surrogate's gradient.
        return function(model).detached() + (surrogate - surrogate.detached())
      }, at: model.parameters)
  }

  /// One layer: the slope of the bound at soft samples of the noise that was drawn.
  @Test(arguments: [ModelArchitecture.linear1, .nonlinear])
  func concreteIsThePathwiseSlope(_ architecture: ModelArchitecture) throws {
    let (model, images) = (smallModel(architecture), smallImages)
    let estimators = smallEstimators(Concrete.self, for: model)
    let logits = model.encoderLogits(ofCentered: model.centered(images))
    var generator = PCG64(seed: 6)
    let noise = Bernoulli(logits: logits).relaxedSample(using: &generator) - logits
    checkSurrogate(estimators, model, seed: 6) { model in
      let logits = model.encoderLogits(ofCentered: model.centered(images))
      let soft = (1 / 0.8 * (logits + noise)).sigmoid()
      return -model.logWeight(images: images, latents: [soft], encoderLogits: [logits]).mean()
    }
  }

  /// Two layers: the path through each layer's soft sample, with the layer below as it was drawn and
  /// the layer above soft, and the mean over the layers of the bound's direct dependence.
  @Test func concreteOfTwoLayersCountsEachPathOnce() throws {
    let (model, images) = (smallModel(.linear2), smallImages)
    let estimators = smallEstimators(Concrete.self, for: model)
    let soft = { (z: Tensor) in (1 / 0.8 * z).sigmoid() }

    var generator = PCG64(seed: 6)
    let first = model.encoderLogits(ofCentered: model.centered(images))
    let b = Bernoulli(logits: first).relaxedSample(using: &generator).unitStep()
    let second = model.encoderLogits(above: 1, b)
    func noise(_ logits: Tensor) -> Tensor {
      Bernoulli(logits: logits).relaxedSample(using: &generator) - logits
    }
    let suffixNoise = noise(second)
    let (firstNoise, secondNoise) = (noise(first), noise(second))

    func above(_ map: BernoulliVAE, _ latents: Tensor) -> Tensor {
      map.encoderLogits(above: 1, latents)
    }
    func bound(_ map: BernoulliVAE, _ latents: [Tensor], _ logits: [Tensor]) -> Tensor {
      -map.logWeight(images: images, latents: latents, encoderLogits: logits).mean()
    }
    let firstSoft = soft(first + firstNoise)
    let firstLatents = [firstSoft, soft(above(model, firstSoft) + suffixNoise)]
    let secondLatents = [b, soft(second + secondNoise)]
    checkSurrogate(estimators, model, seed: 6) { changed in
      let bottom = changed.encoderLogits(ofCentered: changed.centered(images))
      let soft1 = soft(bottom + firstNoise)
      let path1 = bound(
        model, [soft1, soft(above(model, soft1) + suffixNoise)], [first, above(model, soft1)])
      let path2 = bound(model, [b, soft(above(changed, b) + secondNoise)], [first, second])
      let direct1 = bound(changed, firstLatents, [bottom, above(changed, firstSoft)])
      let direct2 = bound(changed, secondLatents, [bottom, above(changed, b)])
      return path1 + path2 + 0.5 * (direct1 + direct2)
    }
  }

  // MARK: Values and names

  /// What is drawn once is every layer's first sample.
  @Test(arguments: [ModelArchitecture.linear1, .linear2])
  func valuesAreTheNegativeBound(_ architecture: ModelArchitecture) throws {
    let model = smallModel(architecture)
    var generator = PCG64(seed: 8)
    let estimate = try smallEstimators(REINFORCE.self, for: model)
      .estimate(model, images: smallImages, using: &generator)
    for layer in estimate.layers {
      #expect(isClose(layer.values, estimate.values))
      #expect(layer.gradient.shape == [3, 2])
    }
    // One of the values that the latents can give each image.
    let configurations = Configurations(model, smallImages)
    let weights = configurations.logProbabilities(model).weight.values
    let count = weights.count / 3
    for (row, value) in estimate.values.values.enumerated() {
      #expect(weights[row * count..<(row + 1) * count].contains { abs($0 + value) < 1e-4 })
    }
  }

  @Test func parametersAreNamedByLayer() {
    let estimators = smallEstimators(REBAR.self, for: smallModel(.linear2))
    #expect(
      estimators.namedParameters.map(\.name) == [
        "1.coefficient", "1.log_temperature", "2.coefficient", "2.log_temperature",
      ])
  }

  @Test func estimatorsOfOtherDistributionsThrow() {
    let model = smallModel(.linear1)
    let estimators = smallEstimators(LAX.self, for: model)
    var generator = PCG64(seed: 9)
    #expect(throws: Failure.self) {
      _ = try estimators.estimate(model, images: smallImages, using: &generator)
    }
  }
}
