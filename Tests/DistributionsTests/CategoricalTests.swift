import Autodiff
import Distributions
import Foundation
import RandomNumbers
import TestSupport
import Testing

@Suite struct CategoricalTests {
  private let rows: [[Float]] = [[0.3, -1, 2, 0], [80, -80, 0, 79], [1, 1, 1, 1]]
  private var distribution: Categorical {
    Categorical(logits: Tensor(rows.flatMap { $0 }, shape: [3, 4]))
  }

  @Test func logProbabilitiesAreNormalised() {
    let d = distribution
    #expect((d.rowCount, d.categoryCount) == (3, 4))
    for (row, logits) in rows.enumerated() {
      for (k, expected) in logSoftmax(logits).enumerated() {
        let found = Double(d.logProbabilities.values[row * 4 + k])
        #expect(abs(found - expected) < 2e-6 * max(1, abs(expected)))
        #expect(abs(Double(d.probabilities.values[row * 4 + k]) - exp(expected)) < 1e-6)
      }
    }
    let chosen = d.logProbability(of: [2, 1, 3]).values
    #expect(chosen == [2, 5, 11].map { d.logProbabilities.values[$0] })
  }

  @Test func entropies() {
    let found = distribution.entropy().values
    for (row, logits) in rows.enumerated() {
      let expected = logSoftmax(logits).reduce(0) { $0 - exp($1) * $1 }
      #expect(abs(Double(found[row]) - expected) < 1e-5)
    }
    #expect(abs(Double(found[2]) - log(4)) < 1e-6)
  }

  @Test func modeIsTheFirstOfEquals() {
    #expect(distribution.mode == [2, 0, 0])
    let equal = Categorical(logits: Tensor([0, 5, 5, -1, -1, -1], shape: [2, 3]))
    #expect(equal.mode == [1, 0])
  }

  @Test func scoreIsTheGradientOfTheLogProbability() {
    let chosen: [Int32] = [1, 3, 0]
    let logits = Tensor(rows.flatMap { $0 }, shape: [3, 4]).asVariable()
    let d = Categorical(logits: logits)
    let expected = gradients(of: d.logProbability(of: chosen).sum(), withRespectTo: [logits])[0]
    let score = d.score(of: chosen)
    #expect(score.shape == [3, 4])
    for (found, value) in zip(score.values, expected.values) { #expect(abs(found - value) < 1e-6) }
    #expect(score.sumOverColumns().values.allSatisfy { abs($0) < 1e-6 })
  }

  @Test func derivatives() {
    checkGradient(
      of: { inputs in
        let d = Categorical(logits: inputs[0])
        return .concatenatingRows([
          d.entropy(), d.logProbability(of: [2, 0]), d.probabilities.reshaped([6]),
        ])
      }, at: [sampleTensor([2, 3], seed: 1)])
  }

  /// Each row draws from its own distribution.
  @Test func frequenciesAreTheProbabilities() {
    let logits: [[Float]] = [[0.3, -1, 2, 0], [-3, 1, 1, 0], [2, 2, -2, -4]]
    let n = 20_000
    let d = Categorical(
      logits: Tensor((0..<n).flatMap { _ in logits.flatMap { $0 } }, shape: [3 * n, 4]))
    var generator = PCG64(seed: 1)
    let draws = d.sample(using: &generator)
    for (row, logits) in logits.enumerated() {
      var counts = [0, 0, 0, 0]
      for index in stride(from: row, to: draws.count, by: 3) { counts[Int(draws[index])] += 1 }
      // Three degrees of freedom: above 21.1 with a probability of 0.0001.
      #expect(chiSquare(counts, logSoftmax(logits).map { exp($0) }) < 21.1)
    }
  }

  @Test func certainOutcomesAreAlwaysDrawn() {
    let d = Categorical(logits: Tensor([80, -80, -80, -80, -80, 80], shape: [2, 3]))
    var generator = PCG64(seed: 2)
    for _ in 0..<200 { #expect(d.sample(using: &generator) == [0, 2]) }
  }

  @Test func oneCategoryIsCertain() {
    let d = Categorical(logits: Tensor([3, -2], shape: [2, 1]))
    var generator = PCG64(seed: 3)
    #expect(d.sample(using: &generator) == [0, 0])
    #expect(d.entropy().values == [0, 0])
    #expect(d.score(of: [0, 0]).values == [0, 0])
  }

  @Test func categoriesThatDoNotExistStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = Categorical(logits: Tensor([0, 0], shape: [1, 2])).score(of: [2])
    }
    await #expect(processExitsWith: .failure) {
      _ = Categorical(logits: Tensor([0, 0], shape: [1, 2])).logProbability(of: [0, 1])
    }
    await #expect(processExitsWith: .failure) { _ = Categorical(logits: Tensor([0, 0])) }
  }
}
