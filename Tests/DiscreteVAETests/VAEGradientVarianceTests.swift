import Autodiff
import DiscreteVAE
import Foundation
import GradientEstimators
import NeuralNetworks
import Parallelism
import RandomNumbers
import State
import TestSupport
import Testing

@Suite struct VAEGradientVarianceTests {
  /// log of the sum of the variances of the columns of samples.
  private func logTrace(_ samples: [[Float]]) -> Double {
    let n = Double(samples.count)
    var trace = 0.0
    for column in samples[0].indices {
      let values = samples.map { Double($0[column]) }
      let mean = values.reduce(0, +) / n
      trace += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    }
    return log(trace)
  }

  @Test(arguments: [ModelArchitecture.linear1, .linear2], ["reinforce", "rebar", "nvil"])
  func equalsPlainComputation(_ architecture: ModelArchitecture, _ name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let (model, images) = (tinyModel(architecture), tinyImages(5))
    let estimators = randomizedEstimators(type, for: model)
    var generator = PCG64(seed: 3)
    var copy = generator
    let found = try estimators.gradientVariance(
      at: model, images: images, drawCount: 30, using: &generator)

    let variables = model.asVariables()
    let inEncoder = model.encoder.reduce(0) { $0 + $1.parameterCount }
    var (encoder, decoder): ([[Float]], [[Float]]) = ([], [])
    var layers = [[[Float]]](repeating: [], count: model.layerCount)
    for _ in 0..<30 {
      var stream = PCG64(seed: copy.next())
      let estimate = try estimators.estimate(variables, images: images, using: &stream)
      let slopes = gradients(of: estimate.surrogate, withRespectTo: variables.parameters)
        .flatMap(\.values)
      encoder.append(Array(slopes[..<inEncoder]))
      decoder.append(Array(slopes[inEncoder...]))
      for layer in layers.indices { layers[layer].append(estimate.layers[layer].gradient.values) }
    }
    #expect(abs(found.encoder - logTrace(encoder)) < 1e-4)
    #expect(abs(found.decoder - logTrace(decoder)) < 1e-4)
    #expect(found.layers.count == layers.count)
    for (value, samples) in zip(found.layers, layers) {
      #expect(abs(value - (logTrace(samples) - log(5))) < 1e-4)
    }
    #expect(generator == copy)
  }

  @Test func threadsChangeNoBit() throws {
    let model = tinyModel(.linear2)
    let found = try [1, 2, 3].map { threads in
      try withThreads(threads) {
        var generator = PCG64(seed: 4)
        return try randomizedEstimators(RelaxedREBAR.self, for: model)
          .gradientVariance(at: model, images: tinyImages(5), drawCount: 30, using: &generator)
      }
    }
    #expect(found[0] == found[1] && found[0] == found[2] && found[0].encoder.isFinite)
  }

  @Test func whatTheEstimatorsCannotTakeThrows() {
    let model = tinyModel(.linear1)
    var generator = PCG64(seed: 4)
    #expect(throws: Failure.self) {
      try randomizedEstimators(LAX.self, for: model)
        .gradientVariance(at: model, images: tinyImages(5), using: &generator)
    }
  }

  /// One layer, enumerated: the encoder's gradient is always the same, up to rounding.
  @Test func enumerationDoesNotVary() throws {
    let model = tinyModel(.linear1)
    var generator = PCG64(seed: 4)
    let found = try randomizedEstimators(ExactEnumeration.self, for: model)
      .gradientVariance(at: model, images: tinyImages(5), drawCount: 5, using: &generator)
    #expect(found.encoder < -15 && found.decoder < -15 && found.layers[0] < -15)
  }

  @Test func oneDrawStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let model = tinyModel(.linear1)
      var generator = PCG64(seed: 4)
      _ = try randomizedEstimators(REINFORCE.self, for: model)
        .gradientVariance(at: model, images: tinyImages(1), drawCount: 1, using: &generator)
    }
    expectMessage("gradientVariance: 1 draws", of: result)
  }
}
