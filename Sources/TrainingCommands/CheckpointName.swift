import ArgumentParser
import Checkpoints
import Foundation

/// Which of a run's agents is meant.
enum CheckpointName: String, ExpressibleByArgument, CaseIterable {
  /// The agent at the end of the run.
  case final
  /// The agent with the highest mean return over 100 episodes.
  case best
}

extension RunDirectory {
  /// Where an agent of the run is saved.
  func checkpoint(_ name: CheckpointName) -> URL {
    checkpoints.appending(path: "\(name.rawValue).safetensors")
  }
}
