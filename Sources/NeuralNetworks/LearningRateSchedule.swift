/// How the learning rate changes over a run.
public enum LearningRateSchedule: String, Sendable, Codable, CaseIterable {
  /// The same rate throughout.
  case constant
  /// Falls on a straight line to zero at the end of the run.
  case linear

  /// The factor on the learning rate after a fraction (0 to 1) of the run.
  public func factor(atFraction fraction: Double) -> Float {
    switch self {
    case .constant: 1
    case .linear: Float(1 - min(max(fraction, 0), 1))
    }
  }
}
