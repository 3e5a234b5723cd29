import Autodiff

/// An estimate of ∂E[f(b)]/∂θ for each row.
public struct GradientEstimate: Sendable {
  /// The part of the estimate that comes from the distribution of b, [rows, parameters]: all of it
  /// where f does not depend on θ itself. A function of the estimator's variables where it has any.
  public let gradient: Tensor

  /// f at the samples, averaged where there are several, [rows]; a function of all variables that f
  /// was computed from.
  public let values: Tensor

  /// What a regression of the estimator's own has left of f, [rows]; `nil` without one.
  var residuals: Tensor?

  /// What was asked of f, for estimators that learn from it.
  ///
  /// Most of those that have one are never asked for it: nothing is computed before.
  struct Evaluation: Sendable {
    private let problem: EstimationProblem
    private let samples: [(sample: Tensor, values: Tensor)]

    /// - Parameters:
    ///   - problem: What b was drawn for.
    ///   - samples: b and f(b), one or more of each row.
    init(of problem: EstimationProblem, _ samples: [(sample: Tensor, values: Tensor)]) {
      (self.problem, self.samples) = (problem, samples)
    }

    func replacing(values: Tensor) -> Evaluation {
      precondition(
        samples.count == 1 && values.shape == samples[0].values.shape,
        "GradientEstimate: values of shape \(values.shape) at \(samples.count) samples a row")
      return Evaluation(of: problem, [(samples[0].sample, values)])
    }

    /// x, [rows, width]; `nil` without one.
    var context: Tensor? { problem.context?.repeated(samples.count) }

    /// b, [rows, width].
    var sample: Tensor { .concatenatingRows(samples.map(\.sample)) }

    /// f(b), [rows].
    var values: Tensor { Tensor(samples.flatMap { $0.values.values }) }

    /// E[b], as b.
    var mean: Tensor {
      withoutRecording { problem.distribution.detached().mean }.repeated(samples.count)
    }

    /// Whether the scalars of b are independent of each other.
    var isIndependent: Bool { problem.distribution.hasIndependentScalars }
  }

  /// The estimate as it is to be remembered: with other values at the samples that f was evaluated at, where
  /// these are known with less noise than f had, or without what changes with θ.
  ///
  /// - Parameter values: A value for each row, [rows].
  public func remembering(_ values: Tensor) -> GradientEstimate {
    var copy = self
    copy.evaluation = evaluation?.replacing(values: values)
    return copy
  }

  /// The evaluation that the estimate is made of; `nil` where nobody remembers it.
  var evaluation: Evaluation?

  /// The distribution's parameters θ, as the caller has made them.
  private let parameters: Tensor

  init(gradient: Tensor, values: Tensor, problem: EstimationProblem) {
    parameters = problem.distribution.parameters
    precondition(
      gradient.shape == parameters.shape,
      "GradientEstimate: a gradient \(gradient.shape) for parameters \(parameters.shape)")
    self.gradient = gradient
    self.values = values
  }

  /// A scalar whose gradients are the estimates of Σ_rows ∂E[f]/∂·, in whatever variables θ and f
  /// were computed from: the weights of a network that produced θ, and f's own parameters. Its value
  /// means nothing.
  public var surrogate: Tensor { distributionSurrogate + values.sum() }

  /// The part of `surrogate` that reaches what θ was computed from through the distribution of b
  /// alone.
  public var distributionSurrogate: Tensor { (parameters * gradient.detached()).sum() }
}
