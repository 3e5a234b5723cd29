import RandomNumbers

/// The seeds of the episodes that an agent is measured on, which are not those it trains on.
public enum MeasurementSeed: Int, Sendable {
  /// After the training, and whenever a saved agent is evaluated.
  case finalEvaluation = 0
  /// During the training.
  case evaluation = 1
  /// For the variance of the gradient.
  case variance = 2

  /// The seed of one measurement.
  ///
  /// - Parameters:
  ///   - index: The number of the measurement; each has episodes of its own.
  ///   - seed: The run's seed.
  public func callAsFunction(_ index: Int = 0, ofRun seed: UInt64) -> UInt64 {
    RandomStreams.seedSequence(of: .evaluation, seed: seed).child(rawValue).child(index)
      .generateState64(count: 1)[0]
  }
}
