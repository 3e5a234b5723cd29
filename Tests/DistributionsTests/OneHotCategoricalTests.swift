import Autodiff
import Distributions
import Foundation
import GradientEstimators
import RandomNumbers
import Statistics
import TestSupport
import Testing

/// Two variables of three values a row.
@Suite struct OneHotCategoricalTests {
  private static let logits: [Float] = [0.5, -1, 0.2, 2, 0, -0.7]
  private static let logP = logSoftmax(Array(logits[0..<3])) + logSoftmax(Array(logits[3..<6]))

  private static func rows(_ count: Int) -> OneHotCategorical {
    OneHotCategorical(logits: Tensor(logits).repeatedAsRows(count), categoryCount: 3)
  }

  /// Each of the nine values, a row each.
  private static let points = Tensor.concatenatingRows((0..<9).map { rows(1).supportPoint($0) })

  @Test func samplesHaveTheProbabilitiesAndVariablesAreIndependent() {
    let rows = Self.rows(50_000)
    var generator = PCG64(seed: 1)
    let b = rows.sample(using: &generator)
    #expect(b.values.allSatisfy { $0 == 0 || $0 == 1 })
    let p = Self.logP.map { exp($0) }
    #expect(zip(rows.mean.values, p).allSatisfy { abs(Double($0) - $1) < 1e-6 })
    var (columns, exact) = ([b.columns(0..<2), b.columns(3..<5)], Array(p[0..<2] + p[3..<5]))
    for i in 0..<2 {
      for j in 3..<5 {
        columns.append(b.columns(i..<i + 1) * b.columns(j..<j + 1))
        exact.append(p[i] * p[j])
      }
    }
    var moments = SampleMoments()
    moments.add(rows: .concatenatingColumns(columns))
    checkUnbiased(moments, exact: exact)
    for block in [b.columns(0..<3), b.columns(3..<6)] {
      #expect(block.sumOverColumns().values.allSatisfy { $0 == 1 })
    }
  }

  @Test func logProbabilityIsTheSumOverTheVariables() {
    let found = Self.rows(9).logProbability(of: Self.points).values
    for index in 0..<9 {
      let expected = Self.logP[index % 3] + Self.logP[3 + index / 3]
      #expect(abs(Double(found[index]) - expected) < 1e-6)
    }
  }

  @Test func scoreIsTheSlopeOfTheLogProbability() {
    let leaf = Self.rows(9).atLeaf()
    let slope = gradients(
      of: leaf.logProbability(of: Self.points).sum(), withRespectTo: [leaf.parameters])[0]
    #expect(
      zip(slope.values, leaf.score(of: Self.points).values).allSatisfy { abs($0 - $1) < 1e-6 })
    checkGradient(
      of: {
        OneHotCategorical(logits: $0[0], categoryCount: 3).logProbability(of: Self.points)
      }, at: [leaf.logits])
  }

  @Test(arguments: NoiseCoupling.allCases, [Float(1), 20, 80])
  func largestRelaxationIsThatOfTheSample(coupling: NoiseCoupling, size: Float) {
    var generator = PCG64(seed: 2)
    let logits = sampleTensor([1500, 6], seed: 3, magnitude: 0...size)
    let rows = OneHotCategorical(logits: logits, categoryCount: 3)
    // Improbable samples as well.
    let b = OneHotCategorical(logits: .zeros([1500, 6]), categoryCount: 3)
      .sample(using: &generator)
    let (z, zTilde) = rows.relaxations(given: b, coupling: coupling, using: &generator)
    for relaxation in [z, zTilde] {
      #expect(rows.hard(relaxation).values == b.values)
      #expect(relaxation.values.allSatisfy { $0.isFinite })
    }
    #expect((z.values == zTilde.values) == (coupling == .coupled))
  }

  /// z has the derivative 1 in log p, the conditional that of its formula, b being fixed.
  @Test(arguments: NoiseCoupling.allCases)
  func derivativesOfRelaxations(coupling: NoiseCoupling) {
    let generator = PCG64(seed: 4)
    let leaf = Self.rows(9).atLeaf()
    var copy = generator
    let z = leaf.relaxations(given: Self.points, coupling: coupling, using: &copy).unconditional
    let cotangent = sampleTensor([9, 6], seed: 5)
    let slope = gradients(of: z, withRespectTo: [leaf.logits], cotangent: cotangent)[0].values
    for start in stride(from: 0, to: 54, by: 3) {
      let total = cotangent.values[start..<start + 3].reduce(0.0) { $0 + Double($1) }
      for i in start..<start + 3 {
        let expected = Double(cotangent.values[i]) - exp(Self.logP[i % 6]) * total
        #expect(abs(Double(slope[i]) - expected) < 1e-6)
      }
    }
    checkGradient(
      of: {
        var copy = generator
        return OneHotCategorical(logits: $0[0], categoryCount: 3)
          .relaxations(given: Self.points, coupling: coupling, using: &copy).conditional
      }, at: [leaf.logits])
  }

  /// With b drawn, z and z̃ are log p plus Gumbel noise.
  @Test(arguments: NoiseCoupling.allCases)
  func marginalIsThatOfGumbels(coupling: NoiseCoupling) {
    let rows = Self.rows(15_000)
    var generator = PCG64(seed: 6)
    let b = rows.sample(using: &generator)
    let (z, zTilde) = rows.relaxations(given: b, coupling: coupling, using: &generator)
    for relaxation in coupling == .coupled ? [z] : [z, zTilde] {
      for i in 0..<6 {
        let distance = kolmogorovSmirnov(column(i, of: relaxation.values, width: 6)) {
          exp(-exp(Self.logP[i] - $0))
        }
        #expect(distance < 2.2)
      }
    }
  }

  @Test func independentRelaxationsAreUncorrelatedGivenTheSample() {
    let n = 20_000
    var generator = PCG64(seed: 7)
    let rows = Self.rows(n)
    let (z, zTilde) = rows.relaxations(
      given: rows.supportPoint(4), coupling: .independent, using: &generator)
    for i in 0..<6 {
      let r = correlation(column(i, of: z.values, width: 6), column(i, of: zTilde.values, width: 6))
      #expect(abs(r) * Double(n).squareRoot() < 4)
    }
  }

  @Test(arguments: 0..<3)
  func extremesStayFinite(b: Int) {
    let leaf = OneHotCategorical(
      logits: Tensor([80, -80, 0]).repeatedAsRows(500)
    ).atLeaf()
    let sample = leaf.supportPoint(b)
    var generator = PCG64(seed: 8)
    let (z, zTilde) = leaf.relaxations(given: sample, coupling: .independent, using: &generator)
    #expect(leaf.hard(z).values == sample.values && leaf.hard(zTilde).values == sample.values)
    for output in [z, zTilde, leaf.logProbability(of: sample), leaf.score(of: sample)] {
      let slope = gradients(
        of: output.squaredNorm(), withRespectTo: [leaf.logits], recorded: true)[0]
      let curvature = gradients(of: slope.squaredNorm(), withRespectTo: [leaf.logits])[0]
      let all = output.values + slope.values + curvature.values
      #expect(all.allSatisfy { $0.isFinite })
    }
  }

  /// One value has the probability 1, and nothing depends on its logit.
  @Test func singleCategory() {
    var generator = PCG64(seed: 9)
    let leaf = OneHotCategorical(logits: Tensor([3, -80], shape: [2, 1])).atLeaf()
    let b = leaf.sample(using: &generator)
    #expect(b.values == [1, 1] && leaf.mean.values == [1, 1] && leaf.supportCount == 1)
    #expect(leaf.logProbability(of: b).values == [0, 0] && leaf.score(of: b).values == [0, 0])
    let (z, zTilde) = leaf.relaxations(given: b, coupling: .coupled, using: &generator)
    for output in [z, zTilde, leaf.soft(z, logTemperature: Tensor(0))] {
      let slope = gradients(of: output.sum(), withRespectTo: [leaf.logits])[0]
      #expect(slope.values == [0, 0] && output.values.allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: [2, 10_000])
  func manyColumns(categoryCount: Int) {
    var generator = PCG64(seed: 10)
    let row = OneHotCategorical(
      logits: sampleTensor([1, 10_000], seed: 11), categoryCount: categoryCount)
    let b = row.sample(using: &generator)
    #expect(b.values.reduce(0, +) == Float(10_000 / categoryCount))
    #expect(row.variableCount == 10_000 / categoryCount)
    #expect(row.supportCount == (categoryCount == 2 ? nil : 10_000))
    let (z, zTilde) = row.relaxations(given: b, coupling: .independent, using: &generator)
    #expect(row.hard(z).values == b.values && row.hard(zTilde).values == b.values)
    #expect(row.logProbability(of: b).scalar.isFinite)
  }

  @Test func softTendsToHard() {
    let row = Self.rows(1)
    let z = Tensor([-2, 0.3, 0.1, 3, 3.2, 0], shape: [1, 6])
    let warm = row.soft(z, logTemperature: Tensor(log(2))).values
    let blocks = [0..<3, 3..<6].flatMap { logSoftmax(z.values[$0].map { $0 / 2 }) }
    #expect(zip(warm, blocks).allSatisfy { abs(Double($0) - exp($1)) < 1e-6 })
    let cold = row.soft(z, logTemperature: Tensor(-5))
    #expect(row.hard(z).values == [0, 1, 0, 0, 1, 0] && !row.hard(z.asVariable()).isRecorded)
    #expect(zip(cold.values, row.hard(z).values).allSatisfy { abs($0 - $1) < 1e-6 })
    checkGradient(of: { row.soft($0[0], logTemperature: $0[1]) }, at: [z, Tensor(-0.2)])
  }

  @Test func supportIsEveryVectorOfCategories() {
    #expect(Self.rows(2).supportCount == 9)
    let rows = (0..<9).map { Array(Self.points.values[$0 * 6..<($0 + 1) * 6]) }
    #expect(Set(rows).count == 9)
    #expect(rows[5] == [0, 0, 1, 0, 1, 0])
    #expect(Self.rows(4).supportPoint(5).shape == [4, 6])
    let many = OneHotCategorical(logits: .zeros([1, 93]), categoryCount: 3)
    #expect(many.supportCount == nil && many.variableCount == 31)
    #expect(OneHotCategorical(logits: .zeros([1, 5])).variableCount == 1)
  }

  /// A row of two variables is two rows of one.
  @Test func variablesOfARowAreThoseOfARowEach() {
    let apart = OneHotCategorical(logits: Tensor(Self.logits, shape: [2, 3]))
    let together = Self.rows(1)
    var (first, second) = (PCG64(seed: 12), PCG64(seed: 12))
    let b = together.sample(using: &first)
    #expect(b.values == apart.sample(using: &second).values)
    let z = together.relaxations(given: b, coupling: .independent, using: &first)
    let w = apart.relaxations(
      given: b.reshaped([2, 3]), coupling: .independent, using: &second)
    #expect(z.unconditional.values == w.unconditional.values)
    #expect(z.conditional.values == w.conditional.values)
    let sum = apart.logProbability(of: b.reshaped([2, 3])).values.reduce(0, +)
    #expect(abs(together.logProbability(of: b).scalar - sum) < 1e-6)
  }

  @Test func columnsThatDoNotMakeBlocksStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = OneHotCategorical(logits: .zeros([1, 7]), categoryCount: 3)
    }
    expectMessage("7 columns are not made of blocks of 3 categories", of: result)
  }
}
