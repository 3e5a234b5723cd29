import ArgumentParser
import ExperimentCommands
import Experiments
import Files
import Images
import State

/// Downloads a data set.
struct FetchCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Download MNIST from a public mirror and check it; goes on where it was broken off.")

  @Argument(help: "The data set: mnist.")
  var name: String

  @Option(help: "The folder for the files (default: data/NAME).", completion: .directory)
  var output: String?

  func run(in context: CommandContext<Void>) throws {
    guard name == "mnist" else {
      throw Failure.usage(
        "There is no data set \(name.quotedBriefly) to fetch; there is mnist.")
    }
    let folder = Path(output ?? "data/\(name)")
    let display = context.makeDisplay(isQuiet: false)
    defer { display.clear() }
    try MNISTDownload.fetch(into: folder, display.monitor)
    display.clear()
    context.output("MNIST is in \(folder); train with --data \(folder).")
  }
}
