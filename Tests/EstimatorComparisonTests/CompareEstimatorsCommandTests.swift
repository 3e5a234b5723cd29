import ArgumentParser
import Testing

@testable import EstimatorComparison

@Suite struct CompareEstimatorsCommandTests {
  @Test(arguments: [
    ["toy", "--steps", "0"], ["toy", "--seeds", "0"], ["toy", "--target", "nan"],
    ["toy", "--jobs", "0"], ["toy", "--hidden", "0"], ["toy", "--learning-rate", "-1"],
    ["toy", "--estimators", "lax"], ["toy", "--problem", "trinomial"],
    ["toy", "--problem", "chain", "--dimensions", "0"], ["variance", "--samples", "1"],
    ["variance", "--exact-steps", "5", "5"], ["variance", "--cv-learning-rate", "0"],
    ["bias", "--samples", "1"], ["bias", "--seed", "x"], ["nothing"],
  ])
  func wrongUsageIsRefused(arguments: [String]) {
    do {
      _ = try CompareEstimatorsCommand.parseAsRoot(arguments)
      Issue.record("\(arguments) was accepted")
    } catch {
      #expect(CompareEstimatorsCommand.exitCode(for: error) == .validationFailure)
    }
  }

  @Test(arguments: [
    ["toy", "--target", "0.45"], ["variance", "--problem", "chain", "--exact-steps", "0", "7"],
    ["bias"], ["list"],
  ])
  func rightUsageIsAccepted(arguments: [String]) throws {
    _ = try CompareEstimatorsCommand.parseAsRoot(arguments)
  }
}
