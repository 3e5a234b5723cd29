import Autodiff
import Distributions

/// The function f(b) whose expectation is to be minimised or maximised.
///
/// It maps the rows of a matrix [rows, width] independently of each other to a vector [rows], and
/// may depend on the distribution's parameters θ itself and on any other variables: the gradients in
/// these are part of `GradientEstimate.surrogate`.
public struct Objective: Sendable {
  /// Whether f has a derivative in b, as operations recorded by `Tensor`.
  public let isDifferentiable: Bool
  private let evaluate: @Sendable (_ sample: Tensor, _ parameters: Tensor) -> Tensor

  /// f(b) as recorded operations, defined between the discrete values too.
  public init(_ f: @escaping @Sendable (_ sample: Tensor) -> Tensor) {
    self.init(isDifferentiable: true) { sample, _ in f(sample) }
  }

  /// f(b, θ) as recorded operations.
  ///
  /// - Parameter f: Takes b [rows, width] and the distribution's parameters θ [rows, parameters].
  public static func dependingOnParameters(
    _ f: @escaping @Sendable (_ sample: Tensor, _ parameters: Tensor) -> Tensor
  ) -> Objective {
    Objective(isDifferentiable: true, evaluate: f)
  }

  /// f(b) of which nothing is known but its values, for all rows at once: [rows, width] to [rows].
  ///
  /// It may still depend on variables other than b, through recorded operations.
  public static func blackBox(
    _ f: @escaping @Sendable (_ sample: Tensor) -> Tensor
  ) -> Objective {
    Objective(isDifferentiable: false) { sample, _ in f(sample) }
  }

  /// f(b) of which nothing is known but its values, row by row.
  public static func rowByRow(
    _ f: @escaping @Sendable (_ row: ArraySlice<Float>) -> Float
  ) -> Objective {
    blackBox { sample in
      let (rows, width) = (sample.shape[0], sample.shape[1])
      let values = sample.values
      return Tensor((0..<rows).map { f(values[$0 * width..<($0 + 1) * width]) })
    }
  }

  /// - Parameters:
  ///   - isDifferentiable: Whether f has a derivative in b.
  ///   - evaluate: f(b, θ), [rows, width] and [rows, parameters] to [rows].
  public init(
    isDifferentiable: Bool,
    evaluate: @escaping @Sendable (_ sample: Tensor, _ parameters: Tensor) -> Tensor
  ) {
    self.isDifferentiable = isDifferentiable
    self.evaluate = evaluate
  }

  /// f at samples [rows, width] and parameters [rows, parameters]: a vector [rows].
  public func callAsFunction(_ sample: Tensor, parameters: Tensor) -> Tensor {
    let values = evaluate(sample, parameters)
    precondition(
      values.shape == [sample.shape[0]],
      "Objective: f returned the shape \(values.shape) for \(sample.shape[0]) rows")
    return values
  }
}

/// What an estimator is asked: where b comes from, what f is, and what baselines may see.
public struct EstimationProblem: Sendable {
  /// p(b | θ); its parameters may be the output of a network.
  public let distribution: any LatentDistribution
  /// f.
  public let objective: Objective
  /// Inputs of baselines and control variates that are known before b, [rows, width].
  public let context: Tensor?

  public init(
    distribution: any LatentDistribution, objective: Objective, context: Tensor? = nil
  ) {
    if let context {
      precondition(
        context.shape.rank == 2 && context.shape[0] == distribution.rowCount,
        "EstimationProblem: a context \(context.shape) for \(distribution.rowCount) rows")
    }
    self.distribution = distribution
    self.objective = objective
    self.context = context?.detached()
  }

  /// f at the distribution's own parameters, through which its direct dependence on θ is followed.
  func value(at sample: Tensor) -> Tensor {
    objective(sample, parameters: distribution.parameters)
  }

  /// f inside a control variate, where θ is a constant: the direct dependence of c(z) on θ has the
  /// same expectation as that of c(z̃) and would only add noise.
  func frozenValue(at sample: Tensor) -> Tensor {
    objective(sample, parameters: distribution.parameters.detached())
  }

  /// f at samples and its slope in them, [rows] and [rows, width].
  func valueWithSlope(at sample: Tensor) -> (value: Tensor, slope: Tensor) {
    let sample = sample.detached().asVariable()
    let value = value(at: sample)
    return (value, gradients(of: value.sum(), withRespectTo: [sample])[0])
  }

  // MARK: What estimators require

  /// The distribution as one with relaxations.
  func relaxable(
    for traits: EstimatorTraits
  ) throws(EstimatorError) -> any RelaxableDistribution {
    guard let relaxable = distribution as? any RelaxableDistribution else {
      throw .distribution(traits, type(of: distribution).name)
    }
    return relaxable
  }

  /// The distribution as Bernoullis.
  func bernoulli(for traits: EstimatorTraits) throws(EstimatorError) -> Bernoulli {
    guard let bernoulli = distribution as? Bernoulli else {
      throw .distribution(traits, type(of: distribution).name)
    }
    return bernoulli
  }

  /// The distribution as Gaussians.
  func gaussian(for traits: EstimatorTraits) throws(EstimatorError) -> DiagonalGaussian {
    guard let gaussian = distribution as? DiagonalGaussian else {
      throw .distribution(traits, type(of: distribution).name)
    }
    return gaussian
  }

  /// Checks that f has a derivative.
  func requireDifferentiable(for traits: EstimatorTraits) throws(EstimatorError) {
    if !objective.isDifferentiable { throw .blackBox(traits) }
  }
}
