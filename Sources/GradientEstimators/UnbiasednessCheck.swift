import Autodiff
import Distributions
import Parallelism
import RandomNumbers
import State
import Statistics

/// Compares the mean of an estimator's estimates with the gradient itself, coordinate by coordinate.
///
/// The gradient is enumerated where b has at most `ExactEnumeration.maximumSupport` values, and
/// otherwise estimated by RLOO from as many samples. The estimator's parameters stay as they are;
/// large random ones show an error that well-fitted ones would hide. The result depends on the seed,
/// and not on the number of threads.
///
/// The verdict takes the means for Gaussian. Where the gradient comes from values of b that are rarer
/// than one in some thousand samples, as with nearly certain Bernoullis, it needs more samples.
///
/// - Parameters:
///   - estimator: What to check.
///   - problem: One row, and an f that takes any number of rows.
///   - samples: How many estimates to average.
///   - seed: Where the randomness starts.
///   - familyWiseError: The probability, over all coordinates together, that an unbiased estimator
///     fails.
///   - monitor: Tells when to end.
/// - Throws: `Failure` where the estimator cannot take the problem.
public func checkUnbiasedness(
  of estimator: some GradientEstimator, on problem: EstimationProblem, samples: Int,
  seed: UInt64 = 0, familyWiseError: Double = 1e-3, _ monitor: Monitor = .silent
) throws(Failure) -> UnbiasednessReport {
  precondition(
    problem.distribution.rowCount == 1 && samples > 1,
    """
    checkUnbiasedness: \(problem.distribution.rowCount) rows and \(samples) samples; give one row \
    and at least two samples
    """)
  let moments = try moments(of: estimator, on: problem, samples: samples, seed: seed, monitor)
  let exact: [Double]
  var errors: [Double]?
  var objectiveSize = 0.0
  if let relaxable = problem.distribution as? any RelaxableDistribution,
    let count = relaxable.supportCount, count <= ExactEnumeration.maximumSupport
  {
    var generator = PCG64(seed: seed)
    let row = problem.replicated(1)
    exact = try total(ExactEnumeration(), on: row, using: &generator).values.map { Double($0) }
    objectiveSize = try abs(Double(ExactEnumeration().estimate(row).values.scalar))
  } else {
    let reference = try GradientEstimators.moments(
      of: RLOO(), on: problem, samples: samples, seed: seed &+ 1, monitor)
    (exact, errors) = (reference.mean, reference.standardErrors)
  }
  return UnbiasednessReport(
    samples: moments, exact: exact, exactErrors: errors, objectiveSize: objectiveSize,
    familyWiseError: familyWiseError)
}

/// The mean and the variance of an estimator's estimates of ∂E[f]/∂θ, f's direct dependence on θ
/// included, at a problem of one row.
///
/// - Throws: `Failure` where the estimator cannot take the problem.
public func moments(
  of estimator: some GradientEstimator, on problem: EstimationProblem, samples: Int, seed: UInt64,
  _ monitor: Monitor = .silent
) throws(Failure) -> SampleMoments {
  let rows = 4096
  let chunks = (samples + rows - 1) / rows
  let seeds = SeedSequence(seed)
  let parts = concurrentMap(chunks) { chunk -> Result<SampleMoments, Failure> in
    let count = min(rows, samples - chunk * rows)
    return Result { () throws(Failure) in
      try monitor.check()
      var generator = PCG64(seeds.child(chunk))
      var moments = SampleMoments()
      moments.add(
        rows: try total(estimator, on: problem.replicated(count), using: &generator))
      return moments
    }
  }
  var sum = SampleMoments()
  for part in parts { sum.merge(try part.get()) }
  return sum
}

/// The estimates of ∂E[f]/∂θ, f's direct dependence on θ included, one a row.
private func total(
  _ estimator: some GradientEstimator, on problem: EstimationProblem, using generator: inout PCG64
) throws(Failure) -> Tensor {
  let estimate = try estimator.estimate(problem, using: &generator)
  return gradients(
    of: estimate.surrogate, withRespectTo: [problem.distribution.parameters])[0]
}

extension EstimationProblem {
  /// The same problem in `count` rows, as a function of new variables.
  fileprivate func replicated(_ count: Int) -> EstimationProblem {
    let row = Tensor(distribution.parameters.values)
    return EstimationProblem(
      distribution: distribution.replacing(
        parameters: row.repeatedAsRows(count).detached().asVariable()),
      objective: objective,
      context: context.map { Tensor($0.values).repeatedAsRows(count) })
  }
}
