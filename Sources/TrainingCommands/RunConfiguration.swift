import Agents
import Foundation
import NeuralNetworks

/// Everything that decides a run. Its JSON form, in snake case, is `config.json`.
struct RunConfiguration: Codable, Equatable, Sendable {
  /// Where the settings come from that nobody has named.
  enum PresetName: String, Codable, CaseIterable, Sendable {
    /// The settings found best.
    case tuned
    /// The published ones.
    case paper
  }

  /// The short name of the environment.
  var environment: String
  /// The name of the algorithm.
  var algorithm: String
  var preset: PresetName
  var seed: UInt64 = 0

  /// How many episodes the run lasts.
  var episodes: Int
  /// Ends the run once this many steps have been taken.
  var steps: Int?
  /// How many episodes make a batch.
  var batchEpisodes: Int
  /// How often an action is taken in a row.
  var actionRepeat: Int
  /// Whether the run ends when the environment is solved.
  var solveStop = false

  /// Episodes between two measurements of the gradient's variance; none for 0.
  var varianceEvery = 0
  /// Episodes in each of them.
  var varianceEpisodes = 100
  /// Episodes between two evaluations; none for 0.
  var evalEvery = 0
  /// Episodes in each of them, and in the evaluation at the end; none for 0.
  var evalEpisodes = 100

  var hyperparameters: Hyperparameters

  /// The settings of a preset.
  init(preset name: PresetName, algorithm: String, environment: String) {
    let preset =
      switch name {
      case .tuned: Preset.tuned(algorithm: algorithm, environment: environment)
      case .paper: Preset.paper(algorithm: algorithm, environment: environment)
      }
    self.environment = environment
    self.algorithm = algorithm
    self.preset = name
    episodes = preset.episodes
    batchEpisodes = preset.episodesPerBatch
    actionRepeat = 1
    hyperparameters = preset.hyperparameters
  }
}
