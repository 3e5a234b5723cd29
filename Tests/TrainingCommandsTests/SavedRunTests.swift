import Checkpoints
import Foundation
import ReinforcementLearning
import Testing

@testable import TrainingCommands

@Suite struct SavedRunTests {
  @Test func opensEitherAgent() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "3", "--seed", "12", in: folder.path("a"))
      for name in CheckpointName.allCases {
        let run = try SavedRun(opening: folder.path("a"), checkpoint: name)
        #expect(run.seed == 12)
        #expect(run.checkpoint.description.environment == "corridor")
      }
    }
  }

  @Test func keepsTheTimeLimitThatTheAgentWasTrainedWith() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "3", in: folder.path("a"))
      var environments = testEnvironments
      var longer = Corridor.specification
      longer.maxEpisodeSteps = 50
      environments.register(longer)
      let run = try SavedRun(opening: folder.path("a"), checkpoint: .final)
      let own = try run.task(environments: environments).specification
      #expect(own.maxEpisodeSteps == 20)
      let named = try run.task(in: "corridor", environments: environments).specification
      #expect(named.maxEpisodeSteps == 50)
    }
  }

  @Test func refusesAnAgentOfAnotherRun() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "3", in: folder.path("a"))
      let config = try folder.text("a/config.json")
      try folder.write(
        Data(config.replacing("\"corridor\"", with: "\"cartpole\"").utf8), to: "a/config.json")
      let error = #expect(throws: CheckpointError.self) {
        try SavedRun(opening: folder.path("a"), checkpoint: .final)
      }
      #expect(
        try #require(error).description.hasSuffix(
          "holds an agent for corridor, but config.json beside it names cartpole; "
            + "put the agent's own config.json there"))
    }
  }

  @Test func refusesAnEnvironmentThatDoesNotFit() throws {
    try withTemporaryFolder { folder in
      try train("--episodes", "3", in: folder.path("a"))
      let run = try SavedRun(opening: folder.path("a"), checkpoint: .final)
      #expect(throws: CheckpointError.self) {
        try run.task(in: "cartpole", environments: testEnvironments)
      }
      #expect(throws: UsageError.self) {
        try run.task(in: "nowhere", environments: testEnvironments)
      }
    }
  }
}
