import GradientEstimators
import Testing

@testable import EstimatorComparison

@Suite struct ListCommandTests {
  @Test func thereIsALineForEachEstimator() {
    let lines = "\(ListCommand.table)".split(separator: "\n").dropFirst(2)
    #expect(
      lines.map { $0.prefix { $0 != " " } }
        == EstimatorRegistry.all.map { $0.traits.name[...] })
  }
}
