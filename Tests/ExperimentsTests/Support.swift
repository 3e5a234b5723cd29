import Foundation
import Testing

/// Runs `body` in a fresh folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "swift-relax-\(UUID().uuidString)", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The text of a file.
func text(of url: URL) throws -> String {
  String(decoding: try Data(contentsOf: url), as: UTF8.self)
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
