import Foundation
import ImageData
import Testing

/// Runs `body` with a new folder, which is removed afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "swift-relax-\(UUID().uuidString)", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The names of all files in `folder`, sorted.
func names(in folder: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
}

/// The sentence of the `ImageDataError` that `body` throws; anything else fails the test.
func sentence(
  sourceLocation: SourceLocation = #_sourceLocation, of body: () throws -> some Any
) -> String {
  let error = #expect(throws: ImageDataError.self, sourceLocation: sourceLocation) {
    _ = try body()
  }
  return error?.description ?? ""
}
