import ArgumentParser
import ExperimentCommands
import State

/// Checks which estimators are unbiased.
struct BiasCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "bias",
    abstract: "Check every estimator against the exact gradient, coordinate by coordinate.",
    discussion: """
      The problems have random f, logits spread over −3 to 3, and the estimators large random \
      parameters of their own. The exit code is 1 if a verdict is not the one expected.
      """)

  @Option(help: "How many estimates to average (2 to 1000000000).")
  var samples = 1_000_000

  @Option(help: "Decides everything that is random.")
  var seed: UInt64 = 0

  func run(in context: CommandContext<Void>) throws {
    guard (2...1_000_000_000).contains(samples) else {
      throw Failure.usage("--samples is \(samples), but must be from 2 to 1000000000.")
    }
    context.noteDebugBuild()
    let display = context.makeDisplay(isQuiet: false)
    defer { display.clear() }
    let entries = try BiasTable.entries(samples: samples, seed: seed, display.monitor)
    display.clear()
    context.output("\(BiasTable.table(entries))\n")
    let wrong = entries.filter { $0.report.isUnbiased != $0.isExpectedToPass }.map(\.name)
    guard wrong.isEmpty else {
      throw Failure.failed(
        "Not as expected: \(wrong.joined(separator: ", ")); look again with more --samples.")
    }
    context.output(
      """
      Every verdict is as expected: \(entries.count { $0.report.isUnbiased }) unbiased, \
      \(entries.count { !$0.report.isUnbiased }) biased ones caught.
      """)
  }
}
