import Testing

@testable import GradientEstimators

@Suite struct EstimatorRegistryTests {
  @Test func everyTypeIsListedOnce() {
    let types = EstimatorRegistry.all.map { ObjectIdentifier($0) }
    #expect(Set(types).count == types.count)
  }

  @Test func namesAreUniqueAndInKebabCase() {
    let names = EstimatorRegistry.all.map { $0.traits.name }
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(name.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(name)")
      #expect(EstimatorRegistry.estimator(named: name)?.traits.name == name)
    }
    #expect(EstimatorRegistry.estimator(named: "Relax") == nil)
  }

  @Test func everySummaryIsALine() {
    for traits in EstimatorRegistry.all.map({ $0.traits }) {
      #expect(!traits.summary.isEmpty && traits.summary.count < 70 && !traits.supports.isEmpty)
      #expect(!traits.summary.contains("\n") && !traits.summary.hasSuffix("."))
    }
  }

  @Test func biasedOnesAreKnown() {
    let biased = EstimatorRegistry.all.map { $0.traits }.filter { !$0.isUnbiased }.map(\.name)
    #expect(biased == ["straight-through", "concrete"])
  }
}
