import Files
internal import FlyingFox
internal import FlyingSocks
import Foundation
import Pages
import State
import Synchronization

/// A web server that shows the runs below a folder in a browser, as they grow.
///
/// (It hides what it is made of, which the optimiser of Swift 6.3 would take into other modules, and
/// fail at.)
public protocol RunningDashboard: Sendable {
  /// Where a browser finds it.
  var address: String { get }
  /// Ends it; whoever listens is cut off.
  func stop() async
}

/// The port that a dashboard asks for if none is named.
public let usualDashboardPort = 7878

/// Starts a dashboard.
///
/// - Parameters:
///   - folder: Whose runs are shown.
///   - host: The address that is listened on.
///   - port: The port; 0 for any that is free, which is also taken if this one is in use.
///   - replays: Lets the agents of the run in a folder play, when somebody looks at it.
/// - Throws: `Failure` if there is no such folder or address.
@inline(never)
public func startDashboard(
  _ folder: Path, host: String, port: UInt16,
  replays: @escaping @Sendable (Path) throws(Failure) -> [Replay] = { _ in [] }
) async throws(Failure) -> any RunningDashboard {
  try await DashboardServer.start(folder, host: host, port: port, RunReplays(replays))
}

/// A dashboard on FlyingFox.
final class DashboardServer: RunningDashboard {
  private enum Progress {
    case starting
    case listening(port: UInt16)
    case failed(String, isTaken: Bool)
  }

  private let server: HTTPServer
  private let progress = Mutex(Progress.starting)
  private let task = Mutex<Task<Void, Never>?>(nil)
  private let host: String

  /// Starts to answer.
  static func start(
    _ folder: Path, host: String, port: UInt16, _ replays: RunReplays
  ) async throws(Failure) -> DashboardServer {
    guard Folder.isFolder(folder) else {
      throw .file(folder.text, "is not a folder", fix: "name the folder of runs")
    }
    for port in port == 0 ? [0] : [port, 0] {
      let server = try DashboardServer(folder, host: host, port: port, replays)
      switch await server.listen() {
      case .listening: return server
      case .failed(_, isTaken: true) where port != 0: continue
      case .failed(let reason, _):
        throw .failed("The dashboard cannot listen on \(host.printable): \(reason).")
      case .starting:
        throw .failed("The dashboard could not listen on \(host.printable) in time; try again.")
      }
    }
    throw .failed("There is no free port on \(host.printable); end a program that has one.")
  }

  private init(
    _ folder: Path, host: String, port: UInt16, _ replays: RunReplays
  ) throws(Failure) {
    let name = host == "localhost" ? "127.0.0.1" : host
    let isLocal = name.hasPrefix("127.") || name == "::1"
    let answers = DashboardAnswers(
      model: DashboardModel(folder), replays: replays,
      hosts: isLocal ? ["127.0.0.1", "localhost", "[::1]", name] : nil)
    func configuration(_ address: some SocketAddress) -> HTTPServer.Configuration {
      .init(address: address, timeout: 120, logger: .disabled)
    }
    if let address = try? sockaddr_in.inet(ip4: name, port: port) {
      server = HTTPServer(config: configuration(address), handler: answers)
      self.host = name
    } else if let address = try? sockaddr_in6.inet6(ip6: name, port: port) {
      server = HTTPServer(config: configuration(address), handler: answers)
      self.host = "[\(name)]"
    } else {
      throw .usage(
        "--host is \(host.quotedBriefly), but must be an address of this machine, such as 127.0.0.1 "
          + "or 0.0.0.0.")
    }
  }

  /// Returns when it listens, or cannot.
  private func listen() async -> Progress {
    let running = Task.detached { [self] in
      do {
        try await server.run()
      } catch let SocketError.failed(_, errno, message) {
        progress.withLock { $0 = .failed(message, isTaken: errno == EADDRINUSE) }
      } catch {
        progress.withLock { $0 = .failed("\(error)", isTaken: false) }
      }
    }
    task.withLock { $0 = running }
    for _ in 0..<1000 {
      if case .failed = progress.withLock({ $0 }) { break }
      switch await server.listeningAddress {
      case .ip4(_, let port), .ip6(_, let port):
        progress.withLock { $0 = .listening(port: port) }
        return .listening(port: port)
      default: break
      }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return progress.withLock { $0 }
  }

  var address: String {
    guard case .listening(let port) = progress.withLock({ $0 }) else { return "" }
    let shown = host == "0.0.0.0" ? "127.0.0.1" : host == "[::]" ? "[::1]" : host
    return "http://\(shown):\(port)/"
  }

  func stop() async {
    task.withLock { $0 }?.cancel()
    await server.stop(timeout: 0.2)
  }
}
