import Checkpoints
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

/// Runs `body` in a folder that may not be written to, and checks that it stays empty.
///
/// To be used in a process of its own, because an administrator loses those rights meanwhile.
func withReadOnlyFolder(_ body: (URL) throws -> Void) throws {
  try withTemporaryFolder { folder in
    #expect(chmod(folder.path, 0o555) == 0)
    let user = geteuid()
    if user == 0 { #expect(seteuid(65534) == 0) }
    try body(folder)
    #expect(seteuid(user) == 0)
    #expect(chmod(folder.path, 0o755) == 0)
    #expect(try names(in: folder) == [])
  }
}

/// Makes the system refuse to write more than so many bytes to a file, in the whole process.
func limitFileSize(to count: UInt) {
  signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit()
  limit.rlim_cur = .init(count)
  limit.rlim_max = .init(count)
  #if canImport(Darwin)
    let resource = RLIMIT_FSIZE
  #else
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  #endif
  #expect(setrlimit(resource, &limit) == 0)
}

/// The sentence of the `CheckpointError` that `body` throws; anything else fails the test.
func sentence(
  sourceLocation: SourceLocation = #_sourceLocation, of body: () throws -> some Any
) -> String {
  let error = #expect(throws: CheckpointError.self, sourceLocation: sourceLocation) {
    _ = try body()
  }
  return error?.description ?? ""
}

/// The names of all files below `folder`, sorted.
func names(in folder: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
}

/// A small generator with a fixed sequence.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
