import AgentExperiments
import Experiments
import Files
import Foundation
import Parallelism
import ReinforcementLearning
import SavedAgents
import State
import Testing

/// A run that is interrupted and continued ends with the bytes of one that was not.
@Suite struct ContinuationTests {
  private let names = context(
    EnvironmentSpecification(name: "payer", maxEpisodeSteps: 200, make: { Payer() }))

  /// The files of a run but for those that say how long it took; `nil` where there is none.
  private func bytes(_ folder: Path) -> [Data?] {
    let checkpoints = ["latest", "best", "final"].map { "checkpoints/\($0).safetensors" }
    return (["episodes.csv", "metrics.jsonl"] + checkpoints).map {
      try? contents(folder.appending($0))
    }
  }

  /// Executes a run to its end, a session for each few episodes; every other session is ended at a
  /// look that may be in the middle of a long episode or of a measurement.
  ///
  /// - Returns: How many sessions it took.
  private func execute(_ settings: AgentSettings, episodes: Int, in folder: Path) throws -> Int {
    for session in 1...1000 {
      let watch = Watch()
      // The first look is before an episode, the others are in it or in a measurement after it.
      let monitor = watch.monitor(
        endingAtLook: session % 2 == 1 ? 2 + session / 2 % 2 : .max)
      var run = try makeRun(settings, in: folder, names)
      let last = run.experiment.position.done + episodes
      let result = try run.execute(monitor) { training, _ in
        if training.position.done >= last { watch.interrupt() }
      }
      if result.status == .finished { return session }
      #expect(result.status == .interrupted)
    }
    throw Failure.failed("The run has made no progress.")
  }

  @Test(arguments: [
    "algo=a2c eval-episodes=2", "algo=a2c optimizer=rmsprop observation-scaling=running",
    "algo=reinforce optimizer=sgd batch-episodes=3", "algo=relax batch-episodes=3",
    "algo=relax cv-form=relaxation learning-rate-schedule=linear", "algo=relax cv-form=value",
    "algo=relax cv-form=trajectory", "algo=relax cv-form=action-value optimizer=rmsprop",
    "algo=relax cv-form=relaxed-trajectory observation-scaling=running",
    "algo=ppo batch-episodes=3 epochs=3 minibatch-size=16 observation-scaling=running",
    "env=lunarlander-continuous algo=ppo episodes=3 batch-episodes=2 epochs=2",
    "env=lunarlander algo=ppo episodes=40 environments=9 rollout-steps=60 epochs=2",
    "env=cartpole algo=dqn episodes=30 environments=3 rollout-steps=7 learning-starts=100",
    "env=payer algo=a2c episodes=12 environments=4 batch-episodes=5",
    "env=lunarlander algo=ppo episodes=20 environments=2 rollout-steps=300 epochs=1",
    "algo=relax variance-every=2 variance-episodes=3 eval-every=3 eval-episodes=2",
    "env=cartpole algo=a2c observation-scaling=running episodes=5",
    "env=cartpole algo=relax cv-form=trajectory episodes=5 steps=60",
    "env=payer algo=a2c episodes=3", "env=mountaincar algo=a2c episodes=5",
    "env=lunarlander algo=relax episodes=3",
    "env=lunarlander algo=reinforce episodes=3",
  ])
  func endsWithTheSameBytes(flags: String) throws {
    try withTemporaryFolder { folder in
      let settings = try smallSettings("episodes=8 seed=3 \(flags)", in: names)
      let (whole, parts) = (folder.appending("whole"), folder.appending("parts"))
      var run = try makeRun(settings, in: whole, names)
      #expect(try run.execute().status == .finished)
      #expect(try execute(settings, episodes: 1, in: parts) > 2)
      #expect(bytes(parts) == bytes(whole))
    }
  }

  /// The critics' fits, the two networks of PPO and the evaluations have a thread each, or share one.
  @Test(arguments: [
    "algo=a2c", "algo=relax batch-episodes=3", "algo=relax cv-form=trajectory", "algo=relax-memory",
    "env=lunarlander algo=ppo environments=9 rollout-steps=40 epochs=2",
    "env=lunarlander algo=a2c environments=9",
  ])
  func threadsChangeNoByte(flags: String) throws {
    try withTemporaryFolder { folder in
      let settings = try smallSettings("episodes=18 seed=3 eval-episodes=2 \(flags)", in: names)
      let folders = try [1, 3].map { threads in
        let path = folder.appending("\(threads)")
        var run = try makeRun(settings, in: path, names)
        #expect(try withThreads(threads) { try run.execute().status } == .finished)
        return path
      }
      #expect(bytes(folders[0]) == bytes(folders[1]))
    }
  }

  @Test func theBestAgentSurvives() throws {
    try withTemporaryFolder { folder in
      let settings = try smallSettings("algo=reinforce episodes=150 learning-rate=0.02")
      let (whole, parts) = (folder.appending("whole"), folder.appending("parts"))
      var run = try makeRun(settings, in: whole)
      _ = try run.execute()
      _ = try execute(settings, episodes: 40, in: parts)
      #expect(bytes(parts) == bytes(whole))
    }
  }

  /// As far as it was planned, such a run is the beginning of a longer one.
  @Test func aFinishedRunMayBeGivenMoreEpisodes() throws {
    try withTemporaryFolder { folder in
      let (whole, parts) = (folder.appending("whole"), folder.appending("parts"))
      for (path, episodes) in [(whole, 9), (parts, 4), (parts, 9)] {
        var run = try makeRun(smallSettings("algo=relax episodes=\(episodes)"), in: path)
        _ = try run.execute()
      }
      #expect(bytes(parts)[0] == bytes(whole)[0] && bytes(parts)[4] == bytes(whole)[4])
      let failure = #expect(throws: Failure.self) {
        try makeRun(smallSettings("algo=relax episodes=5"), in: parts)
      }
      #expect(failure?.kind == .usage)
      #expect(failure?.description.contains("holds a run with --episodes 9, not 5") == true)
    }
  }

  /// What was written after the last checkpoint, and a row that only half reached the disk, are
  /// made anew.
  @Test func rowsBeyondTheCheckpointAreMadeAnew() throws {
    try withTemporaryFolder { folder in
      let settings = try smallSettings("algo=a2c episodes=6")
      let (whole, parts) = (folder.appending("whole"), folder.appending("parts"))
      var run = try makeRun(settings, in: whole)
      _ = try run.execute()
      try executeThreeEpisodes(settings, in: parts)
      let table = parts.appending("episodes.csv")
      try (contents(table) + Data("4,99,1.0,9,,,,\n5,1".utf8)).write(to: URL(filePath: table.text))
      _ = try execute(settings, episodes: 100, in: parts)
      #expect(bytes(parts) == bytes(whole))
    }
  }

  @Test func anInterruptedRunHasAnAgent() throws {
    try withTemporaryFolder { folder in
      let model = try executeThreeEpisodes(smallSettings("algo=a2c episodes=600"), in: folder)
      #expect(model.description.episodes == 3)
      let file = folder.appending("checkpoints/final.safetensors")
      #expect(try contents(file) == model.file().encoded())
    }
  }

  /// Executes the beginning of a run and gives the folder back.
  @discardableResult
  private func executeThreeEpisodes(_ settings: AgentSettings, in folder: Path) throws -> SavedAgent
  {
    let watch = Watch()
    var run = try makeRun(settings, in: folder)
    let result = try run.execute(watch.monitor()) { training, _ in
      if training.position.done == 3 { watch.interrupt() }
    }
    #expect(result.status == .interrupted)
    return run.experiment.model
  }
}
