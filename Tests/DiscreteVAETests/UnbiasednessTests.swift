import Autodiff
import Distributions
import Foundation
import NeuralNetworks
import RandomNumbers
import State
import Statistics
import Testing

@testable import DiscreteVAE
@testable import GradientEstimators

/// The gradient of the bound in every weight, through a whole model, against its enumeration.
@Suite struct UnbiasednessTests {
  private static let architectures = [ModelArchitecture.linear1, .linear2, .nonlinear]
  /// Of those with a memory one for each number of evaluations: what they do here they do alike.
  private static let unbiased = bernoulliEstimators.map { $0.traits }.filter(\.isUnbiased).map(
    \.name
  ).filter { !["relax-memory", "rloo-memory"].contains($0) }
  private static let biased = bernoulliEstimators.map { $0.traits }.filter { !$0.isUnbiased }.map(
    \.name)
  private static let cases = architectures.flatMap { a in unbiased.map { (a, $0) } }
  private static let isFull = ProcessInfo.processInfo.environment["SWIFT_RELAX_FULL"] != nil
  /// The rows of a batch, two images in equal parts, and how many batches.
  private static let (rows, batches) = isFull ? (1000, 1000) : (100, 100)

  /// Over all weights of all models and estimators that must not exceed it.
  private static let limit: Double = {
    let weights = architectures.reduce(0) { $0 + tinyModel($1).parameterCount }
    return zScoreLimit(
      coordinates: weights * (unbiased.count + NoiseCoupling.allCases.count), familyWiseError: 1e-3)
  }()

  /// The z-score of the mean estimate in every weight of encoder, decoder and prior.
  private static func zScores(
    _ estimators: LayerEstimators, _ model: BernoulliVAE, seed: UInt64 = 3
  ) throws -> [Double] {
    let configurations = Configurations(model, tinyImages(2))
    let (bound, exact) = valueWithGradients(at: model) { configurations.negativeBound($0) }
    let images = tinyImages(2, repetitions: rows / 2)
    let variables = model.asVariables()
    let parameters = variables.parameters
    var generator = PCG64(seed: seed)
    var moments = SampleMoments()
    for _ in 0..<batches {
      let estimate = try estimators.estimate(variables, images: images, using: &generator)
      let slopes = gradients(of: estimate.surrogate, withRespectTo: parameters)
      moments.add(slopes.flatMap(\.values))
    }
    let expected = exact.flatMap(\.values).map { Double($0) }
    // Both sides are sums of values as large as the bound, in Float32.
    let rounding = expected.map { _ in 0x1p-20 * Double(bound) }
    return moments.zScores(against: expected, errors: rounding)
  }

  /// The largest size of a z-score; not a number if one of them is not.
  private static func largest(_ scores: [Double]) -> Double {
    scores.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, abs($1)) }
  }

  @Test(arguments: cases)
  func meanIsTheEnumeratedGradient(_ architecture: ModelArchitecture, _ name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let model = tinyModel(architecture)
    let scores = try Self.zScores(randomizedEstimators(type, for: model), model)
    #expect(scores.count == model.parameterCount)
    #expect(Self.largest(scores) <= Self.limit)
  }

  /// With noise of its own for each relaxation.
  @Test func independentRelaxations() throws {
    let model = tinyModel(.linear2)
    var estimators = randomizedEstimators(REBAR.self, for: model)
    for layer in estimators.layers.indices {
      var rebar = REBAR(coupling: .independent)
      rebar.setParameters(estimators.layers[layer].parameters)
      estimators.layers[layer] = rebar
    }
    #expect(Self.largest(try Self.zScores(estimators, model)) <= Self.limit)
  }

  // MARK: What the comparison finds out

  @Test(arguments: architectures.flatMap { a in biased.map { (a, $0) } })
  func biasedEstimatorsAreCaught(_ architecture: ModelArchitecture, _ name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let model = tinyModel(architecture)
    let scores = try Self.zScores(randomizedEstimators(type, for: model), model)
    // Decoder and prior have the right gradient with straight-through, the encoder never.
    #expect(Self.largest(Array(scores.prefix(encoderCount(model)))) > 2 * Self.limit)
    if name == "straight-through" {
      #expect(Self.largest(Array(scores.dropFirst(encoderCount(model)))) <= Self.limit)
    }
  }

  @Test(arguments: WrongEstimator.Mistake.allCases)
  func wrongEstimatorsAreCaught(mistake: WrongEstimator.Mistake) throws {
    let model = tinyModel(.linear2)
    var generator = PCG64(seed: 4)
    var estimators = LayerEstimators(REBAR.self, for: model, hiddenSizes: [], using: &generator)
    // A mistake in one layer alone is to be seen in the weights that lead to it, and not in others.
    for layer in 0..<2 {
      let right = estimators.layers[layer]
      estimators.layers[layer] = WrongEstimator(mistake, parameters: right.parameters)
      let scores = try Self.zScores(estimators, model)
      estimators.layers[layer] = right
      let split = model.encoder[0].parameterCount
      let parts = [scores[..<split], scores[split..<encoderCount(model)]]
      #expect(Self.largest(Array(parts[layer])) > Self.limit)
      #expect(Self.largest(Array(parts[1 - layer])) <= Self.limit)
    }
  }

  private func encoderCount(_ model: BernoulliVAE) -> Int {
    model.encoder.reduce(0) { $0 + $1.parameterCount }
  }
}

/// REBAR with a mistake that is easily made where several layers are drawn together.
struct WrongEstimator: SofteningEstimator {
  enum Mistake: CaseIterable {
    /// A sample of its own, with the bound at the sample that was drawn.
    case staleValues
    /// z̃ that does not know b.
    case redrawnRelaxation
    /// A baseline that sees the layer's own latents instead of the layer below.
    case leakingBaseline
  }

  static let traits = REBAR.traits

  private var rebar = REBAR()
  private let mistake: Mistake

  init(_ mistake: Mistake, parameters: [Tensor]) {
    self.mistake = mistake
    rebar.setParameters(parameters)
  }

  init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    self.init(.staleValues, parameters: REBAR(setting, using: &generator).parameters)
  }

  var logTemperature: Tensor { rebar.logTemperature }

  func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    guard let drawn = problem.drawn, let bernoulli = problem.distribution as? Bernoulli else {
      throw .usage("made for Bernoullis that are drawn.")
    }
    func replacing(
      _ distribution: any LatentDistribution, context: Tensor? = nil,
      drawn: (sample: Tensor, values: Tensor)
    ) -> EstimationProblem {
      EstimationProblem(
        distribution: distribution, objective: problem.objective, context: context, drawn: drawn)
    }
    switch mistake {
    case .staleValues:
      let sample = bernoulli.detached().sample(using: &generator)
      return try rebar.estimate(
        replacing(bernoulli, drawn: (sample, drawn.values)), using: &generator)
    case .redrawnRelaxation:
      return try rebar.estimate(
        replacing(RedrawnRelaxation(bernoulli), drawn: drawn), using: &generator)
    case .leakingBaseline:
      var setup = PCG64(seed: 1)
      let setting = EstimatorSetting(sampleWidth: 3, contextWidth: 3, hiddenSizes: [4])
      var nvil = NVIL(setting, using: &setup)
      nvil.randomize(using: &setup)
      return nvil.estimate(
        replacing(bernoulli, context: drawn.sample, drawn: drawn), using: &generator)
    }
  }
}
