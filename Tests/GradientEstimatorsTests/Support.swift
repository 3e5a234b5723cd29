import Autodiff
import Distributions
import Foundation
import NeuralNetworks
import RandomNumbers
import State
import Testing

@testable import GradientEstimators

/// f(b) = Σ_i (b_i − target)², with a derivative.
func squaredDistance(from target: Float) -> Objective {
  Objective({ ($0 - target).squared().sumOverColumns() })
}

/// f(b) = w·b.
func linear(_ weights: [Float]) -> Objective {
  Objective({ ($0 * Tensor(weights).repeatedAsRows($0.shape[0])).sumOverColumns() })
}

/// `rows` equal rows of Bernoullis.
func bernoulliRows(_ logits: [Float], _ rows: Int = 1) -> Bernoulli {
  Bernoulli(logits: Tensor(logits).repeatedAsRows(rows))
}

/// One Bernoulli at α = 0 and f(b) = (b − t)².
func toyProblem(target: Float) -> EstimationProblem {
  EstimationProblem(distribution: bernoulliRows([0]), objective: squaredDistance(from: target))
}

/// An estimator of a type with its usual settings and random parameters.
func randomized<E: GradientEstimator>(
  _ type: E.Type, width: Int, contextWidth: Int = 0, coupling: NoiseCoupling = .coupled,
  seed: UInt64 = 1
) -> E {
  var generator = PCG64(seed: seed)
  var setting = EstimatorSetting(
    sampleWidth: width, contextWidth: contextWidth, coupling: coupling)
  setting.memory.expectationDraws = 2
  var estimator = type.init(setting, using: &generator)
  estimator.randomize(using: &generator)
  return estimator
}

/// A random problem and its number of columns.
func randomProblem(
  _ support: EstimatorTraits.Support, _ size: Int, seed: UInt64 = 1
) -> EstimationProblem {
  var generator = PCG64(seed: seed)
  return .random(support, size: size, using: &generator)
}

/// The sum of the variances of all coordinates of ĝ.
func totalVariance(
  of estimator: some GradientEstimator, on problem: EstimationProblem, samples: Int
) throws -> Double {
  try moments(of: estimator, on: problem, samples: samples, seed: 3).variances.reduce(0, +)
}

/// ∂E[f(b)]/∂α of Bernoullis, enumerated in `Double`.
func enumeratedGradient(_ logits: [Float], _ f: ([Double]) -> Double) -> [Double] {
  let p = logits.map { 1 / (1 + exp(-Double($0))) }
  var gradient = logits.map { _ in 0.0 }
  for index in 0..<(1 << logits.count) {
    let b = logits.indices.map { Double(index >> $0 & 1) }
    let probability = zip(b, p).reduce(1) { $0 * ($1.0 == 1 ? $1.1 : 1 - $1.1) }
    for i in b.indices { gradient[i] += probability * f(b) * (b[i] - p[i]) }
  }
  return gradient
}

/// Whether all elements are within `tolerance` of the expected ones.
func isClose(_ found: Tensor, _ expected: [Double], tolerance: Double = 1e-5) -> Bool {
  found.values.count == expected.count
    && zip(found.values, expected).allSatisfy {
      abs(Double($0) - $1) <= tolerance * max(1, abs($1))
    }
}

/// Whether all elements are within `tolerance` of each other.
func isClose(_ found: Tensor, _ expected: Tensor, tolerance: Double = 1e-5) -> Bool {
  found.shape == expected.shape
    && isClose(found, expected.values.map { Double($0) }, tolerance: tolerance)
}

extension GradientEstimator {
  /// An estimate with the noise of a seed.
  func estimate(
    _ problem: EstimationProblem, seed: UInt64
  ) throws(Failure) -> GradientEstimate {
    var generator = PCG64(seed: seed)
    return try estimate(problem, using: &generator)
  }
}
