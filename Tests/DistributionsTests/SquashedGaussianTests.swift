import Autodiff
import Distributions
import Foundation
import RandomNumbers
import TestSupport
import Testing

@Suite struct SquashedGaussianTests {
  /// Densities integrate to 1, and tell the same moments as draws.
  @Test(arguments: [(0.0, -1.0), (0.7, -0.3), (-1.2, 0.4), (0.2, 1.0)] as [(Float, Float)])
  func densityIntegratesToOne(location: Float, logScale: Float) {
    // Midpoints of u, a = tanh u: da = (1 − a²) du; narrow enough for `Float` of the ends.
    let count = 4000
    let width = 16.0 / Double(count)
    let points = (0..<count).map { tanh(-8 + (Double($0) + 0.5) * width) }
    let rows = SquashedGaussian(
      location: Tensor(repeating: location, shape: [count, 1]),
      logScale: Tensor(repeating: logScale, shape: [count, 1]))
    let densities = rows.logProbability(of: Tensor(points.map { Float($0) }, shape: [count, 1]))
      .values.map { exp(Double($0)) }
    var (total, mean) = (0.0, 0.0)
    for (a, density) in zip(points, densities) where abs(a) < 0.9999 {
      total += density * (1 - a * a) * width
      mean += a * density * (1 - a * a) * width
    }
    // The tails beyond ±0.9999, which `Float` resolves badly, are those of the Gaussian at ±4.95.
    let (m, s) = (Double(location), exp(Double(logScale)))
    let cut = atanh(0.9999)
    let (above, below) = (
      0.5 * erfc((cut - m) / (s * 2.0.squareRoot())),
      0.5 * erfc((cut + m) / (s * 2.0.squareRoot()))
    )
    #expect(abs(total + above + below - 1) < 2e-3, "\(total)")

    var generator = PCG64(seed: 1)
    let draws = rows.sample(using: &generator).sample.values.map { Double($0) }
    let found = draws.reduce(0, +) / Double(count)
    #expect(abs(found - (mean + above - below)) < 0.06)
  }

  /// The draw's own density is that of its value.
  @Test func densityOfADrawIsThatOfItsValue() {
    var generator = PCG64(seed: 2)
    let distribution = SquashedGaussian(
      location: sampleTensor([50, 3], seed: 3), logScale: sampleTensor([50, 3], seed: 4))
    let (sample, logProbability) = distribution.sample(using: &generator)
    #expect(sample.shape == [50, 3] && logProbability.shape == [50])
    let again = distribution.logProbability(of: sample)
    for row in 0..<50 where sample.values[3 * row..<3 * row + 3].allSatisfy({ abs($0) < 0.99 }) {
      #expect(abs(again.values[row] - logProbability.values[row]) < 1e-3)
    }
  }

  /// log p of far values neither overflows nor loses the slope of its tail.
  @Test func densityIsStableFarOut() {
    let distribution = SquashedGaussian(
      location: Tensor([20, -20, 60], shape: [3, 1]), logScale: .zeros([3, 1]))
    let (sample, logProbability) = distribution.sample(noise: .zeros([3, 1]))
    #expect(sample.values == [1, -1, 1])
    let halfLogTwoPi = 0.5 * log(2 * Double.pi)
    for (found, u) in zip(logProbability.values, [20.0, 20, 60]) {
      // log(1 − tanh² u) → log 4 − 2u
      #expect(abs(Double(found) - (-halfLogTwoPi - log(4) + 2 * u)) < 1e-4)
    }
    #expect(distribution.logProbability(of: sample).isFinite)
  }

  @Test func gradientsOfDrawsAndDensities() {
    let noise = sampleTensor([4, 2], seed: 5)
    let inputs = [sampleTensor([4, 2], seed: 6), sampleTensor([4, 2], seed: 7)]
    checkGradient(
      of: { SquashedGaussian(location: $0[0], logScale: $0[1]).sample(noise: noise).sample },
      at: inputs)
    checkGradient(
      of: {
        SquashedGaussian(location: $0[0], logScale: $0[1]).sample(noise: noise).logProbability
      }, at: inputs)
    let values = Tensor([0.3, -0.5, 0.9, 0.1, -0.95, 0, 0.5, 0.7], shape: [4, 2])
    checkGradient(
      of: { SquashedGaussian(location: $0[0], logScale: $0[1]).logProbability(of: values) },
      at: inputs)
  }
}
