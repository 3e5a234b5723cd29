/// A problem that an estimator cannot take: one sentence that says why, and what to use instead.
public struct EstimatorError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }

  static func distribution(_ traits: EstimatorTraits, _ found: String) -> EstimatorError {
    let known = traits.supports.map(\.rawValue).sorted().joined(separator: " and ")
    return EstimatorError(
      "\(traits.name) has no form for the \(found) distribution, only for \(known); use another "
        + "estimator, such as \(found == "Gaussian" ? "lax" : "rloo").")
  }

  static func blackBox(_ traits: EstimatorTraits) -> EstimatorError {
    EstimatorError(
      "\(traits.name) needs the derivative of f, which this black box does not give; use an "
        + "estimator for black boxes, such as \(traits.supports == [.gaussian] ? "lax" : "relax").")
  }
}
