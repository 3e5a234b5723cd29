import Agents
import Checkpoints
import Foundation
import Testing

@testable import TrainingCommands

@Suite struct SavedAgentTests {
  /// Trains for a moment and hands over where the final agent is.
  private func withAgent(
    _ algorithm: String = "relax", _ body: (TemporaryFolder, URL) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      try train("--algo", algorithm, "--episodes", "3", in: folder.path("a"))
      try body(folder, folder.url.appending(path: "a/checkpoints/final.safetensors"))
    }
  }

  @Test(arguments: ["relax", "a2c", "reinforce"])
  func keepsEveryParameterAndItsPurpose(algorithm: String) throws {
    try withAgent(algorithm) { folder, url in
      let saved = try SavedAgent(contentsOf: url)
      #expect(saved.description.algorithm == algorithm)
      #expect(saved.description.environment == "corridor")
      #expect(saved.description.observationCount == 2)
      #expect(saved.description.actionCount == 2)
      #expect(saved.description.timeLimit == 20)
      #expect(saved.description.episodes == 3)
      #expect(saved.description.hyperparameters.hiddenSizes == [4])
      // The factors come from bounds that only the file knows: 1 / 4.
      let factor = saved.agent.namedParameters.first { $0.name == "observation_scaler.factor" }
      #expect(factor?.tensor.values == [0.25, 0.25])

      let copy = folder.url.appending(path: "copy.safetensors")
      try saved.write(to: copy)
      #expect(try Data(contentsOf: copy) == Data(contentsOf: url))
    }
  }

  @Test func countsTheTimeLimitInDecisions() throws {
    try withAgent { _, url in
      var description = try SavedAgent(contentsOf: url).description
      for (limit, decisions) in [(20, 5), (21, 6), (1, 1)] {
        description.actionRepeat = 4
        description.timeLimit = limit
        #expect(description.decisionLimit == decisions)
      }
    }
  }

  /// As a version wrote it that did not know them.
  @Test func readsAnAgentWithoutTheNewestSettings() throws {
    try withAgent { _, url in
      let file = try Safetensors(contentsOf: url)
      var metadata = file.metadata
      let text = try #require(metadata["agent"])
      let name = "(action_value_steps|refinement_steps|relaxation_samples|trajectory_lambda)"
      // With the comma before it or, for the first member, the one behind.
      let pattern = try Regex(", \"\(name)\": [0-9.]+|\"\(name)\": [0-9.]+, ")
      let shortened = text.replacing(pattern, with: "")
      #expect(shortened.count < text.count - 30)
      metadata["agent"] = shortened
      try Safetensors(arrays: file.arrays, metadata: metadata).write(to: url)
      let hyperparameters = try SavedAgent(contentsOf: url).description.hyperparameters
      #expect(hyperparameters.hiddenSizes == [4])
      #expect(hyperparameters.trajectoryLambda == Hyperparameters().trajectoryLambda)
    }
  }

  @Test func refusesAFileThatIsCutShort() throws {
    try withAgent { _, url in
      let data = try Data(contentsOf: url)
      for count in [0, 7, 100, data.count / 2, data.count - 1] {
        try data.prefix(count).write(to: url)
        #expect(try message(url).contains("is not a usable checkpoint"))
      }
    }
  }

  @Test func refusesArraysThatDoNotFit() throws {
    try withAgent { _, url in
      let file = try Safetensors(contentsOf: url)
      func rewrite(_ arrays: [NamedArray]) throws -> String {
        try Safetensors(arrays: arrays, metadata: file.metadata).write(to: url)
        return try message(url)
      }
      #expect(try rewrite(Array(file.arrays.dropLast())).contains("has no array"))
      let flat = file.arrays.map {
        NamedArray(name: $0.name, shape: [$0.values.count], values: $0.values)
      }
      #expect(try rewrite(flat).contains("instead of"))
      let more = file.arrays + [NamedArray(name: "more", shape: [1], values: [0])]
      #expect(try rewrite(more).contains("arrays instead of"))
    }
  }

  @Test(arguments: [
    ("\"observation_count\": 2", "\"observation_count\": 0", "does not fit its arrays"),
    ("\"observation_count\": 2", "\"observation_count\": 99999999", "does not fit its arrays"),
    ("\"action_count\": 2", "\"action_count\": 3", "instead of"),
    ("\"action_repeat\": 1", "\"action_repeat\": 0", "does not fit its arrays"),
    ("\"algorithm\": \"relax\"", "\"algorithm\": \"magic\"", "the unknown algorithm magic"),
    ("\"activation\": \"tanh\"", "\"activation\": \"gelu\"", "must be tanh, relu or elu"),
    ("\"discount\": 0.99", "\"discount\": 99", "must be a number from 0 to 1"),
    ("\"environment\"", "\"somewhere\"", "makes no sense"),
    ("{", "", "makes no sense"),
  ])
  func refusesAHeaderThatMakesNoSense(text: String, other: String, problem: String) throws {
    try withAgent { _, url in
      let file = try Safetensors(contentsOf: url)
      var metadata = file.metadata
      let header = try #require(metadata["agent"])
      #expect(header.contains(text))
      metadata["agent"] = header.replacing(text, with: other)
      try Safetensors(arrays: file.arrays, metadata: metadata).write(to: url)
      #expect(try message(url).contains(problem))
    }
  }

  @Test func refusesOtherFormats() throws {
    try withAgent { _, url in
      let file = try Safetensors(contentsOf: url)
      var metadata = file.metadata
      metadata["format_version"] = "2"
      try Safetensors(arrays: file.arrays, metadata: metadata).write(to: url)
      #expect(try message(url).contains("is of version 2 of the format, not 1"))
      try Safetensors(arrays: file.arrays).write(to: url)
      #expect(try message(url).contains("holds no agent; name a checkpoint"))
    }
  }

  private func message(_ url: URL) throws -> String {
    let error = #expect(throws: CheckpointError.self) { try SavedAgent(contentsOf: url) }
    return try #require(error).description
  }
}
