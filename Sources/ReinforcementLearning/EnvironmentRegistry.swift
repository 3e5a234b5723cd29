import State

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

  /// What to do about environments that are not there, by their names in lower case.
  private var remedies: [String: String] = [:]

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

  /// Tells what to do about environments that this program could have, but was built without.
  ///
  /// - Parameters:
  ///   - names: Short names and ids of the environments. One that is registered is found all the same.
  ///   - remedy: What to do, as the second half of a sentence: "build with …".
  public mutating func registerMissing(_ names: [String], remedy: String) {
    for name in names { remedies[name.lowercased()] = remedy }
  }

  /// Finds an environment by its short name, an alias or a Gymnasium id.
  ///
  /// - Parameter name: The name, in upper or lower case.
  /// - Throws: `Failure`, with the nearest name, if no environment has this one.
  public func specification(named name: String) throws(Failure) -> EnvironmentSpecification {
    let wanted = name.lowercased()
    // Short names first: nobody's alias can hide an environment.
    if let match = specifications.first(where: { $0.name.lowercased() == wanted }) {
      return match
    }
    let match = specifications.last { specification in
      specification.allNames.contains { $0.lowercased() == wanted }
    }
    guard let match else { throw unknown(name) }
    return match
  }

  private func unknown(_ name: String) -> Failure {
    if let remedy = remedies[name.lowercased()] {
      return .usage("This program was built without \(name.quotedBriefly); \(remedy).")
    }
    guard let nearest = nearestName(to: name, among: specifications.flatMap(\.allNames)) else {
      return .usage("There is no environment \(name.quotedBriefly), for none has been registered.")
    }
    return .usage(
      "There is no environment \(name.quotedBriefly); did you mean \"\(nearest)\"? Available: "
        + "\(specifications.map(\.name).joined(separator: ", ")).")
  }

  /// Makes an environment, in a `TimeLimit` where its specification has a limit.
  ///
  /// - Parameter name: A short name, an alias or a Gymnasium id, in upper or lower case.
  /// - Throws: `Failure`, with the nearest name, if no environment has this one.
  public func make(named name: String) throws(Failure) -> any Environment {
    try specification(named: name).make()
  }
}
