import Files
import Foundation

/// A folder of runs that a test writes itself.
struct RunsFolder {
  let url: URL
  var path: Path { Path(url.path) }

  /// Writes the files of a run.
  func write(
    _ name: String, config: String = #"{"algorithm": "relax", "seed": 1}"#,
    table: String? = nil, result: String? = nil
  ) throws {
    let folder = url.appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(config.utf8).write(to: folder.appending(path: "config.json"))
    if let table { try Data(table.utf8).write(to: folder.appending(path: "episodes.csv")) }
    if let result { try Data(result.utf8).write(to: folder.appending(path: "result.json")) }
  }

  /// Writes any file.
  func write(_ text: String, to name: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(at: url.appending(path: name))
  }
}

/// Runs `body` with a new folder, which is removed afterwards.
func withRuns<Result>(_ body: (RunsFolder) async throws -> Result) async throws -> Result {
  let url = FileManager.default.temporaryDirectory
    .appending(path: "DashboardTests-\(UInt64.random(in: 0 ... .max))")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try await body(RunsFolder(url: url))
}

extension JSONValue {
  var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }
}
