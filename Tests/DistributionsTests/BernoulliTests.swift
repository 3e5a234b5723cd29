import Autodiff
import Distributions
import Foundation
import GradientEstimators
import RandomNumbers
import Statistics
import TestSupport
import Testing

@Suite struct BernoulliTests {
  private static let logits: [Float] = [-2, -0.3, 0, 1.5]

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// Every value of four variables, a row each.
  private static let every = Bernoulli(logits: Tensor(logits).repeatedAsRows(16))
  private static let points = Tensor.concatenatingRows(
    (0..<16).map { Bernoulli(logits: Tensor(logits, shape: [1, 4])).supportPoint($0) })

  @Test func samplesHaveTheProbabilitiesAndAreIndependent() {
    let rows = Bernoulli(logits: Tensor(Self.logits).repeatedAsRows(50_000))
    var generator = PCG64(seed: 1)
    let b = rows.sample(using: &generator)
    #expect(b.values.allSatisfy { $0 == 0 || $0 == 1 })
    let p = Self.logits.map { Self.sigmoid(Double($0)) }
    var (columns, exact) = ([b], p)
    for i in 0..<4 {
      for j in 0..<i {
        columns.append(b.columns(i..<i + 1) * b.columns(j..<j + 1))
        exact.append(p[i] * p[j])
      }
    }
    var moments = SampleMoments()
    moments.add(rows: .concatenatingColumns(columns))
    checkUnbiased(moments, exact: exact)
    #expect(zip(rows.mean.rows(0..<1).values, p).allSatisfy { abs(Double($0) - $1) < 1e-6 })
  }

  @Test func samplesOfGivenUniforms() {
    let one = Bernoulli(logits: Tensor([0, 0, 1, 1], shape: [1, 4]))
    // 1 where u exceeds σ(−α): ½, and 0.2689.
    #expect(one.sample(uniforms: [0.49, 0.51, 0.26, 0.28]).values == [0, 1, 0, 1])
  }

  @Test func logProbabilityIsThatOfIndependentVariables() {
    let found = Self.every.logProbability(of: Self.points).values
    for index in 0..<16 {
      let expected = (0..<4).reduce(0.0) { sum, i in
        let p = Self.sigmoid(Double(Self.logits[i]))
        return sum + log(index >> i & 1 == 1 ? p : 1 - p)
      }
      #expect(abs(Double(found[index]) - expected) < 2e-6)
    }
    #expect(abs(found.reduce(0) { $0 + exp(Double($1)) } - 1) < 1e-6)
  }

  @Test func scoreIsTheSlopeOfTheLogProbability() {
    let leaf = Self.every.atLeaf()
    let slope = gradients(
      of: leaf.logProbability(of: Self.points).sum(), withRespectTo: [leaf.parameters])[0]
    let score = leaf.score(of: Self.points)
    #expect(zip(slope.values, score.values).allSatisfy { abs($0 - $1) < 1e-6 })
    checkGradient(
      of: { Bernoulli(logits: $0[0]).logProbability(of: Self.points) }, at: [leaf.parameters])
  }

  @Test(arguments: NoiseCoupling.allCases, [Float(1), 20, 80])
  func relaxationsHaveTheSignOfTheSample(coupling: NoiseCoupling, size: Float) {
    var generator = PCG64(seed: 2)
    let logits = sampleTensor([2000, 5], seed: 3, magnitude: 0...size)
    let rows = Bernoulli(logits: logits)
    // Improbable samples as well.
    let b = Bernoulli(logits: .zeros([2000, 5])).sample(using: &generator)
    let (z, zTilde) = rows.relaxations(given: b, coupling: coupling, using: &generator)
    for relaxation in [z, zTilde] {
      #expect(rows.hard(relaxation).values == b.values)
      #expect(relaxation.values.allSatisfy { $0.isFinite })
    }
    #expect((z.values == zTilde.values) == (coupling == .coupled))
  }

  /// z has the derivative 1 in α, and z̃ σ(s α + log u).
  @Test(arguments: NoiseCoupling.allCases)
  func derivativesOfRelaxations(coupling: NoiseCoupling) {
    var generator = PCG64(seed: 4)
    let leaf = Self.every.atLeaf()
    var copy = generator
    let uniforms = copy.openUniforms(count: 64)
    let (z, zTilde) = leaf.relaxations(
      given: Self.points, coupling: coupling, using: &generator)
    let cotangent = sampleTensor([16, 4], seed: 5)
    let slope = gradients(of: z, withRespectTo: [leaf.parameters], cotangent: cotangent)[0]
    #expect(slope.values == cotangent.values)
    let conditional = gradients(of: zTilde.sum(), withRespectTo: [leaf.parameters])[0].values
    for index in 0..<64 {
      let sign: Double = Self.points.values[index] == 1 ? 1 : -1
      let alpha = Double(leaf.logits.values[index])
      let expected = Self.sigmoid(sign * alpha + log(Double(uniforms[index])))
      #expect(abs(Double(conditional[index]) - expected) < 1e-6)
    }
  }

  @Test(arguments: [1, 2])
  func derivativesOfTheConditionalByDifferences(order: Int) {
    var generator = PCG64(seed: 6)
    let uniforms = generator.openUniforms(count: 64)
    checkGradient(
      of: {
        Bernoulli(logits: $0[0]).conditionalRelaxation(given: Self.points, uniforms: uniforms)
      },
      at: [Self.every.logits], order: order)
  }

  /// With b drawn, z and z̃ are α plus logistic noise.
  @Test(arguments: NoiseCoupling.allCases)
  func marginalIsLogistic(coupling: NoiseCoupling) {
    let logits: [Float] = [-1.2, 0.4]
    let rows = Bernoulli(logits: Tensor(logits).repeatedAsRows(50_000))
    var generator = PCG64(seed: 7)
    let b = rows.sample(using: &generator)
    let (z, zTilde) = rows.relaxations(given: b, coupling: coupling, using: &generator)
    for relaxation in coupling == .coupled ? [z] : [z, zTilde] {
      for i in 0..<2 {
        let distance = kolmogorovSmirnov(column(i, of: relaxation.values, width: 2)) {
          Self.sigmoid($0 - Double(logits[i]))
        }
        #expect(distance < 1.95)
      }
    }
  }

  /// Given b, a z̃ of its own noise tells nothing more about z.
  @Test(arguments: [Float(0), 1])
  func independentRelaxationsAreUncorrelatedGivenTheSample(b: Float) {
    let n = 20_000
    let rows = Bernoulli(logits: Tensor(repeating: 0.8, shape: [n, 1]))
    var generator = PCG64(seed: 8)
    let (z, zTilde) = rows.relaxations(
      given: Tensor(repeating: b, shape: [n, 1]), coupling: .independent, using: &generator)
    let r = correlation(z.values.map { Double($0) }, zTilde.values.map { Double($0) })
    #expect(abs(r) * Double(n).squareRoot() < 4)
  }

  @Test(arguments: [Float(-80), 0, 80], [Float(0), 1])
  func extremesStayFinite(logit: Float, b: Float) {
    let ends: [Float] = [
      .leastNonzeroMagnitude, .leastNormalMagnitude, 0x1p-24, 0.5, 1 - 0x1p-24,
    ]
    for u in ends {
      let leaf = Bernoulli(logits: Tensor([logit], shape: [1, 1])).atLeaf()
      let sample = Tensor([b], shape: [1, 1])
      let zTilde = leaf.conditionalRelaxation(given: sample, uniforms: [u])
      #expect(leaf.hard(zTilde).scalar == b, "\(logit) \(b) \(u) \(zTilde)")
      let slope = gradients(of: zTilde, withRespectTo: [leaf.logits], recorded: true)
      let curvature = gradients(of: slope[0].squaredNorm(), withRespectTo: [leaf.logits])
      let scores = leaf.score(of: sample).values + leaf.logProbability(of: sample).values
      let all = zTilde.values + slope[0].values + curvature[0].values + scores
      #expect(all.allSatisfy { $0.isFinite }, "\(logit) \(b) \(u) \(all)")
    }
  }

  @Test(arguments: [1, 10_000])
  func anyNumberOfVariables(width: Int) {
    var generator = PCG64(seed: 9)
    let row = Bernoulli(logits: sampleTensor([1, width], seed: 10))
    let b = row.sample(using: &generator)
    let z = row.relaxedSample(using: &generator)
    #expect(row.sampleWidth == width && row.parameterCount == width && row.rowCount == 1)
    #expect(b.shape == [1, width] && z.shape == [1, width])
    #expect(row.logProbability(of: b).scalar.isFinite && z.values.allSatisfy { $0.isFinite })
    #expect(row.logProbability(of: b).scalar < 0)
  }

  @Test func softTendsToHard() {
    let row = Bernoulli(logits: .zeros([1, 4]))
    let z = Tensor([-2, -0.1, 0.2, 3], shape: [1, 4])
    for (found, x) in zip(row.soft(z, logTemperature: Tensor(log(2))).values, z.values) {
      #expect(abs(Double(found) - Self.sigmoid(Double(x) / 2)) < 1e-6)
    }
    let cold = row.soft(z, logTemperature: Tensor(-5))
    #expect(zip(cold.values, row.hard(z).values).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(row.hard(z).values == [0, 0, 1, 1] && !row.hard(z.asVariable()).isRecorded)
    checkGradient(of: { row.soft($0[0], logTemperature: $0[1]) }, at: [z, Tensor(-0.4)])
  }

  @Test func supportIsEveryVectorOfBits() {
    #expect(Self.every.supportCount == 16)
    let rows = (0..<16).map { Array(Self.points.values[$0 * 4..<($0 + 1) * 4]) }
    #expect(Set(rows).count == 16 && Self.points.values.allSatisfy { $0 == 0 || $0 == 1 })
    #expect(rows[6] == [0, 1, 1, 0])
    #expect(Self.every.supportPoint(6).shape == [16, 4])
    #expect(Bernoulli(logits: .zeros([1, 30])).supportCount == 1 << 30)
    #expect(Bernoulli(logits: .zeros([1, 31])).supportCount == nil)
  }

  @Test func samplesOfAnotherShapeStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Bernoulli(logits: .zeros([2, 3])).score(of: .zeros([3, 2]))
    }
    expectMessage("samples of shape [3, 2] instead of [2, 3]", of: result)
  }
}
