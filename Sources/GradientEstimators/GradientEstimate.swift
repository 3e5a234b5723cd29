import Autodiff
import Distributions

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
  struct Evaluation: Sendable {
    /// x, [rows, width]; `nil` without one.
    let context: Tensor?
    /// b, [rows, width].
    let sample: Tensor
    /// f(b), [rows].
    let values: Tensor
    /// E[b], as b.
    let mean: Tensor
    /// Whether the scalars of b are independent of each other.
    let isIndependent: Bool

    /// - Parameters:
    ///   - problem: What b was drawn for.
    ///   - samples: b and f(b), one or more of each row.
    init(of problem: EstimationProblem, _ samples: [(sample: Tensor, values: Tensor)]) {
      let distribution = problem.distribution
      let mean = withoutRecording { distribution.detached().mean }
      context = problem.context?.repeated(samples.count)
      sample = .concatenatingRows(samples.map(\.sample))
      values = Tensor(samples.flatMap { $0.values.values })
      self.mean = mean.repeated(samples.count)
      isIndependent = distribution.hasIndependentScalars
    }
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
