import ReinforcementLearning
import Testing

@Suite struct EpisodeTests {
  @Test func lengthAndReward() {
    var episode = Episode<Int>(observationCount: 2)
    #expect(episode.length == 0 && episode.totalReward == 0)
    for reward in [16_777_216, 1, 0.5] { episode.add(reward: reward) }
    #expect(episode.length == 3)
    // A sum in Float32 would lose the last two.
    #expect(episode.totalReward == 16_777_217.5)
  }
}
