import GradientEstimators
import RandomNumbers
import Testing

@testable import EstimatorComparison

@Suite struct ToyTrainingTests {
  private func training(_ problem: ToyProblem, steps: Int, seeds: UInt64) -> ToyTraining {
    var training = ToyTraining(problem: problem, steps: steps)
    training.seeds = 0..<seeds
    training.draws = 200
    return training
  }

  @Test func resultsDoNotDependOnTheNumberOfThreads() throws {
    let training = training(.chain(dimensions: 3), steps: 40, seeds: 3)
    let types: [any GradientEstimator.Type] = [RELAX.self, RLOO.self, NVIL.self]
    let one = try training.run(types, jobs: 1)
    let four = try training.run(types, jobs: 4)
    for (first, second) in zip(one.joined(), four.joined()) {
      #expect(first.seed == second.seed && first.estimator == second.estimator)
      #expect(first.records.map(\.parameters) == second.records.map(\.parameters))
      #expect(first.records.map(\.logVariance) == second.records.map(\.logVariance))
    }
  }

  /// What is measured on the way must not change the training.
  @Test func recordsDoNotChangeTheTraining() throws {
    var training = training(.bernoulli(target: 0.4), steps: 60, seeds: 1)
    let often = try training.run(RelaxedREBAR.self, seed: 5)
    training.recordedSteps = [60]
    let once = try training.run(RelaxedREBAR.self, seed: 5)
    #expect(often.records.last?.parameters == once.records.last?.parameters)
  }

  @Test func exactGradientRunsOnceAndWithoutVariance() throws {
    let runs = try training(.chain(dimensions: 20), steps: 30, seeds: 4)
      .run([ExactEnumeration.self])
    #expect(runs[0].count == 1)
    #expect(runs[0][0].records.allSatisfy { $0.logVariance == -.infinity })
    let losses = runs[0][0].records.map(\.loss)
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func relaxLearnsAControlVariateWhileREINFORCEKeepsItsVariance() throws {
    let training = training(.bernoulli(target: 0.499), steps: 500, seeds: 2)
    let relax = try training.run(RELAX.self, seed: 0)
    let plain = try training.run(REINFORCE.self, seed: 0)
    #expect(try #require(relax.records.last).logVariance < -10)
    #expect(abs(try #require(plain.records.first).logVariance + 4.159) < 0.15)
  }

  @Test func recordsIncludeTheUsualStepsAndTheLast() {
    let steps = ToyTraining(problem: .bernoulli(target: 0.5), steps: 2345).recordedSteps
    #expect(steps == steps.sorted())
    #expect(Set(steps).isSuperset(of: [0, 500, 1000, 2000, 2345]))
  }
}
