import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import State

/// An estimator whose control variate h is fitted by regression to every evaluation of f so far.
///
/// f is a function of b and of a context x, whatever θ is, so that each evaluation remains an example of
/// it. An estimate is made of what was fitted before: it has seen nothing of the sample at hand, and is
/// unbiased whatever has been learned. η and τ alone are parameters, which descend ‖ĝ‖².
public protocol MemoryEstimator: GradientEstimator {
  /// m, C and h.
  var regression: SampleRegression { get set }
  /// η
  var weights: SurrogateWeights { get set }
}

/// log τ of REBAR's soft samples, τ = ½: the function is smooth, and its steepness not trained.
private let softening: Float = -0.693

extension MemoryEstimator {
  public mutating func observe(_ estimate: GradientEstimate) {
    guard let evaluation = estimate.evaluation else {
      preconditionFailure("\(Self.traits.name): an estimate of another estimator")
    }
    regression.fit(evaluation)
  }

  /// η alone.
  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&weights, "weight", visit)
  }

  /// m's, and the weights of C and h.
  public var runningStatistics: [Double] {
    get { regression.statistics }
    set { regression.statistics = newValue }
  }

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitParameters(with: &visitor)
    try visitor.visit("regression", &regression)
  }

  /// Replaces η, τ and the weights of C and h by large random ones.
  public mutating func randomize(using generator: inout PCG64) {
    visitParameters { $1 = randomParameter(named: $0, like: $1, using: &generator) }
    regression.randomize(using: &generator)
  }
}

extension MemoryEstimator {
  /// Δh(x, b) = h(x, b) − E[h(x, ·)], what h knows of f at samples beside its mean, [rows].
  ///
  /// It has the mean zero whatever h is: E of the network, which is not known in closed form, is that of
  /// fresh draws.
  ///
  /// - Parameters:
  ///   - sample: b, [rows, width], hard ones.
  ///   - context: x, [rows, width], or `nil` without.
  ///   - distribution: What b was drawn from.
  ///   - generator: Where the draws come from.
  public func deviations(
    of sample: Tensor, at context: Tensor?, drawnFrom distribution: some LatentDistribution,
    using generator: inout PCG64
  ) -> Tensor {
    withoutRecording {
      let h = regression.surrogate(at: context, of: distribution, hasExpectation: false)
      let linear = h.multilinearDeviations(of: sample)
      guard regression.surrogate.hasNetwork else { return linear }
      let others = distribution.detached().repeated(regression.expectationDraws)
        .sample(using: &generator)
      return linear + h.curve(2 * sample - 1) - h.meanCurve(at: others)
    }
  }

  /// The estimate that another estimator A makes of what h leaves of f, with h's own put back:
  ///
  ///     ĝ = A(f) + η [∂E[h]/∂θ − A(h)]
  ///
  /// A is linear in what it is given, and each part of h has an η of its own. ∂E[h]/∂θ, for which f is
  /// not asked, is exact for what is linear in each scalar, and estimated by REBAR from as many samples
  /// as are worth their time for the network.
  ///
  /// - Parameters:
  ///   - samples: Those that A takes, [rows, width] each, and f at them.
  ///   - problem: What is estimated.
  ///   - hasBaseline: Whether E[f] is taken from f first; differences need none.
  ///   - generator: Their noise.
  ///   - estimate: A, from the values of a function at the samples, [rows] each.
  func estimate(
    from samples: [(sample: Tensor, values: Tensor)], of problem: EstimationProblem,
    hasBaseline: Bool = false, using generator: inout PCG64,
    by estimate: (_ values: [Tensor]) -> Tensor
  ) throws(Failure) -> GradientEstimate {
    let surrogate = regression.surrogate(at: problem.context, of: problem.distribution)
    let baseline = hasBaseline ? regression.baseline(problem.context, surrogate) : nil
    let plain = estimate(
      samples.map { sample in
        baseline.map { sample.values.detached() - $0 } ?? sample.values.detached()
      })
    let parts = try parts(of: surrogate, in: problem, using: &generator)
    let gradient = parts.reduce(plain) { gradient, part in
      let learned = withoutRecording { estimate(samples.map { part.function($0.sample) }) }
      return gradient + (part.expectedGradient - learned).scaled(by: part.weight)
    }
    let count = samples.count
    var result = GradientEstimate(
      gradient: weights.areRecorded ? gradient : gradient.detached(),
      values: count == 1
        ? samples[0].values : (1 / Float(count)) * sum(samples.map(\.values)),
      problem: problem)
    result.evaluation = GradientEstimate.Evaluation(of: problem, samples)
    return result
  }

  /// The parts of h: the weight of each, its values at samples, and ∂E[·]/∂θ, [rows, parameters].
  private func parts(
    of h: SampleSurrogate.Conditional, in problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> [(weight: Tensor, function: (Tensor) -> Tensor, expectedGradient: Tensor)] {
    let theta = problem.distribution.atLeaf()
    let mean = theta.mean
    var parts: [(Tensor, (Tensor) -> Tensor, Tensor)] = []
    for part in h.parts {
      // What is linear in each of several independent scalars has its expectation at their mean.
      let gradient =
        part.isMultilinear
        ? gradients(of: part.function(mean).sum(), withRespectTo: [theta.parameters])[0]
        : try expectedGradient(of: h, in: problem, using: &generator)
      parts.append((part.weight(weights), part.function, gradient))
    }
    return parts
  }

  /// ∂E/∂θ of the network, by REBAR from some samples, or the pathwise gradient where b is Gaussian:
  /// [rows, parameters].
  private func expectedGradient(
    of surrogate: SampleSurrogate.Conditional, in problem: EstimationProblem,
    using generator: inout PCG64
  ) throws(Failure) -> Tensor {
    let draws = regression.expectationDraws
    let h = surrogate.repeatedCurve(draws)
    let leaf = try problem.reparameterized(for: Self.traits).detached().repeated(draws).atLeaf()
    let sample = leaf.sample(using: &generator)
    let (z, zTilde) = leaf.relaxations(given: sample, coupling: .coupled, using: &generator)
    let (soft, correction) = coupledControl(z, zTilde, leaf: leaf.parameters, recorded: false) {
      h(leaf.soft($0, logTemperature: Tensor(softening)))
    }
    let all = withoutRecording {
      leaf.score(of: sample).multiplyingRows(by: h(sample) - soft) + correction
    }
    let rows = problem.distribution.rowCount
    return (1 / Float(draws))
      * sum((0..<draws).map { all.rows($0 * rows..<($0 + 1) * rows) })
  }
}
