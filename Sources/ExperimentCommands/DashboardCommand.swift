import ArgumentParser
import Dashboard
import Experiments
import Files
import Foundation
import State
import Synchronization

/// Shows runs in a browser while they grow.
struct DashboardCommand<Program: ExperimentProgram>: ContextualCommand {
  typealias Names = Program.Main.Settings.Context

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "dashboard", abstract: "Show all runs of a folder in a browser, as they grow.",
      discussion: """
        A web server for this machine alone, which reads the folder and writes nothing. It shows runs \
        of train-agent, train-vae and compare-estimators alike; Ctrl-C ends it. From another machine: \
        ssh -L 7878:127.0.0.1:7878 MACHINE.
        """)
  }

  @Argument(help: "The folder; everything below it is looked through.", completion: .directory)
  var folder = "runs"

  @Option(help: "The address to listen on; any other than the usual lets other machines in.")
  var host = "127.0.0.1"

  @Option(
    parsing: .unconditional,
    help: "The port (0 to 65535; 0, or one that is in use, for any that is free).")
  var port = usualDashboardPort

  mutating func run(in context: CommandContext<Names>) throws {
    guard let port = UInt16(exactly: port) else {
      throw Failure.usage("--port is \(port), but must be from 0 to 65535.")
    }
    let folder = Path(folder)
    let names = context.names
    let server = try awaiting { [host] in
      try await startDashboard(folder, host: host, port: port) { run throws(Failure) in
        let settings = try Run<Program.Main>.savedSettings(in: run, names)
        return try Program.replays(of: run, settings, in: names, .silent)
      }
    }
    context.output("The runs of \(folder) are at \(server.address) (Ctrl-C ends it).")
    while !context.isInterrupted() { usleep(100_000) }
    try awaiting { await server.stop() }
  }
}

/// What asynchronous work comes to, for a command: its thread may wait, which one of the few that run
/// such work must never do.
private func awaiting<Result: Sendable>(
  _ work: @escaping @Sendable () async throws -> Result
) throws -> Result {
  let result = Mutex<Swift.Result<Result, any Error>?>(nil)
  let done = DispatchSemaphore(value: 0)
  Task.detached {
    let outcome: Swift.Result<Result, any Error>
    do { outcome = .success(try await work()) } catch { outcome = .failure(error) }
    result.withLock { $0 = outcome }
    done.signal()
  }
  done.wait()
  guard let outcome = result.withLock({ $0 }) else { preconditionFailure("No result was left.") }
  return try outcome.get()
}
