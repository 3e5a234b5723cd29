import Experiments
import Testing

@testable import EstimatorComparison

@Suite struct VarianceMeasurementTests {
  private func measurement(
    _ list: String, _ shared: KeyValuePairs<String, String>, samples: Int = 20_000
  ) throws -> VarianceMeasurement {
    var measurement = try VarianceMeasurement(
      ComparisonPlan(
        Variant.parse(list: list), shared: values(shared), seeds: 0...1, in: ()))
    measurement.exactSteps = [0, 5]
    measurement.adaptationSteps = 20
    measurement.samples = samples
    return measurement
  }

  @Test func varianceOfREINFORCEIsTheKnownOne() throws {
    let entries = try measurement("reinforce", ["target": "0.499"]).run(jobs: 2)
    #expect(entries.map(\.exactSteps) == [0, 5])
    for value in entries[0].logVariances { #expect(abs(value + 4.159) < 0.02) }
    #expect(entries[0].evaluationCount == 1 && entries[0].estimateTime > .zero)
  }

  @Test func variancesDoNotDependOnTheNumberOfThreads() throws {
    let measurement = try measurement(
      "relax,disarm", ["problem": "chain", "dimensions": "3"], samples: 500)
    let one = try measurement.run(jobs: 1).map(\.logVariances)
    #expect(try measurement.run(jobs: 3).map(\.logVariances) == one)
  }

  @Test func parametersFollowTheExactGradient() throws {
    let measurement = try measurement("relax", ["problem": "chain", "dimensions": "2"])
    let thetas = try measurement.parameters()
    #expect(thetas[0].values == [0, 0])
    let expectation = measurement.problem.expectation
    #expect(expectation(thetas[1].values).loss < expectation([0, 0]).loss)
  }

  /// The exact gradient has no variance to measure.
  @Test func exactGradientIsLeftOut() throws {
    #expect(try measurement("exact", ["problem": "chain"]).run(jobs: 1).isEmpty)
  }
}
