import GradientEstimators
import Testing

@testable import EstimatorComparison

@Suite struct VarianceMeasurementTests {
  private func measurement(_ problem: ToyProblem) -> VarianceMeasurement {
    var measurement = VarianceMeasurement(problem: problem)
    measurement.exactSteps = [0, 5]
    measurement.adaptationSteps = 20
    measurement.samples = 20_000
    measurement.seeds = 0..<2
    return measurement
  }

  @Test func varianceOfREINFORCEIsTheKnownOne() throws {
    let entries = try measurement(.bernoulli(target: 0.499)).run([REINFORCE.self])
    #expect(entries.map(\.exactSteps) == [0, 5])
    for value in entries[0].logVariances { #expect(abs(value + 4.159) < 0.02) }
    #expect(entries[0].evaluationCount == 1 && entries[0].estimateTime > .zero)
  }

  @Test func variancesDoNotDependOnTheNumberOfThreads() throws {
    var measurement = measurement(.chain(dimensions: 3))
    measurement.samples = 500
    let types: [any GradientEstimator.Type] = [RELAX.self, DisARM.self]
    let one = try measurement.run(types, jobs: 1).map(\.logVariances)
    #expect(try measurement.run(types, jobs: 3).map(\.logVariances) == one)
  }

  @Test func parametersFollowTheExactGradient() {
    let problem = ToyProblem.chain(dimensions: 2)
    let thetas = measurement(problem).parameters()
    #expect(thetas[0].values == [0, 0])
    #expect(problem.expectation(thetas[1].values).loss < problem.expectation([0, 0]).loss)
  }

  /// The exact gradient has no variance to measure.
  @Test func exactGradientIsLeftOut() throws {
    #expect(try measurement(.chain(dimensions: 2)).run([ExactEnumeration.self]).isEmpty)
  }
}
