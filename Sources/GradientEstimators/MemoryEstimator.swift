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
  /// η, which starts at 0: nothing is worse at the start than without h.
  var coefficient: Tensor { get set }
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
    visit("coefficient", &coefficient)
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
  /// The estimate that another estimator A makes of what h leaves of f, with h's own put back:
  ///
  ///     ĝ = A(f) + η [∂E[h]/∂θ − A(h)]
  ///
  /// A is linear in what it is given. ∂E[h]/∂θ, for which f is not asked, is estimated by REBAR from as
  /// many samples as are worth their time.
  ///
  /// - Parameters:
  ///   - samples: Those that A takes, [rows, width] each, and f at them.
  ///   - problem: What is estimated.
  ///   - baseline: What A takes from f first, [rows]; differences need none.
  ///   - generator: Their noise.
  ///   - estimate: A, from the values of a function at the samples, [rows] each.
  func estimate(
    from samples: [(sample: Tensor, values: Tensor)], of problem: EstimationProblem,
    baseline: Tensor? = nil, using generator: inout PCG64,
    by estimate: (_ values: [Tensor]) -> Tensor
  ) throws(Failure) -> GradientEstimate {
    let surrogate = withoutRecording {
      regression.surrogate(at: problem.context, rows: problem.distribution.rowCount)
    }
    let plain = estimate(
      samples.map { sample in
        baseline.map { sample.values.detached() - $0 } ?? sample.values.detached()
      })
    let learned = withoutRecording {
      estimate(samples.map { surrogate($0.sample) })
    }
    let expected = try expectationGradient(of: surrogate, in: problem, using: &generator)
    let gradient = plain + (expected - learned).scaled(by: coefficient)
    let count = samples.count
    var result = GradientEstimate(
      gradient: coefficient.isRecorded ? gradient : gradient.detached(),
      values: count == 1
        ? samples[0].values : (1 / Float(count)) * sum(samples.map(\.values)),
      problem: problem)
    result.evaluation = GradientEstimate.Evaluation(
      context: problem.context?.repeated(count),
      sample: .concatenatingRows(samples.map(\.sample)),
      values: Tensor(samples.flatMap { $0.values.values }))
    return result
  }

  /// ∂E[h]/∂θ of each row, by REBAR from some samples, or the pathwise gradient where b is Gaussian:
  /// [rows, parameters].
  private func expectationGradient(
    of surrogate: SampleSurrogate.Conditional, in problem: EstimationProblem,
    using generator: inout PCG64
  ) throws(Failure) -> Tensor {
    let draws = regression.expectationDraws
    let h = surrogate.repeated(draws)
    let leaf = try problem.reparameterized(for: Self.traits)
      .replacing(parameters: problem.distribution.parameters.detached().repeated(draws)).atLeaf()
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
