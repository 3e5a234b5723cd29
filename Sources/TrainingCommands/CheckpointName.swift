import ArgumentParser

/// Which of a run's agents is meant.
enum CheckpointName: String, ExpressibleByArgument, CaseIterable {
  /// The agent at the end of the run.
  case final
  /// The agent on the way, somewhere in the second half of the run.
  case middle
  /// The agent with the highest mean return over 100 episodes.
  case best
}
