import Agents
import Testing

@testable import TrainingCommands

@Suite struct RunConfigurationTests {
  @Test func takesEverythingFromItsPreset() {
    let tuned = Preset.tuned(algorithm: "a2c", environment: "lunarlander")
    let configuration = RunConfiguration(
      preset: .tuned, algorithm: "a2c", environment: "lunarlander")
    #expect(configuration.hyperparameters == tuned.hyperparameters)
    #expect(configuration.episodes == tuned.episodes)
    #expect(configuration.batchEpisodes == tuned.episodesPerBatch)

    let paper = RunConfiguration(preset: .paper, algorithm: "relax", environment: "cartpole")
    #expect(
      paper.hyperparameters
        == Preset.paper(algorithm: "relax", environment: "cartpole").hyperparameters)
  }
}
