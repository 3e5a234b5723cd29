import Autodiff
import Distributions
import RandomNumbers
import State

/// The reparameterised, or pathwise, gradient of a continuous b.
///
///     ĝ = ∂f(μ + σ ε)/∂θ,   ε ~ N(0, 1)
///
/// D. Kingma, M. Welling, "Auto-Encoding Variational Bayes", ICLR 2014 (arXiv:1312.6114).
public struct Reparameterization: GradientEstimator {
  public static let traits = EstimatorTraits(
    name: "reparameterization", summary: "pathwise slope of f at a continuous b",
    evaluationCount: 1, needsDifferentiable: true, supports: [.gaussian])

  public init() {}

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {}

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    try problem.requireDifferentiable(for: Self.traits)
    let leaf = try problem.gaussian(for: Self.traits).atLeaf()
    let sample = leaf.sample(using: &generator)
    let (values, slope) = problem.valueWithSlope(at: sample, .straightThrough)
    let gradient = gradients(
      of: leaf.reparameterized(sample), withRespectTo: [leaf.parameters], cotangent: slope)[0]
    return GradientEstimate(gradient: gradient, values: values, problem: problem)
  }
}
