import Autodiff
import Distributions
import Foundation
import GradientEstimators

/// A small problem, E[f(b)] to be minimised in θ, whose expectation is known in closed form.
public struct ToyProblem: Sendable {
  /// The name on the command line.
  public let name: String
  /// f as a formula.
  public let formula: String
  /// The kind of distribution.
  public let support: EstimatorTraits.Support
  /// The number of scalars in a sample.
  public let sampleWidth: Int
  /// θ where training starts, [1, parameters].
  public let start: Tensor
  /// f.
  public let objective: Objective
  /// E[f(b)] and its gradient in θ.
  let expectation: @Sendable (_ parameters: [Float]) -> (loss: Double, gradient: [Double])

  /// The distribution at parameters θ [rows, parameters].
  public func distribution(_ parameters: Tensor) -> any LatentDistribution {
    switch support {
    case .bernoulli: Bernoulli(logits: parameters)
    case .categorical: OneHotCategorical(logits: parameters)
    case .gaussian: DiagonalGaussian(parameters: parameters)
    }
  }

  /// Whether θ is the logit of one probability.
  var isSingleBernoulli: Bool { support == .bernoulli && sampleWidth == 1 }

  /// The hidden layers of control variates: the published 10 for a single variable.
  var usualHiddenSizes: [Int] { sampleWidth == 1 ? [10] : [64] }

  /// What an estimator is asked at parameters θ, a vector that stands in each of `rows` rows.
  func problem(at parameters: Tensor, rows: Int) -> EstimationProblem {
    let row = parameters.reshaped([parameters.shape.count])
    return EstimationProblem(
      distribution: distribution(
        rows == 1 ? parameters.reshaped([1, row.shape.count]) : row.repeatedAsRows(rows)),
      objective: objective)
  }
}

// MARK: The problems

extension ToyProblem {
  /// One Bernoulli and f(b) = (b − t)². G. Tucker et al., "REBAR", 2017, section 5.1; W. Grathwohl et
  /// al., "Backpropagation through the Void", 2018, section 4.1.
  public static func bernoulli(target: Double) -> ToyProblem {
    let t = Float(target)
    return ToyProblem(
      name: "bernoulli", formula: "(b − \(target))²", support: .bernoulli, sampleWidth: 1,
      start: .zeros([1, 1]),
      objective: Objective { b in (b - t).squared().reshaped([b.shape[0]]) },
      expectation: { parameters in
        let theta = probability(parameters[0])
        let slope = 1 - 2 * target
        return (target * target + theta * slope, [theta * (1 - theta) * slope])
      })
  }

  /// D Bernoullis in a chain, each with a target of its own between 0 and 1 and a coupling to its
  /// neighbour, so that no constant baseline removes the noise that the others make:
  /// f(b) = 1/D [Σ (b_d − t_d)² + Σ (b_d − t_d) (b_{d+1} − t_{d+1})], t_d = (d + ½) / D.
  public static func chain(dimensions: Int) -> ToyProblem {
    let targets = (0..<dimensions).map { (Double($0) + 0.5) / Double(dimensions) }
    let shift = Tensor(targets.map { -Float($0) })
    let share = 1 / Float(dimensions)
    return ToyProblem(
      name: "chain", formula: "1/D [Σ (b_d − t_d)² + Σ (b_d − t_d)(b_{d+1} − t_{d+1})]",
      support: .bernoulli, sampleWidth: dimensions, start: .zeros([1, dimensions]),
      objective: Objective { b in
        let distance = b.addingToRows(shift)
        let squares = distance.squared().sumOverColumns()
        if dimensions == 1 { return squares }
        let products = distance.columns(0..<dimensions - 1) * distance.columns(1..<dimensions)
        return share * (squares + products.sumOverColumns())
      },
      expectation: { parameters in
        let theta = parameters.map(probability)
        let distance = zip(theta, targets).map { $0 - $1 }
        var loss = 0.0
        var gradient: [Double] = []
        for d in 0..<dimensions {
          loss += targets[d] * targets[d] + theta[d] * (1 - 2 * targets[d])
          var slope = 1 - 2 * targets[d]
          if d > 0 { slope += distance[d - 1] }
          if d + 1 < dimensions {
            slope += distance[d + 1]
            loss += distance[d] * distance[d + 1]
          }
          gradient.append(theta[d] * (1 - theta[d]) * slope / Double(dimensions))
        }
        return (loss / Double(dimensions), gradient)
      })
  }

  /// One of K levels k / (K − 1) and its squared distance from the target.
  public static func levels(count: Int, target: Double) -> ToyProblem {
    let levels = (0..<count).map { Double($0) / Double(max(count - 1, 1)) }
    let column = Tensor(levels.map { Float($0) }, shape: [count, 1])
    let t = Float(target)
    return ToyProblem(
      name: "categorical", formula: "(Σ b_k k/\(count - 1) − \(target))²", support: .categorical,
      sampleWidth: count, start: .zeros([1, count]),
      objective: Objective { b in
        (b.matrixProduct(column) - t).squared().reshaped([b.shape[0]])
      },
      expectation: { parameters in
        let weights = parameters.map { exp(Double($0)) }
        let total = weights.reduce(0, +)
        let p = weights.map { $0 / total }
        let values = levels.map { ($0 - target) * ($0 - target) }
        let loss = zip(p, values).reduce(0) { $0 + $1.0 * $1.1 }
        return (loss, zip(p, values).map { $0 * ($1 - loss) })
      })
  }

  /// One Gaussian with a learned mean and scale, and f(b) = (b − t)².
  public static func gaussian(target: Double) -> ToyProblem {
    let t = Float(target)
    return ToyProblem(
      name: "gaussian", formula: "(b − \(target))²", support: .gaussian, sampleWidth: 1,
      start: .zeros([1, 2]),
      objective: Objective { b in (b - t).squared().reshaped([b.shape[0]]) },
      expectation: { parameters in
        let distance = Double(parameters[0]) - target
        let variance = exp(2 * Double(parameters[1]))
        return (distance * distance + variance, [2 * distance, 2 * variance])
      })
  }
}

/// The logistic function in Double.
private func probability(_ logit: Float) -> Double { 1 / (1 + exp(-Double(logit))) }
