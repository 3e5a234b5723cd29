import Agents
import ReinforcementLearning

extension RunConfiguration {
  /// Lays the flags over the file and both over the preset.
  ///
  /// - Parameters:
  ///   - flags: What the command line says.
  ///   - file: What a configuration file says.
  ///   - environments: The environments that can be named.
  /// - Throws: `UsageError` where no such run is possible.
  init(
    flags: SettingValues, file: SettingValues, environments: EnvironmentRegistry
  ) throws {
    var given = file
    given.overlay(flags)
    guard let name = given.text(.environment) else {
      let names = environments.specifications.map(\.name).joined(separator: ", ")
      throw UsageError("There is nothing to train in; name an environment with --env: \(names)")
    }
    let specification = try environments.requiredSpecification(named: name)
    let algorithm = try Algorithm.required(named: given.text(.algorithm) ?? Algorithm.all[0].name)
    given[.environment] = .text(specification.name)
    given[.algorithm] = .text(algorithm.name)

    let preset = given.text(.preset).flatMap(PresetName.init) ?? .tuned
    let base = RunConfiguration(
      preset: preset, algorithm: algorithm.name, environment: specification.name)
    if case .integer(let steps) = given[.steps], given[.episodes] == nil {
      // An episode has a step at least: the steps alone decide.
      given[.episodes] = .integer(steps)
    }
    var values = try SettingValues(base)
    values.overlay(given)
    self = try values.configuration()
    try checkConsistency(specification)
  }

  private func checkConsistency(_ specification: EnvironmentSpecification) throws(UsageError) {
    if solveStop && specification.rewardThreshold == nil {
      throw UsageError(
        "\(environment) has no reward threshold to be solved by; leave --solve-stop out")
    }
    if evalEvery > 0 && evalEpisodes == 0 {
      throw UsageError("--eval-every needs episodes; set --eval-episodes to 1 or more")
    }
  }
}

extension Algorithm {
  /// The algorithm of that name, its absence being a matter of the command line.
  static func required(named name: String) throws(UsageError) -> Algorithm {
    if let algorithm = all.first(where: { $0.name == name.lowercased() }) { return algorithm }
    let names = all.map(\.name)
    throw UsageError(
      "There is no algorithm \"\(name)\"; did you mean \"\(nearestName(to: name, among: names) ?? "")\"? "
        + "Available: \(names.joined(separator: ", ")).")
  }
}
