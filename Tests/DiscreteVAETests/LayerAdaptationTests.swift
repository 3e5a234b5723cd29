import Autodiff
import NeuralNetworks
import RandomNumbers
import TestSupport
import Testing

@testable import DiscreteVAE
@testable import GradientEstimators

/// What the parameters of all layers' estimators descend.
@Suite struct LayerAdaptationTests {
  private static let adaptive = bernoulliEstimators.map { $0.traits.name }.filter {
    ["constant-baseline", "nvil", "relax", "rebar", "relaxed-rebar", "double-cv"].contains($0)
  }

  private static func adaptive(_ name: String, for model: BernoulliVAE) throws -> LayerEstimators {
    var estimators = smallEstimators(
      try #require(EstimatorRegistry.estimator(named: name)), for: model)
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
    let model = smallModel(.linear2)
    let estimators = try Self.adaptive(name, for: model)
    let loss = { (parameters: [Tensor]) -> Tensor in
      var (estimators, generator) = (estimators, PCG64(seed: 7))
      estimators.setParameters(parameters)
      guard
        let estimate = try? estimators.estimate(model, images: smallImages, using: &generator),
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
    let model = smallModel(.linear2)
    let estimators = try Self.adaptive(name, for: model).asVariables()
    var generator = PCG64(seed: 7)
    let estimate = try estimators.estimate(model, images: smallImages, using: &generator)
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
    let model = smallModel(.linear2)
    for name in Self.adaptive {
      let estimators = try Self.adaptive(name, for: model)
      var generator = PCG64(seed: 7)
      let estimate = try estimators.estimate(model, images: smallImages, using: &generator)
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
    let model = smallModel(.linear2)
    let estimators = smallEstimators(REINFORCE.self, for: model)
    var generator = PCG64(seed: 7)
    let estimate = try estimators.estimate(model, images: smallImages, using: &generator)
    #expect(estimators.adaptationLoss(of: estimate, weightDecay: 1) == nil)
  }
}
