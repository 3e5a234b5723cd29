import ArgumentParser
import ExperimentLogging
import Foundation
import GradientEstimators

/// Checks which estimators are unbiased.
struct BiasCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bias",
    abstract: "Check every estimator against the exact gradient, coordinate by coordinate.",
    discussion: """
      The problems have random f, logits spread over −3 to 3, and the estimators large random \
      parameters of their own. The exit code is 1 if a verdict is not the one expected.
      """)

  @Option(help: "How many estimates to average.")
  var samples = 1_000_000

  @Option(help: "Decides everything that is random.")
  var seed: UInt64 = 0

  mutating func validate() throws {
    guard samples > 1 else {
      throw ValidationError("--samples is \(samples); it must be 2 or more.")
    }
  }

  func run() throws {
    noteDebugBuild()
    let entries = try BiasTable.entries(samples: samples, seed: seed)
    print(BiasTable.table(entries))
    let wrong = entries.filter { $0.report.isUnbiased != $0.isExpectedToPass }
    guard wrong.isEmpty else {
      print("\nNot as expected: \(wrong.map(\.name).joined(separator: ", ")).")
      throw ExitCode.failure
    }
    print(
      """

      Every verdict is as expected: \(entries.count { $0.report.isUnbiased }) unbiased, \
      \(entries.count { !$0.report.isUnbiased }) biased ones caught.
      """)
  }
}
