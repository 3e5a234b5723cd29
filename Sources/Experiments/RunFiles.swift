import Files
import Foundation
import State

/// What a run has left in its folder, or is about to, for whoever need not know what was trained.
public struct RunFiles: Sendable {
  /// The folder.
  public let path: Path
  /// The contents of `config.json`: settings, command and version; empty if it cannot be read.
  public let config: [JSONValue.Member]
  /// The contents of `result.json`; empty while there is none.
  public let result: JSONValue
  /// The table of rows.
  public let table: GrowingTable

  /// Reads a folder; what cannot be read is as if it were not there.
  public init(_ path: Path) {
    self.path = path
    config = Self.object(path.appending("config.json")).members ?? []
    result = Self.object(path.appending("result.json"))
    var table = GrowingTable(path.appending(Self.tableName(in: path) ?? "episodes.csv"))
    table.update()
    self.table = table
  }

  /// The measurements of a kind, as `metrics.jsonl` has them; a line that is not whole is left out.
  public func measurements(of kind: String) -> [JSONValue] {
    let file = path.appending("metrics.jsonl")
    guard let data = try? RegularFile.contents(of: file, atMost: 1 << 26) else { return [] }
    return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard let row = try? JSONValue(parsing: Data(line)), row["kind"]?.text == kind else {
        return nil
      }
      return row
    }
  }

  /// Whether a folder is that of a run.
  public static func isRun(_ path: Path) -> Bool { RunFolder.holdsRun(path) }

  /// The name of the file of rows in a folder; `nil` if there is none.
  public static func tableName(in path: Path) -> String? {
    let names = Folder.contents(of: path).filter { $0.hasSuffix(".csv") }
    return names.first { ["episodes.csv", "metrics.csv", "toy.csv"].contains($0) } ?? names.first
  }

  /// A JSON object in a file; an empty one if there is none, or another thing.
  public static func object(_ path: Path) -> JSONValue {
    guard let data = try? RegularFile.contents(of: path, atMost: 1 << 24),
      let value = try? JSONValue(parsing: data), value.members != nil
    else { return .object([]) }
    return value
  }
}
