import Agents
import Checkpoints
import Foundation
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import TrainingCommands

@Suite struct RunLogTests {
  @Test func writesARowForEachEpisode() throws {
    try withTemporaryFolder { folder in
      let directory = try RunDirectory.create(at: folder.url.appending(path: "a"))
      let log = try RunLog(in: directory)
      let task = try TrainingTask(
        Corridor.specification, actionRepeat: 1, environments: testEnvironments)
      var streams = RandomStreams(seed: 1)
      var agent = REINFORCEAgent(
        task.setting(try configuration("--env", "corridor")), using: &streams.initialization)
      var environment = TimeLimit(Corridor(), maxEpisodeSteps: 20)
      var rows: [String] = []
      var variance = GradientVariance()
      for gradient: [Float] in [[1, 0], [3, 0]] { variance.add(gradient) }

      let plan = TrainingPlan(episodes: 4, episodesPerBatch: 2)
      _ = try train(&agent, in: &environment, plan: plan) { record, _ in
        let summary = record.episode == 4 ? variance.summary : nil
        try log.add(record, variance: summary)
        if let summary { try log.add(summary, after: record) }
        let entropy = record.update.map { "\($0.entropy)" } ?? ""
        let norm = record.update.map { "\($0.gradientNorm)" } ?? ""
        let logVariance = summary.map { "\($0.logTrace)" } ?? ""
        rows.append(
          "\(record.episode),\(record.totalSteps),\(record.episodeReturn),\(record.length),"
            + "\(entropy),\(norm),,\(logVariance)")
        return true
      }
      try log.close()
      let title =
        "episode,step,return,length,entropy,gradient_norm,control_variate_loss,log_variance"
      #expect(
        try folder.text("a/episodes.csv") == ([title] + rows).joined(separator: "\n") + "\n")
      #expect(rows[3].hasSuffix(",,0.6931471805599453"))
      let metrics = try folder.text("a/metrics.jsonl")
      #expect(metrics.hasPrefix("{\"kind\":\"variance\",\"episode\":4,"))
      #expect(metrics.contains("\"log_trace\":0.693147"))
      #expect(metrics.contains("\"constant_coordinates\":1,\"estimates\":2}"))
    }
  }

  @Test func makesNoFileForMeasurementsThatNobodyTakes() throws {
    try withTemporaryFolder { folder in
      let log = try RunLog(in: RunDirectory.create(at: folder.url.appending(path: "a")))
      try log.close()
      #expect(!FileManager.default.fileExists(atPath: folder.path("a/metrics.jsonl")))
    }
  }
}
