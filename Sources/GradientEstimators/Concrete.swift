import Autodiff
import Distributions
import RandomNumbers
import State

/// Concrete, also known as Gumbel-softmax: the pathwise gradient of f at soft samples. Biased, the
/// less the lower the temperature, while its variance grows.
///
///     ĝ = ∂f(σ(z(θ, u) / λ))/∂θ
///
/// C. Maddison, A. Mnih, Y. W. Teh, "The Concrete Distribution", ICLR 2017 (arXiv:1611.00712);
/// E. Jang, S. Gu, B. Poole, "Categorical Reparameterization with Gumbel-Softmax", ICLR 2017
/// (arXiv:1611.01144), whose annealing is here: λ = max(λ_min, λ₀ e^(−r n)) after n estimates.
public struct Concrete: SofteningEstimator {
  public static let traits = EstimatorTraits(
    name: "concrete", summary: "pathwise slope of f at soft samples (Gumbel-softmax)",
    isUnbiased: false, evaluationCount: 1, needsDifferentiable: true,
    supports: [.bernoulli, .categorical])

  /// λ₀
  public let initialTemperature: Float
  /// λ_min
  public let minimumTemperature: Float
  /// r, the fraction by which λ falls with each estimate; 0 keeps it fixed.
  public let annealingRate: Float
  /// How many estimates have been observed.
  private var count = 0

  public init(
    temperature: Float = 0.5, minimumTemperature: Float = 0.1, annealingRate: Float = 0
  ) {
    precondition(
      temperature >= 0 && minimumTemperature >= 0 && annealingRate >= 0
        && (annealingRate == 0 || minimumTemperature <= temperature),
      """
      Concrete: the temperature \(temperature) must not be negative or below the minimum \
      \(minimumTemperature), and the rate \(annealingRate) not negative
      """)
    initialTemperature = temperature
    self.minimumTemperature = annealingRate == 0 ? temperature : minimumTemperature
    self.annealingRate = annealingRate
  }

  public init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    self.init(temperature: setting.temperature)
  }

  /// λ at the next estimate.
  public var temperature: Float {
    let decayed = Tensor(-annealingRate * Float(count)).exp().scalar * initialTemperature
    return max(minimumTemperature, decayed)
  }

  public var logTemperature: Tensor { Tensor(temperature).log() }

  public func estimate(
    _ problem: EstimationProblem, using generator: inout PCG64
  ) throws(Failure) -> GradientEstimate {
    try problem.requireDifferentiable(for: Self.traits)
    let leaf = try problem.relaxable(for: Self.traits).atLeaf()
    let soft = leaf.soft(
      leaf.relaxedSample(using: &generator), logTemperature: logTemperature)
    let (values, slope) = problem.valueWithSlope(at: soft, .soft)
    let gradient = gradients(of: soft, withRespectTo: [leaf.parameters], cotangent: slope)[0]
    return GradientEstimate(gradient: gradient, values: values, problem: problem)
  }

  public mutating func observe(_ estimate: GradientEstimate) { count += 1 }

  public var runningStatistics: [Double] {
    get { [Double(count)] }
    set {
      precondition(newValue.count == 1, "Concrete: \(newValue.count) numbers instead of 1")
      count = Int(newValue[0])
    }
  }
}
