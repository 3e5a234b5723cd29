import State

// Problems that an estimator cannot take.
extension Failure {
  static func distribution(_ traits: EstimatorTraits, _ found: String) -> Failure {
    let known = traits.supports.map(\.rawValue).sorted().joined(separator: " and ")
    return .usage(
      "\(traits.name) has no form for the \(found) distribution, only for \(known); use another "
        + "estimator, such as \(found == "Gaussian" ? "lax" : "rloo").")
  }

  static func blackBox(_ traits: EstimatorTraits) -> Failure {
    .usage(
      "\(traits.name) needs the derivative of f, which this black box does not give; use an "
        + "estimator for black boxes, such as \(traits.supports == [.gaussian] ? "lax" : "relax").")
  }
}
