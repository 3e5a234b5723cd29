import GradientEstimators
import Testing

@testable import EstimatorComparison

@Suite struct BiasTableTests {
  @Test func everyEstimatorIsCheckedOnEverySupport() throws {
    let entries = try BiasTable.entries(samples: 50, seed: 0)
    for type in EstimatorRegistry.all {
      let count = type.traits.supports.reduce(0) { $0 + BiasTable.sizes($1).count }
      #expect(entries.count { $0.name == type.traits.name } == count)
    }
    #expect(entries.count { $0.name.contains("redrawn") } == 6)
    #expect(entries.count { $0.name.contains("published") } == 3)
    #expect("\(BiasTable.table(entries))".split(separator: "\n").count == entries.count + 2)
  }

  @Test func onlyTheWrongOnesAreExpectedToFail() throws {
    let wrong = Set(
      try BiasTable.entries(samples: 50, seed: 0).filter { !$0.isExpectedToPass }.map(\.name))
    #expect(
      wrong == [
        "straight-through", "concrete", "relax, z̃ redrawn after b", "relax, published sampler",
      ])
  }
}
