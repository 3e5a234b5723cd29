import AutoencoderCommands
import DiscreteVAE
import Experiments
import Files
import Foundation
import GradientEstimators
import State
import Testing

@Suite struct AutoencoderSettingsTests {
  /// The settings that a command line of these flags and values has.
  private func settings(_ flags: [String: String] = [:]) throws(Failure) -> AutoencoderSettings {
    var values = SettingValues<AutoencoderSettings>()
    for (flag, text) in flags {
      let setting = AutoencoderSettings.setting(flag)
      values[setting] = try setting.parse(text)
    }
    return try AutoencoderSettings(flags: values, in: ())
  }

  @Test func presetsAreWhereOthersStart() throws {
    #expect(try settings() == AutoencoderSettings())
    let paper = try settings(["preset": "paper", "latents": "20"])
    #expect(paper.steps == 2_000_000 && paper.cvDepth == 4 && paper.latents == 20)
    #expect(paper.hidden == nil && paper.evalEvery == 40_000)
    // E[(g / B)²] with weight decay w has the minimum of E[g²] with w · B².
    #expect(abs(paper.cvWeightDecay - 0.001 * Double(paper.batch * paper.batch)) < 1e-12)
  }

  @Test(arguments: [
    (1, 1), (49, 1), (100, 2), (200, 4), (2000, 40), (5000, 100), (7000, 100), (100_000, 2000),
    (123_456, 2000), (999_999, 10_000), (1_000_000_000, 20_000_000),
  ])
  func aboutFiftyRowsWhateverTheStepsAre(steps: Int, interval: Int) throws {
    let settings = try settings(["steps": "\(steps)"])
    #expect(settings.evalEvery == interval)
    #expect(steps < 50 || (50...100).contains(steps / interval))
    #expect(try self.settings(["steps": "\(steps)", "eval-every": "7"]).evalEvery == 7)
  }

  @Test func estimatorsHaveTheSettingsThatTheyUse() throws {
    let optional = [
      "cv-learning-rate", "cv-depth", "cv-width", "cv-weight-decay", "temperature", "samples",
    ]
    let expected: [String: Set<String>] = [
      "reinforce": [], "rloo": ["samples"], "disarm": [], "exact": [],
      "nvil": ["cv-learning-rate", "cv-depth", "cv-width"],
      "rebar": ["cv-learning-rate", "temperature"],
      "relaxed-rebar": [
        "cv-learning-rate", "cv-depth", "cv-width", "cv-weight-decay", "temperature",
      ],
      "relax": ["cv-learning-rate", "cv-depth", "cv-width", "cv-weight-decay", "temperature"],
      "concrete": ["temperature"], "straight-through": [],
    ]
    for (estimator, flags) in expected {
      let settings = try settings(["estimator": estimator, "latents": "3"])
      #expect(
        Set(settings.relevant.map(\.flag)).intersection(optional) == flags, "\(estimator)")
    }
    #expect(
      sentence { try settings(["estimator": "rloo", "temperature": "0.1"]) }
        == "--temperature has no part in rloo; leave it out.")
  }

  /// What is said not to matter does not.
  @Test func otherSettingsChangeNothing() throws {
    try withTemporaryFolder { folder in
      let path = try folder.writeImages()
      for estimator in estimatorNames {
        let settings = small(estimator, data: path) { $0.steps = 3 }
        var other = settings
        (other.cvLearningRate, other.cvDepth, other.cvWidth) = (0.5, 2, 5)
        (other.cvWeightDecay, other.temperature, other.samples) = (0.3, 0.2, 3)
        for setting in settings.relevant {
          if case .number(let value) = setting.get(settings) {
            #expect(setting.get(settings) == .number(value))
          }
        }
        let relevant = Set(settings.relevant.map(\.flag))
        if relevant.contains("cv-learning-rate") { other.cvLearningRate = settings.cvLearningRate }
        if relevant.contains("cv-depth") { other.cvDepth = settings.cvDepth }
        if relevant.contains("cv-width") { other.cvWidth = settings.cvWidth }
        if relevant.contains("cv-weight-decay") { other.cvWeightDecay = settings.cvWeightDecay }
        if relevant.contains("temperature") { other.temperature = settings.temperature }
        if relevant.contains("samples") { other.samples = settings.samples }
        let models = try [settings, other].map {
          var training = try AutoencoderTraining($0, in: ())
          while !training.position.isFinished { _ = try training.advance(.silent) }
          return training.model.model.parameters.map(\.values)
        }
        #expect(models[0] == models[1], "\(estimator)")
      }
    }
  }

  @Test(arguments: [
    ("estimator", "lax"), ("estimator", "relux"), ("model", "linear3"), ("binarize", "fixed"),
    ("preset", "papers"), ("latents", "0"), ("latents", "1.5"), ("steps", "1000000001"),
    ("learning-rate", "0"), ("learning-rate", "1e-50"), ("learning-rate", "nan"),
    ("temperature", "1e-50"), ("temperature", "101"), ("cv-weight-decay", "inf"), ("seed", "-1"),
    ("samples", "1"), ("eval-every", "0"), ("variance-every", "-1"), ("batch", "x"),
  ])
  func wrongValuesAreRefused(flag: String, value: String) {
    #expect(
      sentence { try settings([flag: value]) }.hasPrefix("--\(flag) is \(value), but must be "))
  }

  @Test func exactTakesFewLatents() throws {
    #expect(
      sentence { try settings(["estimator": "exact", "latents": "13"]) }
        .contains("--latents 12 or fewer"))
    #expect(try settings(["estimator": "exact", "latents": "12"]).latents == 12)
  }

  @Test func filesSayTheSame() throws {
    for type in EstimatorRegistry.all where estimatorNames.contains(type.traits.name) {
      let settings = try settings([
        "estimator": type.traits.name, "latents": "7", "model": "nonlinear-published",
        "data": "a folder/ünïcode \"quoted\"", "hidden": "9", "learning-rate": "0.3",
        "binarize": "dynamic", "seed": "9223372036854775807",
      ])
      let values = try SettingValues<AutoencoderSettings>(
        parsing: settings.json.fileContents, from: "f")
      #expect(try AutoencoderSettings(flags: .init(), file: values, in: ()) == settings)
      let keys = settings.json.members?.map(\.name) ?? []
      #expect(keys.allSatisfy { $0 == $0.lowercased() } && keys.contains("learning_rate"))
    }
  }
}
