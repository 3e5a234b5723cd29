import Files
import Foundation
import State
import Testing

/// Runs `body` in a fresh folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (Path) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory
    .appending(path: "swift-relax-\(UUID().uuidString)", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(Path(url.path))
}

/// Runs `body` in a folder that may not be written to, and checks that it stays empty.
///
/// To be used in a process of its own, because an administrator loses those rights meanwhile.
func withReadOnlyFolder(_ body: (Path) throws -> Void) throws {
  try withTemporaryFolder { folder in
    #expect(chmod(folder.text, 0o555) == 0)
    let user = geteuid()
    if user == 0 { #expect(seteuid(65534) == 0) }
    try body(folder)
    #expect(seteuid(user) == 0)
    #expect(chmod(folder.text, 0o755) == 0)
    #expect(Folder.contents(of: folder) == [])
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
    String(decoding: try Data(contentsOf: URL(filePath: text)), as: UTF8.self)
  }

  /// Makes a link of this name.
  func link(to target: Path) throws {
    try FileManager.default.createSymbolicLink(
      atPath: text, withDestinationPath: target.text)
  }

  /// The permissions of the file.
  func mode() -> mode_t {
    var status = stat()
    #expect(lstat(text, &status) == 0)
    return status.st_mode & 0o7777
  }
}

/// The bytes of the file that make_reference.py wrote with the reference implementation.
func referenceFile() throws -> Data {
  let url = try #require(
    Bundle.module.url(
      forResource: "reference", withExtension: "safetensors", subdirectory: "Fixtures"))
  return try Data(contentsOf: url)
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
