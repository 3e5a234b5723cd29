import ReinforcementLearning
import TestSupport
import Testing

@Suite struct EpisodeStatisticsTests {
  @Test func theLastStepCarriesReturnAndLength() {
    var environment = EpisodeStatistics(Corridor())
    _ = environment.reset(seed: 0, options: ["cell": 5])
    for _ in 0..<2 {
      let step = environment.step(1)
      #expect(step.episodeReturn == nil && step.episodeLength == nil)
    }
    #expect(environment.episodeReturn == -2)
    #expect(environment.episodeLength == 2)
    let last = environment.step(1)
    #expect(last.info == ["cell": 8, "episode_return": 8, "episode_length": 3])
    #expect(last.episodeReturn == 8)
    #expect(last.episodeLength == 3)
  }

  @Test func truncatedEpisodesCount() {
    var environment = EpisodeStatistics(TimeLimit(Corridor(), maxEpisodeSteps: 4))
    _ = environment.reset(seed: 0)
    for _ in 0..<4 { _ = environment.step(0) }
    #expect(environment.recentReturns == [-4])
    #expect(environment.recentLengths == [4])
  }

  @Test func stepsAfterTheEndDoNotCount() {
    var environment = EpisodeStatistics(Corridor())
    _ = environment.reset(seed: 0, options: ["cell": 7])
    _ = environment.step(1)
    let late = environment.step(1)
    #expect(late.isTerminated && late.episodeReturn == nil)
    #expect(environment.recentReturns == [10])
    #expect(environment.episodeLength == 1)
  }

  @Test func unfinishedEpisodesAreForgotten() {
    var environment = EpisodeStatistics(Corridor())
    _ = environment.reset(seed: 0)
    _ = environment.step(0)
    _ = environment.reset()
    #expect(environment.episodeReturn == 0 && environment.episodeLength == 0)
    #expect(environment.episodeCount == 0)
  }

  @Test func theWindowKeepsTheLatestEpisodes() {
    var environment = EpisodeStatistics(Corridor(), window: 2)
    #expect(environment.meanReturn == nil && environment.meanLength == nil)
    for start in [7, 5, 4] {
      _ = environment.reset(seed: 0, options: ["cell": Double(start)])
      while !environment.step(1).isLast {}
    }
    #expect(environment.episodeCount == 3)
    #expect(environment.recentReturns == [8, 7])
    #expect(environment.recentLengths == [3, 4])
    #expect(environment.meanReturn == 7.5)
    #expect(environment.meanLength == 3.5)
    #expect(EpisodeStatistics(Corridor()).window == 100)
  }

  @Test func emptyWindowStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = EpisodeStatistics(Corridor(), window: 0) }
    expectMessage("at least one episode; got 0", of: result)
  }
}
