import Agents
import GradientEstimators
import Rendering
import Testing

/// Every algorithm and every estimator has a look of its own, and none is grey.
@Suite struct SubjectLookTests {
  @Test(arguments: [
    Algorithm.all.map(\.name), EstimatorRegistry.all.map { $0.traits.name },
  ])
  func eachSubjectHasItsOwnLook(names: [String]) {
    let looks = names.compactMap { Look.subjects[$0] }
    #expect(looks.count == names.count, "\(names.filter { Look.subjects[$0] == nil })")
    #expect(Set(looks).count == looks.count)
    #expect(looks.allSatisfy { $0.color != .reference })
  }
}
