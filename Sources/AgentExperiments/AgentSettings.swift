import Agents
import Experiments
import Files
import NeuralNetworks
import ReinforcementLearning
import State

/// Everything that decides the training of an agent.
public struct AgentSettings: ExperimentSettings {
  /// Where the settings come from that nobody has named.
  public enum PresetName: String, SettingValue, CaseIterable {
    /// The settings found best.
    case tuned
    /// The published ones.
    case paper
  }

  /// What names are looked up in.
  public struct Context: Sendable {
    public var environments: EnvironmentRegistry
    public var algorithms: [Algorithm]

    public init(environments: EnvironmentRegistry, algorithms: [Algorithm] = Algorithm.all) {
      self.environments = environments
      self.algorithms = algorithms
    }
  }

  /// The short name of the environment.
  public var environment = ""
  /// The name of the algorithm.
  public var algorithm = Algorithm.all[0].name
  public var preset = PresetName.tuned
  public var seed: UInt64 = 0

  /// How many episodes the run lasts.
  public var episodes = 1000
  /// Ends the run once this many steps have been taken.
  public var steps: Int?
  /// How many episodes make a batch.
  public var batchEpisodes = 1
  /// How many environments the agent acts in at once.
  public var environments = 1
  /// The steps in each environment that make a batch in the place of episodes.
  public var rolloutSteps: Int?
  /// How often an action is taken in a row.
  public var actionRepeat = 1
  /// Whether the run ends when the environment is solved.
  public var solveStop = false

  /// Episodes between two measurements of the gradient's variance; none for 0.
  public var varianceEvery = 0
  /// Episodes in each of them.
  public var varianceEpisodes = 100
  /// Episodes between two evaluations; none for 0.
  public var evalEvery = 0
  /// Episodes in each of them, and in the evaluation at the end; none for 0.
  public var evalEpisodes = 100
  /// Episodes between two recordings, or steps where the run counts these; none for 0.
  public var recordEvery = 0

  public var hyperparameters = Hyperparameters()
  /// The parts of the hyper-parameters that the algorithm uses.
  private var parts = Set(Algorithm.Part.allCases)

  public init() {}

  public static let variantFlag = "algo"

  public var runName: String { "\(environment)-\(algorithm)-\(seed)" }

  public func comparisonName(_ names: String) -> String { "\(environment)-\(names)" }

  public static func base(
    _ given: SettingValues<AgentSettings>, in context: Context
  ) throws(Failure) -> AgentSettings {
    guard let name = given["env"]?.text else {
      let names = context.environments.specifications.map(\.name).joined(separator: ", ")
      throw .usage("There is nothing to train in; name an environment with --env: \(names).")
    }
    let specification = try context.environments.specification(named: name)
    let algorithm = try context.algorithm(named: given["algo"]?.text ?? AgentSettings().algorithm)
    let presetName = given["preset"]?.text.flatMap(PresetName.init) ?? .tuned
    let preset =
      switch presetName {
      case .tuned: Preset.tuned(algorithm: algorithm.name, environment: specification.name)
      case .paper: Preset.paper(algorithm: algorithm.name, environment: specification.name)
      }
    var settings = AgentSettings()
    settings.preset = presetName
    settings.episodes = preset.episodes
    // Whoever names episodes means them.
    settings.steps = given["episodes"] == nil ? preset.steps : nil
    settings.environments = given["environments"]?.integer ?? preset.environments
    settings.rolloutSteps = given["batch-episodes"] == nil ? preset.rolloutSteps : nil
    settings.batchEpisodes = preset.episodesPerBatch
    if settings.rolloutSteps == nil {
      // Each environment has its part in a batch.
      settings.batchEpisodes = max(settings.batchEpisodes, settings.environments)
    }
    settings.hyperparameters = preset.hyperparameters
    if algorithm.parts.contains(.controlVariate),
      let form = given["cv-form"]?.text.flatMap(ControlVariateForm.init), !form.fitsValue
    {
      // A preset's λ is for the forms with V.
      settings.hyperparameters.advantageLambda = 1
    }
    if given["steps"]?.integer != nil, given["episodes"] == nil {
      // The steps alone decide, also when the run is continued with more of them.
      settings.episodes = 1_000_000_000_000
    }
    return settings
  }

  public mutating func validate(in context: Context) throws(Failure) {
    let specification = try context.environments.specification(named: environment)
    let algorithm = try context.algorithm(named: algorithm)
    let actions = specification.make().actionSpace
    if let actions = actions as? any PolicySpace {
      if !algorithm.supports(actions) {
        throw context.unsuitable(algorithm, for: specification, actions)
      }
      if algorithm.parts.contains(.controlVariate) {
        try validateControlVariate(for: actions, of: specification)
      }
    }
    environment = specification.name
    self.algorithm = algorithm.name
    parts = algorithm.parts
    if solveStop && specification.rewardThreshold == nil {
      throw .usage(
        "\(environment) has no reward threshold to be solved by; leave --solve-stop out.")
    }
    if rolloutSteps != nil, !algorithm.learnsFromParts {
      throw .usage(
        "\(algorithm.name) learns from the returns of whole episodes; leave --rollout-steps out, and set "
          + "--batch-episodes.")
    }
    if evalEvery > 0 && evalEpisodes == 0 {
      throw .usage("--eval-every needs episodes; set --eval-episodes to 1 or more.")
    }
  }

  /// Refuses forms of control variate that do not fit the actions or the other settings.
  private func validateControlVariate(
    for actions: some PolicySpace, of specification: EnvironmentSpecification
  ) throws(Failure) {
    let form = hyperparameters.controlVariateForm
    if !form.fitsValue, hyperparameters.advantageLambda < 1 {
      throw .usage(
        "--gae-lambda below 1 puts V(s) in the place of later rewards, and --cv-form \(form.rawValue) has no "
          + "V fitted to them; leave one of both out.")
    }
    guard form.usesActionValue else { return }
    if !(actions is Discrete || actions is Box) {
      throw .usage(
        "--cv-form \(form.rawValue) stands for one action at a time, and "
          + "\(specification.name) has \(actions.summary) ones; leave --cv-form out, or try "
          + "relaxed-trajectory.")
    }
    if actions is Box, hyperparameters.refinementSteps > 0 {
      throw .usage(
        "--refinement-steps stands for discrete actions, and \(specification.name) has "
          + "\(actions.summary) ones; leave it out.")
    }
  }

  public var relevant: [Setting<AgentSettings>] {
    // Batches are counted in steps or in episodes.
    let general = Self.general.filter { rolloutSteps == nil || $0.flag != "batch-episodes" }
    return general + Self.hyperparameters(of: parts)
  }

  public static var all: [Setting<AgentSettings>] {
    general + hyperparameters(of: Set(Algorithm.Part.allCases))
  }
}

extension AgentSettings.Context {
  /// What is said where an algorithm has no agent for an environment.
  func unsuitable(
    _ algorithm: Algorithm, for specification: EnvironmentSpecification,
    _ actions: some PolicySpace
  ) -> Failure {
    let others = algorithms.filter { $0.supports(actions) }.map(\.name)
    return .usage(
      "\(algorithm.name) has no agent for the \(actions.summary) actions of \(specification.name); "
        + (others.isEmpty
          ? "train in another environment." : "choose --algo \(others.joined(separator: ", "))."))
  }

  /// The algorithm of that name.
  public func algorithm(named name: String) throws(Failure) -> Algorithm {
    if let algorithm = algorithms.first(where: { $0.name == name.lowercased() }) {
      return algorithm
    }
    let names = algorithms.map(\.name)
    throw .usage(
      "There is no algorithm \(name.quotedBriefly); did you mean "
        + "\"\(nearestName(to: name, among: names) ?? "")\"? "
        + "Available: \(names.joined(separator: ", ")).")
  }
}
