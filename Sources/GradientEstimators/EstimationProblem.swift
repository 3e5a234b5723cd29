import Autodiff
import Distributions
import Parallelism
import RandomNumbers
import State

/// The function f(b) whose expectation is to be minimised or maximised.
///
/// It maps the rows of a matrix [rows, width] independently of each other to a vector [rows], and
/// may depend on the distribution's parameters θ itself and on any other variables: the gradients in
/// these are part of `GradientEstimate.surrogate`.
public struct Objective: Sendable {
  /// What stands in the place of b. Most functions need not know; one that draws further variables
  /// given b treats these in the same way.
  public enum Argument: Sendable {
    /// A value of b.
    case sample
    /// A value of b at which the slope is wanted as well.
    case straightThrough
    /// A soft sample, between the values.
    case soft
    /// E[b]
    case mean
  }

  /// Whether f has a derivative in b, as operations recorded by `Tensor`.
  public let isDifferentiable: Bool
  private let evaluate:
    @Sendable (_ sample: Tensor, _ parameters: Tensor, _ argument: Argument) -> Tensor

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
    self.evaluate = { sample, parameters, _ in evaluate(sample, parameters) }
  }

  /// f(b, θ) that draws further variables given b, and so has to know what stands in b's place.
  ///
  /// - Parameter f: Takes b [rows, width], the distribution's parameters θ [rows, parameters], and
  ///   what b is.
  public static func dependingOnArgument(
    _ f:
      @escaping @Sendable (_ sample: Tensor, _ parameters: Tensor, _ argument: Argument) -> Tensor
  ) -> Objective {
    Objective(evaluate: f)
  }

  private init(evaluate: @escaping @Sendable (Tensor, Tensor, Argument) -> Tensor) {
    isDifferentiable = true
    self.evaluate = evaluate
  }

  /// f at samples [rows, width] and parameters [rows, parameters]: a vector [rows].
  public func callAsFunction(
    _ sample: Tensor, parameters: Tensor, argument: Argument = .sample
  ) -> Tensor {
    let values = evaluate(sample, parameters, argument)
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
  /// A sample b ~ p(b | θ) that exists already, [rows, width], and f at it, [rows]; estimators take
  /// it as their first sample instead of paying for one of their own.
  public let drawn: (sample: Tensor, values: Tensor)?

  public init(
    distribution: any LatentDistribution, objective: Objective, context: Tensor? = nil,
    drawn: (sample: Tensor, values: Tensor)? = nil
  ) {
    if let drawn {
      precondition(
        drawn.sample.shape == distribution.sampleShape
          && drawn.values.shape == [distribution.rowCount],
        "EstimationProblem: a drawn sample \(drawn.sample.shape), f \(drawn.values.shape)")
    }
    self.drawn = drawn
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

  /// A sample b ~ p(b | θ), a constant, and f at it.
  func draw(using generator: inout PCG64) -> (sample: Tensor, values: Tensor) {
    let sample = drawSample(using: &generator)
    return (sample, drawn?.values ?? value(at: sample))
  }

  /// The sample of `draw` alone.
  func drawSample(using generator: inout PCG64) -> Tensor {
    drawn?.sample ?? distribution.detached().sample(using: &generator)
  }

  /// f at what `drawSample` has returned, and what does not ask for its value, at the same time where there
  /// are threads for it.
  func value<Other>(
    atDrawn sample: Tensor, beside other: () -> Other
  ) -> (values: Tensor, other: Other) {
    if let drawn { return (drawn.values, other()) }
    // To wake a thread takes longer than f of a few numbers.
    if sample.shape.count < 4096 { return (value(at: sample), other()) }
    let both = concurrently({ value(at: sample) }, other)
    return (both.other, both.here)
  }

  /// f at a soft sample inside a control variate, where θ is a constant: the direct dependence of
  /// c(z) on θ has the same expectation as that of c(z̃) and would only add noise.
  func frozenValue(atSoft sample: Tensor) -> Tensor {
    objective(sample, parameters: distribution.parameters.detached(), argument: .soft)
  }

  /// f at samples and its slope in them, [rows] and [rows, width].
  func valueWithSlope(
    at sample: Tensor, _ argument: Objective.Argument
  ) -> (value: Tensor, slope: Tensor) {
    let sample = sample.detached().asVariable()
    let value = objective(sample, parameters: distribution.parameters, argument: argument)
    return (value, gradients(of: value.sum(), withRespectTo: [sample])[0])
  }

  // MARK: What estimators require

  /// The distribution as one with relaxations.
  func relaxable(
    for traits: EstimatorTraits
  ) throws(Failure) -> any RelaxableDistribution {
    guard let relaxable = distribution as? any RelaxableDistribution else {
      throw .distribution(traits, type(of: distribution).name)
    }
    return relaxable
  }

  /// The distribution as one that is reparameterised, relaxed where the estimator is for discrete
  /// values alone.
  func reparameterized(
    for traits: EstimatorTraits
  ) throws(Failure) -> any ReparameterizedDistribution {
    if traits.supports.contains(.gaussian),
      let distribution = distribution as? any ReparameterizedDistribution
    {
      return distribution
    }
    return try relaxable(for: traits)
  }

  /// The distribution as Bernoullis.
  func bernoulli(for traits: EstimatorTraits) throws(Failure) -> Bernoulli {
    guard let bernoulli = distribution as? Bernoulli else {
      throw .distribution(traits, type(of: distribution).name)
    }
    return bernoulli
  }

  /// The distribution as Gaussians.
  func gaussian(for traits: EstimatorTraits) throws(Failure) -> DiagonalGaussian {
    guard let gaussian = distribution as? DiagonalGaussian else {
      throw .distribution(traits, type(of: distribution).name)
    }
    return gaussian
  }

  /// Checks that f has a derivative.
  func requireDifferentiable(for traits: EstimatorTraits) throws(Failure) {
    if !objective.isDifferentiable { throw .blackBox(traits) }
  }
}
