import Foundation

/// Runs `body` in a fresh folder that is removed afterwards; one in memory where there is such a thing,
/// for runs wait until all that they write is safe on the disk.
public func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let memory = "/dev/shm"
  let parent =
    FileManager.default.isWritableFile(atPath: memory)
    ? URL(filePath: memory) : FileManager.default.temporaryDirectory
  let url = parent.appending(path: "swift-relax-\(UUID().uuidString)", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url)
}
