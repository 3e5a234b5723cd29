import Autodiff
import Distributions
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct DisARMTests {
  @Test(arguments: [1, 4, 8])
  func variesNoMoreThanARM(size: Int) throws {
    let problem = randomProblem(.bernoulli, size)
    let disARM = try totalVariance(of: DisARM(), on: problem, samples: 20_000)
    #expect(try disARM < totalVariance(of: ARM(), on: problem, samples: 20_000))
  }

  /// At α = 0 the pair always differs, and ĝ = ¼ (f(1) − f(0)) without variance.
  @Test func exactForOneFairCoin() throws {
    let problem = EstimationProblem(
      distribution: bernoulliRows([0], 100), objective: squaredDistance(from: 0.3))
    var generator = PCG64(seed: 1)
    let estimate = try DisARM().estimate(problem, using: &generator)
    #expect(isClose(estimate.gradient, Tensor(repeating: 0.1, shape: [100, 1])))
  }

  /// Zero where the two samples agree, ±½ (f − f̃) σ(|α|) elsewhere.
  @Test func estimateFromItsPair() throws {
    let logits: [Float] = [1.5, -0.5]
    let problem = EstimationProblem(
      distribution: bernoulliRows(logits, 40), objective: squaredDistance(from: 0.2))
    var (first, second) = (PCG64(seed: 2), PCG64(seed: 2))
    let gradient = try DisARM().estimate(problem, using: &first).gradient.values
    let pair = AntitheticPair(bernoulliRows(logits, 40), using: &second)
    let (b, other) = (pair.first.values, pair.second.values)
    let larger: [Float] = [0.817_574_5, 0.622_459_3]
    for row in 0..<40 {
      let f = [b, other].map { b in
        (0..<2).reduce(Float(0)) { $0 + (b[row * 2 + $1] == 1 ? 0.64 : 0.04) }
      }
      for i in 0..<2 {
        let k = row * 2 + i
        let sign: Float = b[k] == other[k] ? 0 : other[k] == 1 ? -1 : 1
        #expect(abs(gradient[k] - 0.5 * (f[0] - f[1]) * sign * larger[i]) < 1e-5)
      }
    }
  }
}
