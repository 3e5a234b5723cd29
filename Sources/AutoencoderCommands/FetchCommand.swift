import ArgumentParser
import DataDownload
import ExperimentLogging
import Foundation

/// Downloads a data set.
struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Download MNIST from a public mirror and check it; goes on where it was broken off.")

  @Argument(help: "The data set: mnist.")
  var name: String

  @Option(help: "The folder for the files (default: data/NAME).", completion: .directory)
  var output: String?

  func run() throws {
    guard name == "mnist" else {
      throw UsageError("There is no data set \"\(name)\" to fetch; there is mnist.")
    }
    let folder = output ?? "data/\(name)"
    try MNISTDownload.fetch(into: URL(filePath: folder, directoryHint: .isDirectory)) { note($0) }
    print("MNIST is in \(folder); train with --data \(folder).")
  }
}
