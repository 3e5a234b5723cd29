import ArgumentParser
import GradientEstimators
import ReinforcementLearning

/// The estimators that a command line names: `all`, or names with commas between them.
struct EstimatorSelection: ExpressibleByArgument {
  let text: String

  init(argument: String) { text = argument }

  /// The types that are meant.
  ///
  /// - Parameter support: The distribution that they must support; `all` leaves out those that do
  ///   not.
  func types(
    for support: EstimatorTraits.Support
  ) throws -> [any GradientEstimator.Type] {
    if text == "all" {
      return EstimatorRegistry.all.filter { $0.traits.supports.contains(support) }
    }
    var types: [any GradientEstimator.Type] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      let type = try Self.type(named: String(name))
      guard type.traits.supports.contains(support) else {
        let known = type.traits.supports.map(\.rawValue).sorted().joined(separator: " and ")
        throw ValidationError(
          "\(name) has no form for \(support.rawValue) variables, only for \(known); leave it out "
            + "or choose another --problem.")
      }
      guard !types.contains(where: { $0 == type }) else {
        throw ValidationError("\(name) is named twice in --estimators; once is enough.")
      }
      types.append(type)
    }
    return types
  }

  private static func type(
    named name: String
  ) throws -> any GradientEstimator.Type {
    if let type = EstimatorRegistry.estimator(named: name) { return type }
    let names = EstimatorRegistry.all.map { $0.traits.name }
    let nearest = nearestName(to: name, among: names) ?? ""
    throw ValidationError(
      "There is no estimator \"\(name)\"; did you mean \(nearest)? There are: all, "
        + "\(names.joined(separator: ", ")).")
  }
}
