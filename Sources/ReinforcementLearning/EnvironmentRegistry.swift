/// Finds environments by name.
///
/// A registry is a value: a program that adds environments of its own to a copy changes nobody
/// else's.
///
/// ```swift
/// var registry = EnvironmentRegistry(CartPole.specifications)
/// registry.register(EnvironmentSpecification(name: "corridor") { Corridor() })
/// let environment = try registry.make(named: "CartPole-v1")
/// ```
///
/// What comes back is an `any Environment`. Open it once, by passing it to a generic function;
/// `as? any Environment<Discrete>` tells which kind of actions it takes.
public struct EnvironmentRegistry: Sendable {
  /// The registered environments, in the order of registration.
  public private(set) var specifications: [EnvironmentSpecification] = []

  /// Makes a registry.
  ///
  /// - Parameter specifications: The environments to begin with.
  public init(_ specifications: [EnvironmentSpecification] = []) {
    register(specifications)
  }

  /// Adds an environment.
  ///
  /// One with the same short name is replaced, whatever the case of the letters. Where only an id
  /// or alias is the same, the later registration is found.
  public mutating func register(_ specification: EnvironmentSpecification) {
    let name = specification.name.lowercased()
    specifications.removeAll { $0.name.lowercased() == name }
    specifications.append(specification)
  }

  /// Adds environments, one after the other.
  public mutating func register(_ specifications: [EnvironmentSpecification]) {
    for specification in specifications { register(specification) }
  }

  /// Finds an environment by its short name, an alias or a Gymnasium id.
  ///
  /// - Parameter name: The name, in upper or lower case.
  /// - Throws: `UnknownEnvironmentError` if no environment has this name.
  public func specification(named name: String) throws -> EnvironmentSpecification {
    let wanted = name.lowercased()
    // Short names first: nobody's alias can hide an environment.
    if let match = specifications.first(where: { $0.name.lowercased() == wanted }) {
      return match
    }
    let match = specifications.last { specification in
      specification.allNames.contains { $0.lowercased() == wanted }
    }
    guard let match else { throw UnknownEnvironmentError(name: name, in: specifications) }
    return match
  }

  /// Makes an environment, in a `TimeLimit` where its specification has a limit.
  ///
  /// - Parameter name: A short name, an alias or a Gymnasium id, in upper or lower case.
  /// - Throws: `UnknownEnvironmentError` if no environment has this name.
  public func make(named name: String) throws -> any Environment {
    try specification(named: name).make()
  }
}

/// The registry has no environment of this name.
public struct UnknownEnvironmentError: Error, Equatable, CustomStringConvertible {
  /// The name that was asked for.
  public let name: String

  /// The registered name with the least edit distance, or `nil` if the registry is empty.
  public let nearestName: String?

  /// The short names of all registered environments.
  public let availableNames: [String]

  init(name: String, in specifications: [EnvironmentSpecification]) {
    self.name = name
    nearestName = ReinforcementLearning.nearestName(
      to: name, among: specifications.flatMap(\.allNames))
    availableNames = specifications.map(\.name)
  }

  public var description: String {
    guard let nearestName else {
      return "There is no environment \"\(name)\", for none has been registered."
    }
    return """
      There is no environment "\(name)"; did you mean "\(nearestName)"? \
      Available: \(availableNames.joined(separator: ", ")).
      """
  }
}
