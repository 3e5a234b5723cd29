import Autodiff
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import State
import Statistics

/// θ as something that optimisers move.
struct ToyParameters: Module {
  var values: Tensor

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("theta", &values)
  }

  /// One step along the exact gradient.
  mutating func followExactGradient(
    of problem: ToyProblem, with optimizer: inout Adam, learningRate: Float
  ) {
    let gradient = problem.expectation(values.values).gradient.map { Float($0) }
    optimizer.update(
      &self, along: [Tensor(gradient, shape: values.shape)], learningRate: learningRate)
  }
}

extension GradientEstimator {
  /// Takes one step of φ, along an estimate in some rows.
  ///
  /// - Returns: The estimate of the gradient in θ, [rows, parameters].
  /// - Throws: `Failure` where a gradient is not finite; nothing has changed then.
  mutating func adapt(
    on problem: EstimationProblem, with optimizer: inout Adam, learningRate: Float,
    using generator: inout PCG64
  ) throws(Failure) -> Tensor {
    let variables = asVariables()
    let estimate = try variables.estimate(problem, using: &generator)
    let loss = variables.adaptationLoss(of: estimate)
    let slopes = loss.map { gradients(of: $0, withRespectTo: variables.parameters) }
    guard estimate.gradient.isFinite, slopes?.allSatisfy(\.isFinite) ?? true else {
      throw .diverged(
        "A gradient of \(Self.traits.name) is not finite; try a smaller --learning-rate or "
          + "--cv-learning-rate.")
    }
    if let slopes { optimizer.update(&self, along: slopes, learningRate: learningRate) }
    observe(estimate)
    return estimate.gradient.detached()
  }

  /// log Σ_i Var ĝ_i over fresh estimates at parameters θ; nothing changes.
  ///
  /// - Parameters:
  ///   - theta: θ.
  ///   - problem: What is estimated.
  ///   - samples: How many estimates.
  ///   - generator: The noise.
  ///   - check: Called before each thousand of them.
  func logVariance(
    at theta: Tensor, of problem: ToyProblem, samples: Int, using generator: inout PCG64,
    check: () throws(Failure) -> Void = {}
  ) throws(Failure) -> Double {
    if Self.self == ExactEnumeration.self { return -.infinity }
    var moments = SampleMoments()
    while moments.count < samples {
      try check()
      moments.add(
        rows: try estimate(
          problem.problem(at: theta, rows: min(samples - moments.count, 1000)),
          using: &generator
        ).gradient)
    }
    return moments.logTrace
  }
}
