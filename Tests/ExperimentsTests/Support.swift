import Experiments
import Files
import Foundation
import State
import Synchronization
import Testing

/// Runs `body` in a fresh folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (Path) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory
    .appending(path: "swift-relax-\(UUID().uuidString)", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(Path(url.path))
}

/// The sentence of the `Failure` that `body` throws; anything else fails the test.
func sentence(
  sourceLocation: SourceLocation = #_sourceLocation, of body: () throws -> some Any
) -> String {
  let error = #expect(throws: Failure.self, sourceLocation: sourceLocation) { _ = try body() }
  return error?.description ?? ""
}

extension Path {
  /// Makes a file of this name with a text in it.
  func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: self.text)) }

  /// The text of the file.
  func read() throws -> String {
    String(decoding: try RegularFile.contents(of: self), as: UTF8.self)
  }

  /// Makes a link of this name.
  func link(to target: Path) throws {
    try FileManager.default.createSymbolicLink(atPath: text, withDestinationPath: target.text)
  }
}

extension Monitor {
  /// One that ends everything when it is asked for the time after so many.
  static func interrupting(after count: Int) -> Monitor {
    let rest = Mutex(count)
    return Monitor(isInterrupted: {
      rest.withLock { rest in
        rest -= 1
        return rest < 0
      }
    })
  }
}

/// Makes the system refuse to write more than so many bytes to a file, in the whole process; `nil`
/// lifts the limit.
func limitFileSize(to count: UInt?) {
  signal(SIGXFSZ, SIG_IGN)
  #if canImport(Darwin)
    let resource = RLIMIT_FSIZE
  #else
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  #endif
  var limit = rlimit()
  #expect(getrlimit(resource, &limit) == 0)
  limit.rlim_cur = count.map { .init($0) } ?? limit.rlim_max
  #expect(setrlimit(resource, &limit) == 0)
}
