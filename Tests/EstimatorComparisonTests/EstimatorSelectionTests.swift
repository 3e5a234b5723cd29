import ArgumentParser
import GradientEstimators
import Testing

@testable import EstimatorComparison

@Suite struct EstimatorSelectionTests {
  private func names(_ text: String, _ support: EstimatorTraits.Support) throws -> [String] {
    try EstimatorSelection(argument: text).types(for: support).map { $0.traits.name }
  }

  @Test func allAreThoseThatSuitTheProblem() throws {
    #expect(try names("all", .gaussian).contains("lax"))
    #expect(try !names("all", .bernoulli).contains("lax"))
  }

  @Test func namesKeepTheirOrder() throws {
    #expect(try names("relax,reinforce", .categorical) == ["relax", "reinforce"])
  }

  @Test(arguments: [
    ("relx", "did you mean relax?"), ("lax", "only for gaussian"), ("relax,relax", "named twice"),
    ("relax,", "There is no estimator \"\""),
  ])
  func wrongNamesAreExplained(text: String, part: String) {
    let error = #expect(throws: ValidationError.self) { try names(text, .bernoulli) }
    #expect(error?.message.contains(part) == true)
  }
}
