import Agents
import Autodiff
import Files
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// An agent and what it was made for, as a safetensors file holds them.
///
/// The arrays are the agent's parameters by name; the header's metadata say how to make an untrained
/// agent that they fit. What only training needs, such as the optimisers' memory, is not kept.
///
/// ```swift
/// var saved = try SavedAgent(contentsOf: "runs/cartpole-a2c-7/checkpoints/final.safetensors")
/// let action = saved.predict([0.01, -0.02, 0.03, 0.04])
/// ```
public struct SavedAgent: Sendable {
  /// What the agent was made for.
  public struct Description: Sendable, Codable, Equatable {
    /// The name of the algorithm.
    public var algorithm: String
    /// The short name of the environment that it was trained in.
    public var environment: String
    /// How many scalars an observation has.
    public var observationCount: Int
    /// The actions that it chooses from.
    public var actionSpace: AnyPolicySpace
    /// The scalars of an observation that tell which actions are allowed; `nil` where all are.
    public var actionMask: Range<Int>?
    /// The steps after which the environment truncated an episode; `nil` for no limit.
    public var timeLimit: Int?
    /// How often each action was taken in a row.
    public var actionRepeat: Int
    /// The episodes that it was trained for.
    public var episodes: Int
    /// The settings of the agent.
    public var hyperparameters: Hyperparameters

    public init(
      algorithm: String, environment: String, observationCount: Int,
      actionSpace: any PolicySpace, actionMask: Range<Int>? = nil,
      timeLimit: Int?, actionRepeat: Int, episodes: Int, hyperparameters: Hyperparameters
    ) {
      self.algorithm = algorithm
      self.environment = environment
      self.observationCount = observationCount
      self.actionSpace = AnyPolicySpace(actionSpace)
      self.actionMask = actionMask
      self.timeLimit = timeLimit
      self.actionRepeat = actionRepeat
      self.episodes = episodes
      self.hyperparameters = hyperparameters
    }

    /// The time limit in the agent's decisions; `nil` without one.
    public var decisionLimit: Int? { timeLimit.map { ($0 - 1) / actionRepeat + 1 } }
  }

  public var description: Description
  public var agent: any Agent & Module

  public init(_ agent: any Agent & Module, description: Description) {
    self.agent = agent
    self.description = description
  }

  /// The most probable action of an agent with discrete actions.
  ///
  /// - Parameter observation: The scalars of one observation.
  public mutating func predict(_ observation: [Float]) -> Int {
    greedyAction(on: observation)
  }

  /// The most probable action of an agent that makes several choices at once.
  ///
  /// - Parameter observation: The scalars of one observation.
  public mutating func predictChoices(_ observation: [Float]) -> [Int] {
    greedyAction(on: observation)
  }

  /// The most probable action of an agent with continuous actions, within their bounds.
  ///
  /// - Parameter observation: The scalars of one observation.
  /// - Returns: The scalars of the action.
  public mutating func predictVector(_ observation: [Float]) -> [Float] {
    let action: [Float] = greedyAction(on: observation)
    guard let bounds = description.actionSpace.base as? Box else { return action }
    return action.indices.map { min(max(action[$0], bounds.low[$0]), bounds.high[$0]) }
  }

  private mutating func greedyAction<Action>(on observation: [Float]) -> Action {
    precondition(
      observation.count == description.observationCount,
      "predict: \(observation.count) scalars instead of \(description.observationCount)")
    func act<A: Agent>(_ agent: inout A) -> A.Action {
      // A greedy action takes no draw.
      var unused = PCG64(seed: 0)
      return observation.withUnsafeBufferPointer {
        agent.act(on: $0, isGreedy: true, using: &unused)
      }
    }
    let action: any Sendable = act(&agent)
    guard let action = action as? Action else {
      preconditionFailure(
        "predict: the agent's actions are \(type(of: action)), not \(Action.self)")
    }
    return action
  }
}

// MARK: - Writing

extension SavedAgent {
  private static let format = "swift-relax agent"
  private static let formatVersion = "2"

  /// The agent as the contents of a file.
  public func file() throws(Failure) -> Safetensors {
    var parameters = Parameters(of: agent)
    return try Checkpoint.contents(
      of: &parameters,
      metadata: [
        "format": Self.format, "format_version": Self.formatVersion,
        "agent": Self.json(description).description,
      ])
  }

  private static func json(_ value: some Encodable) -> JSONValue {
    do {
      return try JSONValue(encoding: value)
    } catch {
      preconditionFailure("\(value) has no form in JSON: \(error)")
    }
  }
}

/// The parameters of an agent alone, without what only its training needs.
private struct Parameters: Stateful {
  var agent: any Agent & Module

  init(of agent: any Agent & Module) { self.agent = agent }

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try agent.visitParameters(with: &visitor)
  }
}

// MARK: - Reading

extension SavedAgent {
  /// Reads an agent from a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - algorithms: The algorithms that an agent may be of.
  /// - Throws: `Failure` if the file cannot be read, is no agent of a known algorithm, or holds arrays
  ///   of other names or shapes than such an agent has.
  public init(
    contentsOf path: Path, algorithms: [Algorithm] = Algorithm.all
  ) throws(Failure) {
    let file = try Safetensors(contentsOf: path)
    guard file.metadata["format"] == Self.format, let text = file.metadata["agent"] else {
      throw .file(
        path.text, "holds no agent", fix: "name a checkpoint that training has written")
    }
    let isOld = file.metadata["format_version"] == "1"
    guard isOld || file.metadata["format_version"] == Self.formatVersion else {
      let version = file.metadata["format_version"] ?? "no number"
      throw .file(
        path.text,
        "is of version \(version.quotedBriefly) of the format, not \(Self.formatVersion)",
        fix: "read it with the version of this package that wrote it")
    }
    description = try Self.description(parsing: text, isOld: isOld, from: path)
    let name = description.algorithm
    guard let algorithm = algorithms.first(where: { $0.name == name }) else {
      throw .file(
        path.text, "holds an agent of the unknown algorithm \(name.quotedBriefly)",
        fix: "read it with the program that wrote it")
    }
    let usesValue = !algorithm.parts.isDisjoint(with: [.value, .controlVariate, .memory])
    try Self.check(description, usesValue: usesValue, against: file, path)
    guard let untrained = description.untrainedAgent(of: algorithm) else {
      throw .file(
        path.text,
        "holds an agent of \(name) for \(description.actionSpace.base.summary) actions, which it has none "
          + "for", fix: "read it with the program that wrote it")
    }
    var parameters = Parameters(of: untrained)
    try Checkpoint.restore(file, from: path, into: &parameters)
    agent = parameters.agent
  }

  private static func description(
    parsing text: String, isOld: Bool, from path: Path
  ) throws(Failure) -> Description {
    do {
      let value = try JSONValue(parsing: Data(text.utf8))
      // Agents of earlier versions have no settings that came later: those of today's defaults that
      // only other forms of control variate use.
      let defaults = json(Hyperparameters()).members ?? []
      var members = (value.members ?? []).map { member -> JSONValue.Member in
        guard member.name == "hyperparameters", let own = member.value.members else {
          return member
        }
        let missing = defaults.filter { other in !own.contains { $0.name == other.name } }
        return .init(name: member.name, value: .object(own + missing))
      }
      if isOld {  // Version 1 knew discrete actions alone.
        members.append(
          .init(
            name: "action_space",
            value: [
              "kind": .text(Discrete.kind), "count": value["action_count"] ?? .null,
              "start": value["first_action"] ?? .null,
            ]))
      }
      return try JSONValue.object(members).decoded(as: Description.self)
    } catch {
      throw .file(
        path.text, "has a header that describes no agent",
        fix: "copy it again from its source or train anew")
    }
  }

  /// Checks that the agent described is not larger than the file, before any memory is taken for it.
  ///
  /// - Parameters:
  ///   - description: What the file says of the agent.
  ///   - usesValue: Whether its algorithm has networks beside the policy's.
  ///   - file: The file.
  ///   - path: Where it is.
  private static func check(
    _ description: Description, usesValue: Bool, against file: Safetensors, _ path: Path
  ) throws(Failure) {
    let size = file.arrays.reduce(0) { $0 + $1.elements.count }
    let settings = description.hyperparameters
    /// Whether the file can hold a network of these hidden layers.
    func fits(_ hidden: [Int], inputs: Int, outputs: Int) -> Bool {
      let widths = [inputs] + hidden + [outputs]
      guard widths.allSatisfy((1...max(1, size)).contains), widths.count <= size else {
        return false
      }
      var total = 0
      for (a, b) in zip(widths, widths.dropFirst()) {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        if overflow || product > size - total { return false }
        total += product
      }
      return true
    }
    guard description.actionRepeat > 0, description.timeLimit.map({ $0 > 0 }) ?? true,
      settings.isSound,
      description.actionSpace.base.accepts(
        mask: description.actionMask, observationCount: description.observationCount),
      fits(
        settings.hiddenSizes, inputs: description.observationCount,
        outputs: description.actionSpace.base.sampleWidth),
      !usesValue
        || fits(
          settings.controlVariateHiddenSizes, inputs: description.observationCount, outputs: 1)
    else {
      throw .file(
        path.text, "has a header that does not fit its arrays",
        fix: "copy it again from its source or train anew")
    }
  }
}

extension SavedAgent.Description {
  /// An agent of the described shape; `nil` where the algorithm has none for such actions.
  fileprivate func untrainedAgent(of algorithm: Algorithm) -> (any Agent & Module)? {
    func make<S: PolicySpace>(_ actions: S) -> (any Agent & Module)? {
      var generator = PCG64(seed: 0)
      return algorithm.makeAgent(
        AgentSetting(
          // The bounds only decide the scaler's factors, which are among the arrays.
          observationSpace: Box(low: -1, high: 1, count: observationCount), actionSpace: actions,
          actionMask: actionMask, timeLimit: decisionLimit, hyperparameters: hyperparameters),
        using: &generator)
    }
    return make(actionSpace.base)
  }
}

extension Hyperparameters {
  /// Whether an agent can be made with these settings.
  fileprivate var isSound: Bool {
    windowEpisodes > 0 && windowEpisodes <= 1 << 20 && returnScale > 0 && Float(returnScale) > 0
      && (0...1).contains(discount)
  }
}
