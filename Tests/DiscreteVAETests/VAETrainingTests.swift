import Autodiff
import DiscreteVAE
import GradientEstimators
import NeuralNetworks
import Parallelism
import RandomNumbers
import State
import Testing

@Suite struct VAETrainingTests {
  private static func training(
    _ type: any GradientEstimator.Type, _ architecture: ModelArchitecture = .linear2,
    weightDecay: Float = 0
  ) -> VAETraining {
    let model = tinyModel(architecture, size: 0.5)
    return VAETraining(
      model: model, estimators: randomizedEstimators(type, for: model), learningRate: 0.01,
      adaptationRate: 0.02, weightDecay: weightDecay)
  }

  private func values(_ module: some Module) -> [[Float]] { module.parameters.map(\.values) }

  /// Both move along the gradients at the old parameters of both, by their own rates.
  @Test(arguments: ["relaxed-rebar", "rebar", "nvil"])
  func stepIsAdamOnBothGradients(name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    var training = Self.training(type, weightDecay: 0.1)
    var (model, estimators) = (training.model, training.estimators)
    var (modelOptimizer, adaptationOptimizer) = (Adam(beta2: 0.99999), Adam(beta2: 0.99999))
    var generator = PCG64(seed: 1)
    var copy = generator
    for _ in 0..<3 {
      let found = try training.step(on: tinyImages(6), using: &generator)
      let (variables, adapting) = (model.asVariables(), estimators.asVariables())
      let estimate = try adapting.estimate(variables, images: tinyImages(6), using: &copy)
      let loss = try #require(adapting.adaptationLoss(of: estimate, weightDecay: 0.1))
      let slopes = gradients(of: estimate.surrogate, withRespectTo: variables.parameters)
      let adaptation = gradients(of: loss, withRespectTo: adapting.parameters)
      modelOptimizer.update(&model, along: slopes, learningRate: 0.01)
      adaptationOptimizer.update(&estimators, along: adaptation, learningRate: 0.02)
      estimators.observe(estimate)
      #expect(found == -Double(estimate.values.mean().scalar))
    }
    #expect(values(training.model) == values(model))
    #expect(values(training.estimators) == values(estimators))
    #expect(
      training.estimators.layers.map(\.runningStatistics)
        == estimators.layers.map(\.runningStatistics))
  }

  /// Of a batch whose latents are so many that the bound has a thread of its own.
  @Test(
    arguments: ["relaxed-rebar", "rebar", "relax", "nvil", "rloo", "relax-memory"],
    [ModelArchitecture.linear1, .linear2])
  func threadsChangeNoBit(name: String, architecture: ModelArchitecture) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let model = tinyModel(architecture, pixels: 20, latents: 140, size: 0.1)
    let images = tinyImages(30, pixels: 20)
    let states = try [1, 2, 3, 8].map { threads in
      try withThreads(threads) { () -> ([[Float]], [[Double]], [Double]) in
        var training = VAETraining(
          model: model, estimators: randomizedEstimators(type, for: model), learningRate: 0.01,
          adaptationRate: 0.02)
        var generator = PCG64(seed: 6)
        let bounds = try (0..<4).map {
          try training.step(on: images, adaptsOnly: $0 == 0, using: &generator)
        }
        return (
          values(training.model) + values(training.estimators),
          training.estimators.layers.map(\.runningStatistics), bounds
        )
      }
    }
    for state in states { #expect(state == states[0]) }
  }

  @Test(arguments: bernoulliEstimators.map { $0.traits.name })
  func everyParameterMoves(name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    var training = Self.training(type)
    let (model, estimators) = (values(training.model), values(training.estimators))
    var generator = PCG64(seed: 2)
    for _ in 0..<3 { try training.step(on: tinyImages(10), using: &generator) }
    for (old, new) in zip(model, values(training.model)) { #expect(old != new) }
    for (old, new) in zip(estimators, values(training.estimators)) { #expect(old != new) }
  }

  @Test(arguments: bernoulliEstimators.map { $0.traits.name })
  func adaptingLeavesTheModelAlone(name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    var training = Self.training(type)
    let (model, estimators) = (values(training.model), values(training.estimators))
    var generator = PCG64(seed: 3)
    for _ in 0..<3 {
      try training.step(on: tinyImages(10), adaptsOnly: true, using: &generator)
    }
    #expect(values(training.model) == model)
    for (old, new) in zip(estimators, values(training.estimators)) { #expect(old != new) }
  }

  /// On four images that one layer of three latents can tell apart.
  @Test(arguments: ["reinforce", "disarm", "rebar", "relax", "relaxed-rebar"])
  func trainingRaisesTheBound(name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    var generator = PCG64(seed: 4)
    let images = Tensor(
      [0, 3, 5, 6].flatMap { index in (0..<8).map { Float(index >> ($0 % 3) & 1) } }, shape: [4, 8])
    let model = BernoulliVAE(
      .linear1, latentCount: 3, pixelMeans: [Float](repeating: 0.5, count: 8), using: &generator)
    var training = VAETraining(
      model: model,
      estimators: LayerEstimators(type, for: model, hiddenSizes: [5], using: &generator),
      learningRate: 0.02, adaptationRate: 0.02)
    let configurations = Configurations(model, images)
    let before = -configurations.negativeBound(model).scalar
    let batch = Tensor.concatenatingRows([Tensor](repeating: images, count: 6))
    for _ in 0..<300 { try training.step(on: batch, using: &generator) }
    let after = -configurations.negativeBound(training.model).scalar
    // About eight fair coins to begin with; log 4 nats are all that is needed.
    #expect(before < -5 && after > before + 2 && after < -1.38, "from \(before) to \(after)")
  }

  @Test func estimatorsOfOtherDistributionsThrow() {
    var training = Self.training(LAX.self, .linear1)
    var generator = PCG64(seed: 5)
    #expect(throws: Failure.self) {
      try training.step(on: tinyImages(2), using: &generator)
    }
  }
}
