import Autodiff
import Distributions
import Foundation
import GradientEstimators
import RandomNumbers
import Statistics
import TestSupport
import Testing

/// The law of z, z̃ and their derivatives for p = (0.6, 0.25, 0.1, 0.05).
@Suite struct CategoricalRelaxationTests {
  private static let probabilities = [0.6, 0.25, 0.1, 0.05]
  private static let count = 20_000
  private let distribution = Categorical(
    logits: Tensor(probabilities.map { Float(log($0)) }).repeatedAsRows(count))

  enum Kind: CaseIterable {
    case unconditional, conditional

    func draw(
      from distribution: Categorical, given chosen: [Int32], using generator: inout PCG64
    ) -> Tensor {
      switch self {
      case .unconditional: distribution.relaxation(given: chosen, using: &generator)
      case .conditional: distribution.conditionalRelaxation(given: chosen, using: &generator)
      }
    }
  }

  /// With b drawn, z is log p plus independent Gumbel noise, and so is z̃.
  @Test(arguments: Kind.allCases)
  func marginalIsThatOfIndependentGumbels(kind: Kind) {
    var generator = PCG64(seed: 1)
    let chosen = distribution.sample(using: &generator)
    let z = kind.draw(from: distribution, given: chosen, using: &generator)
    for distance in gumbelDistances(z) { #expect(distance < 1.95) }

    // Means, variances and covariances of z − log p: γ, π²/6 and 0.
    let euler = 0.5772156649015329
    let centered = z - distribution.logProbabilities - Float(euler)
    var products: [Tensor] = [centered]
    var exact = [Double](repeating: 0, count: 4)
    for i in 0..<4 {
      for j in i..<4 {
        products.append(centered.columns(i..<i + 1) * centered.columns(j..<j + 1))
        exact.append(i == j ? Double.pi * Double.pi / 6 : 0)
      }
    }
    var moments = SampleMoments()
    moments.add(rows: .concatenatingColumns(products))
    checkUnbiased(moments, exact: exact)
  }

  /// Without a draw as well; its argmax is then one.
  @Test func relaxationOfNoDrawIsThatOfIndependentGumbels() {
    var generator = PCG64(seed: 3)
    let z = distribution.relaxation(using: &generator)
    for distance in gumbelDistances(z) { #expect(distance < 1.95) }
    let modes = Categorical(logits: z).mode
    for (i, p) in Self.probabilities.enumerated() {
      let share = Double(modes.count { $0 == Int32(i) }) / Double(Self.count)
      #expect(abs(share - p) < 4 * (p * (1 - p) / Double(Self.count)).squareRoot())
    }
    let logits = sampleTensor([2, 4], seed: 6).asVariable()
    let some = Categorical(logits: logits)
    let cotangent = sampleTensor([2, 4], seed: 5)
    let slopes = gradients(
      of: some.relaxation(using: &generator), withRespectTo: [some.logProbabilities],
      cotangent: cotangent)
    #expect(slopes[0].values == cotangent.values)
  }

  /// The sampler of the code published with the paper, log p_b + Gumbel noise at b, is another.
  @Test func publishedSamplerHasAnotherMarginal() {
    var generator = PCG64(seed: 2)
    let chosen = distribution.sample(using: &generator)
    let lp = distribution.logProbabilities
    let e = -Tensor(generator.openUniforms(count: 4 * Self.count), shape: lp.shape).log()
    let top = (lp - e.log()).selecting(columns: chosen).repeatedAsColumns(4)
    let isChosen = Tensor(repeating: 1, shape: [Self.count])
      .scattered(toColumns: chosen, of: 4)
    let others = lp - (e + (lp - top).exp()).log()
    #expect(gumbelDistances(isChosen * top + (-isChosen + 1) * others).contains { $0 > 5 })
  }

  /// √n times the distance of each coordinate's law from log p_i plus a Gumbel draw.
  private func gumbelDistances(_ z: Tensor) -> [Double] {
    Self.probabilities.enumerated().map { i, p in
      kolmogorovSmirnov(column(i, of: z.values, width: 4)) { exp(-p * exp(-$0)) }
    }
  }

  @Test(arguments: 0..<4)
  func conditionalIsThatOfTheGumbelsWithThisArgmax(b: Int) {
    var generator = PCG64(seed: UInt64(10 + b))
    let n = 4000
    var kept: [[Double]] = []
    while kept.count < n {
      let z = Self.probabilities.map { log($0) + generator.standardGumbel() }
      if z.indices.allSatisfy({ z[$0] <= z[b] }) { kept.append(z) }
    }
    let some = Categorical(logits: distribution.logProbabilities.rows(0..<n))
    let chosen = [Int32](repeating: Int32(b), count: n)
    let z = some.conditionalRelaxation(given: chosen, using: &generator).values
    for i in 0..<4 {
      #expect(kolmogorovSmirnov(column(i, of: z, width: 4), kept.map { $0[i] }) < 1.95)
      // The dependence between coordinates: the law of their differences and sums.
      for j in 0..<i {
        let (a, b) = (column(i, of: z, width: 4), column(j, of: z, width: 4))
        let differences = zip(a, b).map { $0 - $1 }
        #expect(kolmogorovSmirnov(differences, kept.map { $0[i] - $0[j] }) < 1.95)
        #expect(kolmogorovSmirnov(zip(a, b).map { $0 + $1 }, kept.map { $0[i] + $0[j] }) < 1.95)
      }
    }
  }

  @Test(arguments: Kind.allCases, [Float(1), 20, 80])
  func argmaxIsTheCategory(kind: Kind, size: Float) {
    let n = 3000
    var generator = PCG64(seed: 4)
    let logits = Tensor(
      (0..<5 * n).map { _ in size * Float(2 * generator.random() - 1) }, shape: [n, 5])
    let chosen = (0..<n).map { _ in Int32(generator.integers(0, 5)) }
    let z = kind.draw(
      from: Categorical(logits: logits), given: chosen, using: &generator)
    for row in 0..<n {
      let values = z.values[row * 5..<(row + 1) * 5]
      #expect(values.max() == values[row * 5 + Int(chosen[row])])
      #expect(values.allSatisfy { $0.isFinite })
    }
  }

  @Test func derivativesInTheLogProbabilities() {
    let (p, chosen): ([Double], [Int32]) = (Self.probabilities, [2, 0])
    let logE: [Float] = [0.3, -1, 0.5, -2, 1, -0.2, -3, 0.1]
    let some = Categorical(
      logits: Tensor(p.map { Float(log($0)) }).repeatedAsRows(2).asVariable())
    let cotangent = sampleTensor([2, 4], seed: 5)
    let conditional = gradients(
      of: some.conditionalRelaxation(given: chosen, logExponentials: logE),
      withRespectTo: [some.logProbabilities], cotangent: cotangent)[0]
    let unconditional = gradients(
      of: some.relaxation(given: chosen, logExponentials: logE),
      withRespectTo: [some.logProbabilities], cotangent: cotangent)[0]
    #expect(unconditional.values == cotangent.values)
    for row in 0..<2 {
      let b = Int(chosen[row])
      let e = logE[row * 4..<(row + 1) * 4].map { exp(Double($0)) }
      for i in 0..<4 {
        let w = i == b ? 0 : e[i] / p[i] / (e[i] / p[i] + e[b])
        let expected = w * Double(cotangent.values[row * 4 + i])
        #expect(abs(Double(conditional.values[row * 4 + i]) - expected) < 1e-6)
      }
    }
  }

  @Test(arguments: [1, 2])
  func derivativesInTheLogitsByDifferences(order: Int) {
    checkGradient(
      of: {
        Categorical(logits: $0[0]).conditionalRelaxation(
          given: [2, 0], logExponentials: [0.3, -1, 0.5, -2, 1, -0.2])
      }, at: [sampleTensor([2, 3], seed: 6)], order: order)
  }

  /// z as a function of p with the noise held, at the noise that z had.
  @Test func valuesFromGivenNoise() {
    let some = Categorical(logits: distribution.logProbabilities.rows(0..<1))
    let logE: [Float] = [0.3, -1, 0.5, -2]
    let z = some.relaxation(given: [1], logExponentials: logE).values
    #expect(z == some.conditionalRelaxation(given: [1], logExponentials: logE).values)
    for i in 0..<4 {
      let sum = i == 1 ? 0 : exp(Double(logE[i])) / Self.probabilities[i]
      #expect(abs(Double(z[i]) + log(sum + exp(-1))) < 1e-6)
    }

    // The noise of a generator is log E = log(−log u).
    var (first, second) = (PCG64(seed: 7), PCG64(seed: 7))
    let uniforms = second.openUniforms(count: 4)
    let drawn = some.conditionalRelaxation(given: [1], using: &first).values
    let given = some.conditionalRelaxation(
      given: [1], logExponentials: uniforms.map { Float(log(-log(Double($0)))) }
    ).values
    for i in 0..<4 { #expect(abs(drawn[i] - given[i]) < 2e-6) }
    #expect(first == second)
  }

  /// Logits of ±80 and uniforms at both ends of (0, 1).
  @Test func extremesStayFinite() {
    let ends: [Float] = [0x1p-24, 0.5, 1 - 0x1p-24].map { Float(log(-log(Double($0)))) }
    for (row, b) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)] {
      let logits: [[Float]] = [[80, -80], [-80, 80], [80, 80]]
      for first in ends {
        for second in ends {
          let leaf = Tensor(logits[row], shape: [1, 2]).asVariable()
          let some = Categorical(logits: leaf)
          let noise = [first, second]
          for z in [
            some.relaxation(given: [Int32(b)], logExponentials: noise),
            some.conditionalRelaxation(given: [Int32(b)], logExponentials: noise),
          ] {
            let slopes = gradients(
              of: z.squaredNorm(), withRespectTo: [leaf], recorded: true)
            let curvature = gradients(of: slopes[0].squaredNorm(), withRespectTo: [leaf])
            let all = z.values + slopes[0].values + curvature[0].values
            #expect(all.allSatisfy { $0.isFinite }, "\(logits[row]) \(b) \(first) \(second)")
          }
        }
      }
    }
  }

  @Test func noiseOfTheWrongCountStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Categorical(logits: Tensor([0, 0], shape: [1, 2])).conditionalRelaxation(
        given: [0], logExponentials: [0, 0, 0])
    }
    expectMessage("1 categories and 3 noise values", of: result)
  }
}
