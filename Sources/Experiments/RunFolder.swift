import Files
import Foundation
import State

/// The folder of a run, which a process has for itself while it writes.
///
/// It holds `config.json` (all settings, the command and the version), the table, `metrics.jsonl` where
/// there are further measurements, `checkpoints/` and `result.json`.
struct RunFolder {
  let claim: ClaimedFolder

  var path: Path { claim.path }
  var config: Path { path.appending("config.json") }
  var result: Path { path.appending("result.json") }
  var measurements: Path { path.appending("metrics.jsonl") }
  var events: Path { path.appending(TensorBoardWriter.fileName) }
  var checkpoints: Path { path.appending("checkpoints") }

  /// The whole state, from which the run goes on.
  var latest: Path { Self.checkpoint("latest", in: path) }
  /// The best model.
  var best: Path { Self.checkpoint("best", in: path) }
  /// The model on the way, somewhere in the second half.
  var middle: Path { Self.checkpoint("middle", in: path) }
  /// The model at the end, or where the run was interrupted.
  var final: Path { Self.checkpoint("final", in: path) }

  static func checkpoint(_ name: String, in folder: Path) -> Path {
    folder.appending("checkpoints").appending("\(name).safetensors")
  }

  /// Whether a run has begun in a folder.
  static func holdsRun(_ path: Path) -> Bool { Folder.hasEntry(path.appending("config.json")) }

  /// Makes the folder ready for a new run.
  ///
  /// - Throws: `Failure` if there is anything in it, which may be somebody's own.
  func begin() throws(Failure) {
    guard claim.isEmpty else {
      throw .file(
        path.text, "is not empty", fix: "choose another folder or delete what is in it first")
    }
  }

  /// Deletes what a run has left that was killed before its first checkpoint.
  func clear(table: String) {
    for path in [path.appending(table), measurements, events, result] { unlink(path.text) }
  }
}
