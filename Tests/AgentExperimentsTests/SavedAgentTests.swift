import AgentExperiments
import Agents
import ClassicControl
import Experiments
import Files
import Foundation
import RandomNumbers
import ReinforcementLearning
import SavedAgents
import State
import Testing

@Suite struct SavedAgentTests {
  /// An agent that has trained for a moment, as a file.
  private static let trained: Result<Safetensors, any Error> = Result {
    try run("algo=relax episodes=3").training.model.file()
  }

  private var file: Safetensors {
    get throws { try Self.trained.get() }
  }

  /// Reads what `file` holds.
  private func read(_ file: Safetensors) throws -> SavedAgent {
    try withTemporaryFolder { folder in
      let path = folder.appending("agent.safetensors")
      try file.write(to: path)
      return try SavedAgent(contentsOf: path)
    }
  }

  private func refusal(_ file: Safetensors) throws -> String {
    let failure = #expect(throws: Failure.self) { try read(file) }
    return try #require(failure).description
  }

  /// The file with another description of the agent.
  private func file(_ change: (String) -> String) throws -> Safetensors {
    var metadata = try file.metadata
    metadata["agent"] = change(try #require(metadata["agent"]))
    return Safetensors(arrays: try file.arrays, metadata: metadata)
  }

  @Test(arguments: ["relax", "a2c", "reinforce", "dqn"])
  func keepsEveryParameterAndItsPurpose(algorithm: String) throws {
    // As small a network as DQN may have, and what its preset has otherwise.
    let flags = algorithm == "dqn" ? " hidden=4 observation-scaling=bounds" : ""
    var model = try run("algo=\(algorithm) episodes=3" + flags).training.model
    var saved = try read(model.file())
    #expect(saved.description == model.description)
    #expect(saved.description.algorithm == algorithm)
    #expect(saved.description.environment == "corridor")
    #expect(saved.description.timeLimit == 20 && saved.description.episodes == 3)
    #expect(try saved.file() == model.file())
    // The factors come from bounds that only the file knows: 1 / 4.
    let factor = saved.agent.namedParameters.first { $0.name == "observation_scaler.factor" }
    #expect(factor?.tensor.values == [0.25, 0.25])

    var generator = PCG64(seed: 1)
    for _ in 0..<50 {
      let observation = [Float(generator.uniform(0, 4)), Float(generator.uniform(0, 1))]
      #expect(saved.predict(observation) == model.predict(observation))
    }
  }

  /// Written by version 0.1, whose command `evaluate` gave these figures.
  @Test func readsAFileOfTheFirstVersion() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "cartpole-a2c", withExtension: "safetensors", subdirectory: "Fixtures"))
    var saved = try SavedAgent(contentsOf: Path(url.path))
    #expect(saved.description.algorithm == "a2c" && saved.description.episodes == 3)
    let cartPole = try #require(CartPole.specifications.first { $0.name == "cartpole" })
    let report = try AgentTask(cartPole, actionRepeat: 1).evaluate(
      saved.agent, episodes: 5, seed: MeasurementSeed.finalEvaluation(ofRun: 5))
    #expect(report.sampled.meanReturn == 24.8 && report.greedy.meanReturn == 416.4)
    #expect(saved.predict([0, 0, 0.1, 1]) == 1 && saved.predict([0, 0, -0.1, -1]) == 0)
  }

  @Test func readsAnAgentWithoutTheNewestSettings() throws {
    let newest = ["action_value_steps", "refinement_steps", "trajectory_lambda"]
    let old = try file { text in
      let value = try? JSONValue(parsing: Data(text.utf8))
      let members = value?.members?.map { member -> JSONValue.Member in
        guard let own = member.value.members else { return member }
        return .init(name: member.name, value: .object(own.filter { !newest.contains($0.name) }))
      }
      return JSONValue.object(members ?? []).description
    }
    let settings = try read(old).description.hyperparameters
    #expect(settings.hiddenSizes == [4])
    #expect(settings.trajectoryLambda == Hyperparameters().trajectoryLambda)
  }

  /// The file, its agent's actions masked by a part of the observations.
  private func masked(by mask: String) throws -> Safetensors {
    let member = #""action_repeat""#
    return try file { $0.replacing(member, with: #""action_mask":\#(mask),"# + member) }
  }

  @Test func keepsAMask() throws {
    var saved = try read(masked(by: "[0,2]"))
    #expect(saved.description.actionMask == 0..<2)
    #expect(try read(saved.file()).description == saved.description)
    #expect(saved.predict([1, 0]) == 0 && saved.predict([0, 1]) == 1)
  }

  @Test(arguments: ["[0, 1]", "[1, 3]", "[-1, 1]", "[2, 0]", "[0]", "7", "[0, 9e30]"])
  func refusesAMaskThatDoesNotFit(mask: String) throws {
    let refusal = try refusal(masked(by: mask))
    #expect(refusal.contains("describes no agent") || refusal.contains("does not fit its arrays"))
  }

  // MARK: What is refused

  @Test func refusesAFileThatIsCutShort() throws {
    try withTemporaryFolder { folder in
      let (path, data) = (folder.appending("agent.safetensors"), try file.encoded())
      for count in [0, 7, 100, data.count / 2, data.count - 1] {
        try data.prefix(count).write(to: URL(filePath: path.text))
        let failure = #expect(throws: Failure.self) { try SavedAgent(contentsOf: path) }
        #expect(failure?.description.contains("is not a usable checkpoint") == true)
      }
    }
  }

  @Test func refusesArraysThatDoNotFit() throws {
    let file = try file
    func refusal(_ arrays: [NamedArray]) throws -> String {
      try self.refusal(Safetensors(arrays: arrays, metadata: file.metadata))
    }
    #expect(try refusal(file.arrays.dropLast()).contains("has no array"))
    #expect(
      try refusal(
        file.arrays.map {
          NamedArray(name: $0.name, shape: [$0.elements.count], elements: $0.elements)
        }
      ).contains("instead of"))
    let more = NamedArray(name: "more", shape: [1], values: [0])
    #expect(try refusal(file.arrays + [more]).contains("\"more\""))
    // Each array by its name.
    for (index, array) in file.arrays.enumerated() {
      for value in [Float.nan, .infinity] {
        var arrays = file.arrays
        let count = array.elements.count
        arrays[index] = NamedArray(
          name: array.name, shape: array.shape, values: Array(repeating: value, count: count))
        let text = try refusal(arrays)
        #expect(text.contains(array.name) && text.contains("not finite"), "\(text)")
      }
    }
  }

  @Test(arguments: [
    ("\"observation_count\": 2", "\"observation_count\": 0", "does not fit its arrays"),
    ("\"observation_count\": 2", "\"observation_count\": 99999999", "does not fit its arrays"),
    ("\"count\": 2", "\"count\": 3", "instead of"),
    ("\"action_repeat\": 1", "\"action_repeat\": 0", "does not fit its arrays"),
    (
      "\"algorithm\": \"relax\"", "\"algorithm\": \"\\u001bmagic\"",
      "the unknown algorithm \"\\u{1B}"
    ),
    ("\"activation\": \"tanh\"", "\"activation\": \"gelu\"", "describes no agent"),
    ("\"discount\": 0.99", "\"discount\": 99", "does not fit its arrays"),
    ("\"environment\"", "\"somewhere\"", "describes no agent"), ("{", "", "describes no agent"),
  ])
  func refusesADescriptionThatMakesNoSense(text: String, other: String, problem: String) throws {
    let file = try file { description in
      #expect(description.contains(text))
      return description.replacing(text, with: other)
    }
    let found = try refusal(file)
    #expect(found.contains(problem), "\(found)")
  }

  @Test func hostileHeadersCostNoTime() throws {
    let wide = "[" + Array(repeating: "4096", count: 200).joined(separator: ", ") + "]"
    let start = ContinuousClock.now
    for key in ["hidden_sizes", "control_variate_hidden_sizes"] {
      let file = try file { $0.replacing("\"\(key)\": [4]", with: "\"\(key)\": \(wide)") }
      #expect(try refusal(file).contains("does not fit its arrays"))
    }
    let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    #expect(try refusal(file { _ in deep }).contains("describes no agent"))
    #expect(
      try refusal(file { _ in String(repeating: "{\"a\":", count: 500) })
        .contains("describes no agent"))
    #expect(ContinuousClock.now - start < .seconds(2))
  }

  /// Whatever a number in the description is, the file is read or refused; nothing stops the program.
  @Test func noNumberStopsTheProgram() throws {
    let description = try JSONValue(parsing: Data(#require(file.metadata["agent"]).utf8))
    func variants(_ value: JSONValue) -> [JSONValue] {
      let numbers: [JSONValue] = [
        .integer(0), .integer(-1), .integer(1 << 40), .integer(.max), .integer(.min),
        .number(1e-300), .number(-1e300), .null,
      ]
      guard let members = value.members else {
        return if case .array = value { numbers.map { .array([$0]) } } else { numbers }
      }
      return members.indices.flatMap { index in
        variants(members[index].value).map { other in
          var changed = members
          changed[index] = .init(name: members[index].name, value: other)
          return .object(changed)
        }
      }
    }
    try withTemporaryFolder { folder in
      let path = folder.appending("agent.safetensors")
      var (read, refused) = (0, 0)
      for variant in variants(description) {
        try file { _ in variant.description }.encoded().write(to: URL(filePath: path.text))
        do throws(Failure) {
          var agent = try SavedAgent(contentsOf: path)
          _ = agent.predict([1, 1])
          read += 1
        } catch {
          refused += 1
        }
      }
      #expect(read > 50 && refused > 100)
    }
  }

  @Test func refusesOtherFormats() throws {
    var metadata = try file.metadata
    metadata["format_version"] = "9"
    #expect(
      try refusal(Safetensors(arrays: file.arrays, metadata: metadata))
        .contains("is of version \"9\" of the format, not 2; read it with the version"))
    #expect(
      try refusal(Safetensors(arrays: file.arrays)).contains("holds no agent; name a checkpoint"))
  }
}
