import Autodiff
import Distributions
import Foundation
import GradientEstimators
import RandomNumbers
import Statistics
import TestSupport
import Testing

@Suite struct DiagonalGaussianTests {
  private static let means: [Float] = [-1, 0.5, 3]
  private static let logScales: [Float] = [0, -1.5, 0.7]

  private static func rows(_ count: Int) -> DiagonalGaussian {
    DiagonalGaussian(
      mean: Tensor(means).repeatedAsRows(count), logScale: Tensor(logScales).repeatedAsRows(count))
  }

  @Test func samplesHaveTheMoments() {
    let rows = Self.rows(50_000)
    #expect(rows.rowCount == 50_000 && rows.sampleWidth == 3 && rows.parameterCount == 6)
    var generator = PCG64(seed: 1)
    let b = rows.sample(using: &generator)
    let centered = b - rows.mean
    var columns = [b, centered.squared()]
    var exact = Self.means.map { Double($0) } + Self.logScales.map { exp(2 * Double($0)) }
    for i in 0..<3 {
      for j in 0..<i {
        columns.append(centered.columns(i..<i + 1) * centered.columns(j..<j + 1))
        exact.append(0)
      }
    }
    var moments = SampleMoments()
    moments.add(rows: .concatenatingColumns(columns))
    checkUnbiased(moments, exact: exact)
    #expect(rows.mean.rows(0..<1).values == Self.means)
  }

  @Test func logProbabilityIsThatOfIndependentGaussians() {
    var generator = PCG64(seed: 2)
    let rows = Self.rows(20)
    let b = rows.sample(using: &generator)
    let found = rows.logProbability(of: b).values
    for row in 0..<20 {
      let expected = (0..<3).reduce(0.0) { sum, i in
        let scale = exp(Double(Self.logScales[i]))
        let e = (Double(b.values[row * 3 + i]) - Double(Self.means[i])) / scale
        return sum - 0.5 * e * e - log(scale) - 0.5 * log(2 * Double.pi)
      }
      #expect(abs(Double(found[row]) - expected) < 1e-5)
    }
  }

  @Test func scoreIsTheSlopeOfTheLogProbability() {
    var generator = PCG64(seed: 3)
    let leaf = Self.rows(4).atLeaf()
    let b = leaf.sample(using: &generator)
    let slope = gradients(
      of: leaf.logProbability(of: b).sum(), withRespectTo: [leaf.parameters])[0]
    #expect(zip(slope.values, leaf.score(of: b).values).allSatisfy { abs($0 - $1) < 1e-4 })
    checkGradient(
      of: { DiagonalGaussian(parameters: $0[0]).logProbability(of: b) }, at: [leaf.parameters])
    #expect(leaf.score(of: b).shape == [4, 6])
  }

  /// b = μ + σ ε: the derivative in μ is 1, in log σ it is σ ε = b − μ.
  @Test func reparameterizedSampleHasTheValueAndThePathwiseSlope() {
    var generator = PCG64(seed: 4)
    let leaf = Self.rows(4).atLeaf()
    let b = leaf.sample(using: &generator)
    #expect(!b.isRecorded)
    let path = leaf.reparameterized(b)
    #expect(zip(path.values, b.values).allSatisfy { abs($0 - $1) < 1e-6 * (1 + abs($1)) })
    let slope = gradients(of: path.sum(), withRespectTo: [leaf.parameters])[0]
    #expect(slope.columns(0..<3).values.allSatisfy { $0 == 1 })
    let distance = (b - leaf.mean).values
    #expect(zip(slope.columns(3..<6).values, distance).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func narrowAndWideScalesStayFinite() {
    var generator = PCG64(seed: 5)
    let leaf = DiagonalGaussian(
      mean: .zeros([1, 2]), logScale: Tensor([-40, 40], shape: [1, 2])
    ).atLeaf()
    let b = leaf.sample(using: &generator)
    let all =
      b.values + leaf.score(of: b).values + leaf.logProbability(of: b).values
      + leaf.reparameterized(b).values
    #expect(all.allSatisfy { $0.isFinite })
  }

  @Test(arguments: [1, 10_000])
  func anyNumberOfVariables(width: Int) {
    var generator = PCG64(seed: 6)
    let row = DiagonalGaussian(
      mean: sampleTensor([1, width], seed: 7), logScale: sampleTensor([1, width], seed: 8))
    let b = row.sample(using: &generator)
    #expect(b.shape == [1, width] && row.logProbability(of: b).scalar.isFinite)
  }

  @Test func oddNumberOfParametersStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = DiagonalGaussian(parameters: .zeros([2, 3]))
    }
    expectMessage("[2, 3] are not means beside log-scales", of: result)
  }
}
