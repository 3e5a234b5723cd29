import Autodiff
import State

/// η of an estimate ĝ = g₀ − Σ_i η_i g_i whose corrections g_i have the mean zero: those of the least
/// variance over past estimates.
///
/// As the corrections have no mean, the variance differs by a constant from E‖ĝ‖², a quadratic function
/// of η whose coefficients are the means of the products g_i · g_j. They are averaged over estimates
/// that are absorbed after they were used, so that η has not seen the estimate it is applied to.
struct ControlVariateCoefficients: Sendable {
  /// η, one for each correction; zero until a few estimates have been seen.
  var values: [Float]
  /// How much an average keeps of its past at each estimate; 1 averages all alike.
  private let decay: Double
  /// The sums of the products g_i · g_j and of the weights, which fall with an estimate's age.
  private var products: [[Double]]
  private var (weights, squaredWeights) = (0.0, 0.0)
  private var seen = 0

  /// Fewer estimates than this say nothing.
  private static let minimumCount = 5
  /// No coefficient leaves this range: a good approximation wants 1, and a bad one nothing.
  private static let range: ClosedRange<Double> = 0...1.5

  /// - Parameters:
  ///   - count: The number of corrections.
  ///   - decay: How much an average keeps of its past at each estimate.
  init(count: Int, decay: Double = 0.95) {
    self.decay = decay
    values = [Float](repeating: 0, count: count)
    products = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count + 1)
  }

  /// Learns from an estimate.
  ///
  /// - Parameter terms: g₀, g₁, …, each as one tensor for each parameter of the policy.
  mutating func absorb(_ terms: [[Tensor]]) {
    precondition(
      terms.count == products.count,
      "ControlVariateCoefficients: \(terms.count) terms for \(values.count) corrections")
    for i in products.indices {
      for j in products.indices {
        products[i][j] = decay * products[i][j] + (i < j ? dot(terms[i], terms[j]) : 0)
      }
      products[i][i] += dot(terms[i], terms[i])
    }
    for i in products.indices { for j in 0..<i { products[i][j] = products[j][i] } }
    weights = decay * weights + 1
    squaredWeights = decay * decay * squaredWeights + 1
    seen += 1
    if seen >= Self.minimumCount { solve() }
  }

  /// Minimises ‖g₀ − Σ η_i g_i‖² in the range, each η_i in turn until none moves.
  private mutating func solve() {
    // Averages of n estimates are uncertain by some of n parts: they shrink by one of them.
    let penalty = 1 + squaredWeights / (weights * weights)
    var solution = values.map { _ in 0.0 }
    for _ in 0..<500 {
      for i in solution.indices where products[i + 1][i + 1] > 0 {
        var slope = products[0][i + 1]
        for j in solution.indices where j != i { slope -= solution[j] * products[i + 1][j + 1] }
        let best = slope / (penalty * products[i + 1][i + 1])
        solution[i] = min(max(best, Self.range.lowerBound), Self.range.upperBound)
      }
    }
    values = solution.map { Float($0) }
  }
}

extension ControlVariateCoefficients: Stateful {
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    let count = products.count
    try visitor.visit("values", &values, shape: [count - 1])
    var rows = products.flatMap { $0 }
    try visitor.visit("products", &rows)
    try visitor.check(rows.count == count * count, "\(rows.count) products")
    products = (0..<count).map { Array(rows[$0 * count..<($0 + 1) * count]) }
    try visitor.visit("weights", &weights)
    try visitor.visit("squared_weights", &squaredWeights)
    try visitor.visit("seen", &seen, in: 0...Int.max)
  }
}

/// The sum of the products of all elements.
private func dot(_ a: [Tensor], _ b: [Tensor]) -> Double {
  var sum = 0.0
  for (a, b) in zip(a, b) { sum += Double((a * b).sum().scalar) }
  return sum
}
