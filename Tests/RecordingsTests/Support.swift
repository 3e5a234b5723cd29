import Files
import Foundation
import TestSupport

/// Runs `body` with the path of a fresh folder, which is removed afterwards.
func withTemporaryFolder(_ body: (Path) throws -> Void) throws {
  try withFolderInMemory { try body(Path($0.path)) }
}
