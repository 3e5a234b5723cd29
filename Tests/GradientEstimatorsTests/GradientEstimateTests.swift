import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import Statistics
import TestSupport
import Testing

@testable import GradientEstimators

/// A model as it is trained: logits from one network, f another network of b and the logits.
@Suite struct GradientEstimateTests {
  private struct Model: Module {
    var encoder: MLP
    var decoder: MLP

    init() {
      var generator = PCG64(seed: 1)
      encoder = MLP(sizes: [2, 2], activation: .tanh, using: &generator)
      decoder = MLP(sizes: [4, 3, 1], activation: .tanh, using: &generator)
      encoder.randomize(using: &generator)
      decoder.randomize(using: &generator)
    }

    mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
      Self.visit(&encoder, "encoder", visit)
      Self.visit(&decoder, "decoder", visit)
    }

    func problem(_ inputs: Tensor) -> EstimationProblem {
      let decoder = decoder
      return EstimationProblem(
        distribution: Bernoulli(logits: encoder(inputs)),
        objective: Objective.dependingOnParameters({ b, logits in
          decoder(.concatenatingColumns([b, logits])).reshaped([b.shape[0]])
        }), context: inputs)
    }
  }

  private static let inputs: [Float] = [0.5, -0.4, -0.2, 0.3]
  private static let exact: [Double] = {
    let variables = Model().asVariables()
    return gradients(
      of: expectation(variables.parameters), withRespectTo: variables.parameters
    ).flatMap { $0.values.map { Double($0) } }
  }()

  /// E[f(b)], the mean over two inputs, enumerated: a function of all weights.
  private static func expectation(_ parameters: [Tensor]) -> Tensor {
    var model = Model()
    model.setParameters(parameters)
    let problem = model.problem(Tensor(inputs, shape: [2, 2]))
    let terms = (0..<4).map { index in
      let b = Bernoulli(logits: .zeros([2, 2])).supportPoint(index)
      let probability = problem.distribution.logProbability(of: b).exp()
      return (probability * problem.value(at: b)).mean()
    }
    return sum(terms)
  }

  @Test func expectationHasTheSlopeOfItsDifferences() {
    checkGradient(of: { Self.expectation($0) }, at: Model().parameters)
  }

  /// The surrogate's gradients, over many rows, are those of the expectation: in the weights of the
  /// network before b and in those of the one behind it.
  @Test(
    arguments: EstimatorRegistry.all.map { $0.traits }
      .filter { $0.isUnbiased && $0.supports.contains(.bernoulli) }.map(\.name))
  func surrogateHasTheGradientsOfTheExpectation(name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let estimator = randomized(type, width: 2, contextWidth: 2)
    let rows = 128
    let inputs = Tensor(
      (0..<rows / 2).flatMap { _ in Self.inputs }, shape: [rows, 2])
    let model = Model().asVariables()
    let parameters = model.parameters
    var generator = PCG64(seed: 2)
    var moments = SampleMoments()
    for _ in 0..<(name == "exact" ? 2 : 150) {
      let estimate = try estimator.estimate(model.problem(inputs), using: &generator)
      let slopes = gradients(of: estimate.surrogate, withRespectTo: parameters)
      moments.add(slopes.flatMap { $0.values.map { $0 / Float(rows) } })
    }
    if name != "exact" { checkUnbiased(moments, exact: Self.exact, familyWiseError: 1e-4) }
    // Nothing is too small to be missed, and the samples are enough to see it.
    #expect(Self.exact.map { abs($0) }.max() ?? 0 > 0.1)
    if name == "exact" {
      #expect(zip(moments.mean, Self.exact).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test func gradientOfAnotherShapeStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GradientEstimate(
        gradient: .zeros([2, 1]), values: .zeros([1]), problem: toyProblem(target: 0.4))
    }
    expectMessage("a gradient [2, 1] for parameters [1, 1]", of: result)
  }
}
