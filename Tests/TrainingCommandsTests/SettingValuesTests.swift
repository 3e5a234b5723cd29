import Foundation
import Testing

@testable import TrainingCommands

@Suite struct SettingValuesTests {
  private func parse(_ text: String) throws -> SettingValues {
    try SettingValues(parsing: Data(text.utf8), from: "a.json")
  }

  @Test func readsAnyPartOfAConfiguration() throws {
    let values = try parse(#"{"episodes": 7, "hyperparameters": {"hidden_sizes": [3]}}"#)
    #expect(values[.episodes] == .integer(7))
    #expect(values[.hidden] == .array([.integer(3)]))
    #expect(values[.seed] == nil)
    #expect(try parse("{}") == SettingValues())
  }

  @Test func ignoresTheRemarksOfARun() throws {
    #expect(try parse(#"{"version": "0", "command": "x"}"#) == SettingValues())
  }

  @Test(arguments: [
    (#"{"episode": 1}"#, "there is no setting episode; did you mean episodes?"),
    (
      #"{"hyperparameters": {"learning_rat": 1}}"#,
      "there is no setting hyperparameters.learning_rat; "
        + "did you mean hyperparameters.learning_rate?"
    ),
    (
      #"{"discount": 1}"#, "there is no setting discount; did you mean hyperparameters.discount?"
    ),
    (#"{"variance-every": 1}"#, "did you mean variance_every?"),
    (#"{"hyperparameters": 3}"#, "hyperparameters is 3, but must be an object of settings"),
    (#"{"preset": "best"}"#, "preset is \"best\", but must be tuned or paper"),
    (#"{"seed": "1"}"#, "seed is \"1\", but must be an integer of 0 or more"),
    (#"{"seed": null}"#, "seed is null, but must be"),
    ("[1]", "holds no JSON object"), ("{", "is not JSON: unexpected end"),
  ])
  func saysWhatIsWrongWithAFile(text: String, problem: String) throws {
    let message = usageMessage { _ = try parse(text) }
    #expect(try #require(message).hasPrefix("a.json"))
    #expect(try #require(message).contains(problem))
  }

  @Test func saysThatAFileCannotBeRead() throws {
    try withTemporaryFolder { folder in
      for path in [folder.path("none.json"), folder.url.path] {
        let message = usageMessage { _ = try SettingValues(contentsOf: path) } ?? ""
        #expect(message.contains("\(path) cannot be read; name an existing file"))
      }
    }
  }

  @Test func keepsEverySettingInBothDirections() throws {
    var configuration = try configuration("--env", "corridor")
    configuration.steps = 12
    configuration.hyperparameters.maximumGradientNorm = 0.5
    let values = try SettingValues(configuration)
    #expect(try values.configuration() == configuration)
    #expect(try parse(values.json.description) == values)
  }

  @Test func saysNullForWhatIsUnsaid() throws {
    let json = try SettingValues(configuration("--env", "corridor")).json
    #expect(json.members?.contains { $0.name == "steps" && $0.value == .null } == true)
    #expect(json.members?.map(\.name).first == "environment")
  }

  @Test func takesTheLaterOfTwoValues() throws {
    var values = try parse(#"{"seed": 1, "episodes": 2}"#)
    values.overlay(try parse(#"{"seed": 3}"#))
    #expect(values[.seed] == .integer(3))
    #expect(values[.episodes] == .integer(2))
  }
}
