import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import TestSupport
import Testing

@testable import DiscreteVAE
@testable import GradientEstimators

@Suite struct LayerEstimatorsTests {
  private static func smallModel(_ architecture: ModelArchitecture) -> BernoulliVAE {
    tinyModel(architecture, pixels: 4, latents: 2, size: 0.6)
  }

  private static let images = tinyImages(3, pixels: 4)

  private static func make(
    _ type: any GradientEstimator.Type, for model: BernoulliVAE
  ) -> LayerEstimators {
    var generator = PCG64(seed: 5)
    return LayerEstimators(
      type, for: model, hiddenSizes: [3], temperature: 0.8, objectiveScale: 2, using: &generator)
  }

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
            model, images: Self.images, using: &generator
          ).surrogate
        else { return Tensor(.nan) }
        // The function's value, from which the differences are taken, and the surrogate's gradient.
        return function(model).detached() + (surrogate - surrogate.detached())
      }, at: model.parameters)
  }

  /// One layer: the slope of the bound at soft samples of the noise that was drawn.
  @Test(arguments: [ModelArchitecture.linear1, .nonlinear])
  func concreteIsThePathwiseSlope(_ architecture: ModelArchitecture) throws {
    let (model, images) = (Self.smallModel(architecture), Self.images)
    let estimators = Self.make(Concrete.self, for: model)
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
    let (model, images) = (Self.smallModel(.linear2), Self.images)
    let estimators = Self.make(Concrete.self, for: model)
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

  // MARK: Adaptation

  private static let adaptive = bernoulliEstimators.map { $0.traits.name }.filter {
    ["constant-baseline", "nvil", "relax", "rebar", "relaxed-rebar", "double-cv"].contains($0)
  }

  private static func adaptive(_ name: String, for model: BernoulliVAE) throws -> LayerEstimators {
    var estimators = make(try #require(EstimatorRegistry.estimator(named: name)), for: model)
    var seed: UInt64 = 10
    estimators.visitParameters { name, parameter in
      seed += 1
      parameter =
        name.hasSuffix("log_temperature")
        ? Tensor(-0.3) : sampleTensor(parameter.shape, seed: seed, magnitude: 0.3...1)
    }
    return estimators
  }

  /// In every parameter of both layers, the noise staying as it is.
  @Test(arguments: adaptive)
  func adaptationLossHasTheGradientOfDifferences(name: String) throws {
    let model = Self.smallModel(.linear2)
    let estimators = try Self.adaptive(name, for: model)
    let loss = { (parameters: [Tensor]) -> Tensor in
      var (estimators, generator) = (estimators, PCG64(seed: 7))
      estimators.setParameters(parameters)
      guard
        let estimate = try? estimators.estimate(model, images: Self.images, using: &generator),
        let loss = estimators.adaptationLoss(of: estimate, weightDecay: 0.1)
      else { return Tensor(.nan) }
      return loss
    }
    checkGradient(of: loss, at: estimators.parameters)
    let variables = estimators.parameters.map { $0.asVariable() }
    for slope in gradients(of: loss(variables), withRespectTo: variables) {
      #expect(slope.values.contains { abs($0) > 1e-4 })
    }
  }

  /// The lower layer's variance depends on the upper one's temperature, and not the other way.
  @Test(arguments: ["rebar", "relaxed-rebar"])
  func temperatureAboveReachesTheLayerBelow(name: String) throws {
    let model = Self.smallModel(.linear2)
    let estimators = try Self.adaptive(name, for: model).asVariables()
    var generator = PCG64(seed: 7)
    let estimate = try estimators.estimate(model, images: Self.images, using: &generator)
    let temperatures = estimators.layers.compactMap {
      ($0 as? any SofteningEstimator)?.logTemperature
    }
    func slopes(_ layer: Int) throws -> [Float] {
      let loss = try #require(estimators.layers[layer].adaptationLoss(of: estimate.layers[layer]))
      return gradients(of: loss, withRespectTo: temperatures).map(\.scalar)
    }
    let (below, above) = (try slopes(0), try slopes(1))
    #expect(below.allSatisfy { abs($0) > 1e-4 })
    #expect(above[0] == 0 && abs(above[1]) > 1e-4)
  }

  /// The mean of ĝ² over images and latents, and the decay of weights alone.
  @Test func adaptationLossIsMeanSquareWithDecay() throws {
    let model = Self.smallModel(.linear2)
    for name in Self.adaptive {
      let estimators = try Self.adaptive(name, for: model)
      var generator = PCG64(seed: 7)
      let estimate = try estimators.estimate(model, images: Self.images, using: &generator)
      let plain = try #require(estimators.adaptationLoss(of: estimate, weightDecay: 0)).scalar
      let decayed = try #require(estimators.adaptationLoss(of: estimate, weightDecay: 0.5)).scalar
      let squares = estimators.parameters.filter { $0.shape.rank > 0 }
        .reduce(Float(0)) { $0 + $1.squaredNorm().scalar }
      let controlled = ["relax", "rebar", "relaxed-rebar"].contains(name)
      #expect(abs(decayed - plain - (controlled ? 0.25 * squares : 0)) < 1e-4 * max(1, decayed))
      guard controlled else { continue }
      let mean = estimate.layers.reduce(Float(0)) { $0 + $1.gradient.squaredNorm().scalar / 6 }
      #expect(abs(plain - mean) < 1e-4 * mean)
    }
  }

  @Test func estimatorsWithoutParametersHaveNoLoss() throws {
    let model = Self.smallModel(.linear2)
    let estimators = Self.make(REINFORCE.self, for: model)
    var generator = PCG64(seed: 7)
    let estimate = try estimators.estimate(model, images: Self.images, using: &generator)
    #expect(estimators.adaptationLoss(of: estimate, weightDecay: 1) == nil)
  }

  // MARK: Values and names

  /// What is drawn once is every layer's first sample.
  @Test(arguments: [ModelArchitecture.linear1, .linear2])
  func valuesAreTheNegativeBound(_ architecture: ModelArchitecture) throws {
    let model = Self.smallModel(architecture)
    var generator = PCG64(seed: 8)
    let estimate = try Self.make(REINFORCE.self, for: model)
      .estimate(model, images: Self.images, using: &generator)
    for layer in estimate.layers {
      #expect(isClose(layer.values, estimate.values))
      #expect(layer.gradient.shape == [3, 2])
    }
    // One of the values that the latents can give each image.
    let configurations = Configurations(model, Self.images)
    let weights = configurations.logProbabilities(model).weight.values
    let count = weights.count / 3
    for (row, value) in estimate.values.values.enumerated() {
      #expect(weights[row * count..<(row + 1) * count].contains { abs($0 + value) < 1e-4 })
    }
  }

  @Test func parametersAreNamedByLayer() {
    let estimators = Self.make(REBAR.self, for: Self.smallModel(.linear2))
    #expect(
      estimators.namedParameters.map(\.name) == [
        "1.coefficient", "1.log_temperature", "2.coefficient", "2.log_temperature",
      ])
  }

  @Test func estimatorsOfOtherDistributionsThrow() {
    let model = Self.smallModel(.linear1)
    let estimators = Self.make(LAX.self, for: model)
    var generator = PCG64(seed: 9)
    #expect(throws: EstimatorError.self) {
      _ = try estimators.estimate(model, images: Self.images, using: &generator)
    }
  }
}
