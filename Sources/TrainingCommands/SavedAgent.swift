import Agents
import Autodiff
import Checkpoints
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// An agent and what it was made for, as a safetensors file holds them.
///
/// The arrays are the agent's parameters by name; the header's metadata say how to make an untrained
/// agent that they fit. What only training needs, such as the optimisers' memory, is not kept.
///
/// ```swift
/// let saved = try SavedAgent(contentsOf: URL(filePath: "runs/a2c-7/checkpoints/final.safetensors"))
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
    /// How many actions there are.
    public var actionCount: Int
    /// The smallest action.
    public var firstAction: Int
    /// The steps after which the environment truncated an episode; `nil` for no limit.
    public var timeLimit: Int?
    /// How often each action was taken in a row.
    public var actionRepeat: Int
    /// The episodes that it was trained for.
    public var episodes: Int
    /// The settings of the agent.
    public var hyperparameters: Hyperparameters

    /// The time limit in the agent's decisions; `nil` without one.
    var decisionLimit: Int? { timeLimit.map { ($0 - 1) / actionRepeat + 1 } }
  }

  public var description: Description
  public var agent: any TrainableAgent<Int>

  init(_ agent: any TrainableAgent<Int>, description: Description) {
    self.agent = agent
    self.description = description
  }
}

// MARK: - Writing

extension SavedAgent {
  private static let format = "swift-relax agent"
  private static let formatVersion = "1"

  /// Writes the agent to a file, in place of one that may be there.
  ///
  /// - Throws: `CheckpointError` if the file cannot be written.
  public func write(to url: URL) throws {
    let arrays = agent.namedParameters.map { name, tensor in
      NamedArray(name: name, shape: tensor.shape.dimensions, values: tensor.values)
    }
    let metadata = [
      "format": Self.format, "format_version": Self.formatVersion,
      "agent": try JSONValue(encoding: description).description,
    ]
    try Safetensors(arrays: arrays, metadata: metadata).write(to: url)
  }
}

// MARK: - Reading

extension SavedAgent {
  /// Reads an agent from a file.
  ///
  /// - Throws: `CheckpointError` if the file cannot be read, is no agent of a known algorithm, or
  ///   holds arrays of other names or shapes than such an agent has.
  public init(contentsOf url: URL) throws {
    let path = url.relativePath
    let file = try Safetensors(contentsOf: url)
    guard file.metadata["format"] == Self.format, let text = file.metadata["agent"] else {
      throw CheckpointError(
        file: path, problem: "holds no agent", fix: "name a checkpoint that training has written")
    }
    guard file.metadata["format_version"] == Self.formatVersion else {
      let version = file.metadata["format_version"] ?? "no number"
      throw CheckpointError(
        file: path, problem: "is of version \(version) of the format, not \(Self.formatVersion)",
        fix: "read it with the version of this package that wrote it")
    }
    description = try Self.description(parsing: text, from: path)
    agent = try Self.makeAgent(description, with: file, path: path)
  }

  private static func description(parsing text: String, from path: String) throws -> Description {
    do {
      let json = try JSONValue(parsing: Data(text.utf8))
      // The rules for a configuration's settings hold for the hyper-parameters here too.
      let settings = json.members?.first { $0.name == "hyperparameters" }
      let file = JSONValue.object(settings.map { [$0] } ?? [])
      _ = try SettingValues(parsing: Data(file.description.utf8), from: "its header")
      // Agents of earlier versions have no settings that came later: those of today's defaults that
      // only other forms of control variate use.
      let defaults = try JSONValue(encoding: Hyperparameters())
      let whole = (json.members ?? []).map { member in
        member.name == "hyperparameters"
          ? .init(name: member.name, value: member.value.completed(by: defaults)) : member
      }
      return try JSONValue.object(whole).decoded(as: Description.self)
    } catch {
      throw CheckpointError(
        file: path, problem: "has a header that makes no sense (\(error))",
        fix: "copy it again from its source or train anew")
    }
  }

  private static func makeAgent(
    _ description: Description, with file: Safetensors, path: String
  ) throws -> any TrainableAgent<Int> {
    guard let algorithm = Algorithm.all.first(where: { $0.name == description.algorithm }) else {
      throw CheckpointError(
        file: path, problem: "holds an agent of the unknown algorithm \(description.algorithm)",
        fix: "read it with the version of this package that wrote it")
    }
    // More than there are numbers in the file cannot be right, and would not fit the memory.
    let size = file.arrays.reduce(0) { $0 + $1.values.count }
    let limits = 1...max(1, size)
    guard limits.contains(description.observationCount),
      limits.contains(description.actionCount), description.actionRepeat > 0,
      description.timeLimit.map({ $0 > 0 }) ?? true,
      description.hyperparameters.hiddenSizes.allSatisfy(limits.contains),
      abs(description.firstAction) < 1 << 32
    else {
      throw CheckpointError(
        file: path, problem: "has a header that does not fit its arrays",
        fix: "copy it again from its source or train anew")
    }
    let setting = AgentSetting(
      // The bounds only decide the scaler's factors, which are among the arrays.
      observationSpace: Box(low: -1, high: 1, count: description.observationCount),
      actionSpace: Discrete(description.actionCount, start: description.firstAction),
      timeLimit: description.decisionLimit, hyperparameters: description.hyperparameters)
    var generator = PCG64(seed: 0)
    var agent = algorithm.makeAgent(setting, &generator)
    try agent.load(file, from: path)
    return agent
  }
}

extension Module {
  /// Takes all parameters from a file, in which nothing else may be.
  mutating func load(_ file: Safetensors, from path: String) throws(CheckpointError) {
    var tensors: [Tensor] = []
    let own = namedParameters
    for (name, tensor) in own {
      let values = try file.values(of: name, shape: tensor.shape.dimensions, in: path)
      tensors.append(Tensor(values, shape: tensor.shape))
    }
    guard file.arrays.count == own.count else {
      throw CheckpointError(
        file: path, problem: "holds \(file.arrays.count) arrays instead of \(own.count)",
        fix: "use a checkpoint of the same architecture")
    }
    setParameters(tensors)
  }
}
