import Autodiff
import DiscreteVAE
import Foundation
import GradientEstimators
import Parallelism
import RandomNumbers
import Statistics
import TestSupport
import Testing

@Suite struct BernoulliVAEEvaluationTests {
  /// One image's latents: their posterior probabilities, and log p(x, b) − log q(b | x).
  private func enumerated(
    _ model: BernoulliVAE, _ image: Tensor
  ) -> (posterior: [Double], weight: [Double]) {
    let (posterior, weight) = Configurations(model, image).logProbabilities(model)
    return (posterior.values.map { exp(Double($0)) }, weight.values.map { Double($0) })
  }

  private func expectation(_ p: [Double], _ f: (Int) -> Double) -> Double {
    p.indices.reduce(0) { $0 + p[$1] * f($1) }
  }

  private let limit = zScoreLimit(coordinates: 10, familyWiseError: 1e-3)

  // MARK: Bounds

  @Test(arguments: ModelArchitecture.allCases)
  func elboIsTheEnumeratedOne(_ architecture: ModelArchitecture) throws {
    let (model, image) = (tinyModel(architecture), tinyImages(1))
    let (p, weight) = enumerated(model, image)
    let mean = expectation(p) { weight[$0] }
    let variance = expectation(p) { (weight[$0] - mean) * (weight[$0] - mean) }
    var generator = PCG64(seed: 1)
    let batches = [tinyImages(1, repetitions: 3000), tinyImages(1, repetitions: 1000)]
    let bounds = try model.bounds(of: batches, sampleCount: 3, using: &generator)
    #expect(abs(bounds.elbo - mean) < limit * (variance / 12_000).squareRoot())
    // Batches count by their rows: one that was drawn first has its weight, not more.
    var copy = PCG64(seed: 1)
    let parts = try batches.map { try model.bounds(of: [$0], sampleCount: 3, using: &copy) }
    #expect(abs(bounds.elbo - (0.75 * parts[0].elbo + 0.25 * parts[1].elbo)) < 1e-9)
    #expect(
      abs(
        bounds.importanceWeighted
          - (0.75 * parts[0].importanceWeighted + 0.25 * parts[1].importanceWeighted)) < 1e-9)
  }

  /// Of so many samples that several threads share those of a batch.
  @Test func threadsChangeNoBitOfTheBounds() throws {
    let model = tinyModel(.linear2)
    let found = try [1, 2, 3].map { threads in
      try withThreads(threads) {
        var generator = PCG64(seed: 1)
        let bounds = try model.bounds(
          of: [tinyImages(5), tinyImages(3)], sampleCount: 120, using: &generator)
        return (bounds, generator)
      }
    }
    for (bounds, generator) in found { #expect(bounds == found[0].0 && generator == found[0].1) }
    // The draws follow on each other, whoever makes them.
    var generator = PCG64(seed: 1)
    let singles = try (0..<120).map { _ in
      try model.bounds(of: [tinyImages(5)], using: &generator).elbo
    }
    let rest = try model.bounds(of: [tinyImages(3)], sampleCount: 120, using: &generator).elbo
    #expect(abs(found[0].0.elbo - (5 * singles.reduce(0, +) / 120 + 3 * rest) / 8) < 1e-9)
    #expect(generator == found[0].1)
  }

  /// With two samples, enumerated over pairs.
  @Test func importanceWeightedBoundOfPairs() throws {
    let (model, image) = (tinyModel(.linear1), tinyImages(1))
    let (p, weight) = enumerated(model, image)
    let pairs = p.indices.flatMap { i in p.indices.map { (i, $0) } }
    let joint = pairs.map { p[$0] * p[$1] }
    let values = pairs.map { log((exp(weight[$0]) + exp(weight[$1])) / 2) }
    let mean = expectation(joint) { values[$0] }
    let variance = expectation(joint) { (values[$0] - mean) * (values[$0] - mean) }
    var generator = PCG64(seed: 2)
    let bounds = try model.bounds(
      of: [tinyImages(1, repetitions: 10_000)], sampleCount: 2, using: &generator)
    #expect(abs(bounds.importanceWeighted - mean) < limit * (variance / 10_000).squareRoot())
  }

  /// From the evidence lower bound up to the evidence, as the samples become more.
  @Test(arguments: ModelArchitecture.allCases)
  func importanceWeightedBoundTendsToTheEvidence(_ architecture: ModelArchitecture) throws {
    let (model, image) = (tinyModel(architecture, size: 0.6), tinyImages(1))
    let (p, weight) = enumerated(model, image)
    let (elbo, evidence) = (expectation(p) { weight[$0] }, log(expectation(p) { exp(weight[$0]) }))
    var generator = PCG64(seed: 3)
    let images = tinyImages(1, repetitions: 400)
    let found = try [1, 5, 50, 1000].map {
      try model.bounds(of: [images], sampleCount: $0, using: &generator).importanceWeighted
    }
    #expect(evidence - elbo > 0.1)
    #expect(found[0] < found[1] && found[1] < found[2] && found[2] < found[3])
    #expect(abs(found[3] - evidence) < 0.02 * (evidence - elbo))
  }

  @Test func boundsOfOneSampleAreEqual() throws {
    var generator = PCG64(seed: 4)
    let bounds = try tinyModel(.linear2).bounds(of: [tinyImages(20)], using: &generator)
    #expect(bounds.elbo == bounds.importanceWeighted && bounds.elbo < 0)
  }

  /// Weights far below what `exp` can represent.
  @Test func smallProbabilitiesDoNotUnderflow() throws {
    let model = tinyModel(.linear1, size: 1000)
    var generator = PCG64(seed: 5)
    let bounds = try model.bounds(of: [tinyImages(20)], sampleCount: 5, using: &generator)
    #expect(bounds.elbo < -800 && bounds.importanceWeighted.isFinite)
    #expect(bounds.importanceWeighted >= bounds.elbo)
  }

  @Test func noSamplesStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = PCG64(seed: 1)
      _ = try tinyModel(.linear1).bounds(of: [tinyImages(1)], sampleCount: 0, using: &generator)
    }
    expectMessage("bounds: 0 samples", of: result)
  }

  // MARK: Images

  /// Expects the mean of rows to be Σ_b p(b) σ(logits(b)), by the z-score of each pixel.
  private func check(_ rows: Tensor, _ p: [Double], _ pixels: Tensor) {
    let width = rows.shape[1]
    #expect(rows.values.allSatisfy { $0 > 0 && $0 < 1 } && !rows.isRecorded)
    var moments = SampleMoments()
    moments.add(rows: rows)
    let exact = (0..<width).map { j in
      expectation(p) { Double(pixels.values[$0 * width + j]) }
    }
    #expect(abs(p.reduce(0, +) - 1) < 1e-5)
    checkUnbiased(moments, exact: exact)
  }

  @Test(arguments: [ModelArchitecture.linear1, .linear2, .nonlinear])
  func samplesHaveTheModelsMarginals(_ architecture: ModelArchitecture) {
    let model = tinyModel(architecture)
    let latents = Configurations(model, tinyImages(1)).latents
    let top = latents[latents.count - 1]
    var logProbability = top.bernoulliLogLikelihood(
      logits: model.prior.repeatedAsRows(top.shape[0]))
    if architecture == .linear2 {
      logProbability =
        logProbability
        + latents[0].bernoulliLogLikelihood(logits: model.decoderLogits(of: 1, latents[1]))
    }
    var generator = PCG64(seed: 6)
    let images = model.asVariables().sample(count: 20_000, using: &generator)
    #expect(images.shape == [20_000, 8])
    check(
      images, logProbability.values.map { exp(Double($0)) },
      model.decoderLogits(of: 0, latents[0]).sigmoid())
  }

  @Test(arguments: [ModelArchitecture.linear1, .linear2, .nonlinear])
  func reconstructionsHaveThePosteriorsMarginals(_ architecture: ModelArchitecture) {
    let (model, image) = (tinyModel(architecture), tinyImages(1))
    let latents = Configurations(model, image).latents
    var generator = PCG64(seed: 7)
    let images = model.asVariables()
      .reconstruction(of: tinyImages(1, repetitions: 20_000), using: &generator)
    #expect(images.shape == [20_000, 8])
    check(
      images, enumerated(model, image).posterior,
      model.decoderLogits(of: 0, latents[0]).sigmoid())
  }
}
