import ArgumentParser
import DiscreteVAE
import Foundation
import ImageData

/// The flags that set a run up; those that are not given are the preset's.
struct AutoencoderOptions: ParsableArguments {
  @Option(help: "The settings to start from: default or paper.")
  var preset = "default"

  @Option(help: "linear1, linear2, nonlinear or nonlinear-published.")
  var model: String?

  @Option(help: "The gradient estimator of the latents; `list` shows them.")
  var estimator: String?

  @Option(help: "A folder with images in MNIST's format, or synthetic.")
  var data: String?

  @Option(help: "static or dynamic: training images drawn once, or at each use.")
  var binarize: String?

  @Option(help: "Latents in each layer.")
  var latents: Int?

  @Option(help: "The width of tanh layers (default: that of the latents).")
  var hidden: Int?

  @Option(help: "Images a batch.")
  var batch: Int?

  @Option(help: "Steps of the model.")
  var steps: Int?

  @Option(help: "Steps of the control variate alone before the model moves.")
  var pretrainSteps: Int?

  @Option(help: "The step size of the model (Adam).")
  var learningRate: Double?

  @Option(help: "The step size of the estimator's own parameters (Adam).")
  var cvLearningRate: Double?

  @Option(help: "Hidden layers of baselines and control variates.")
  var cvDepth: Int?

  @Option(help: "The width of these layers.")
  var cvWidth: Int?

  @Option(help: "The weight decay of control variates.")
  var cvWeightDecay: Double?

  @Option(help: "Where the temperature of relaxations starts.")
  var temperature: Double?

  @Option(help: "Samples of estimators that take several, such as rloo.")
  var samples: Int?

  @Option(help: "Decides initial weights, the order of the images and all draws.")
  var seed: UInt64?

  @Option(help: "Steps between rows of metrics.csv.")
  var evalEvery: Int?

  @Option(help: "Steps between measurements of the gradient's variance; 0 for none.")
  var varianceEvery: Int?

  @Option(help: "Steps between checkpoints.")
  var checkpointEvery: Int?

  /// The settings of the preset with those that were given in their place.
  func configuration() throws -> AutoencoderConfiguration {
    let presets = AutoencoderConfiguration.presets
    guard let preset = presets.first(where: { $0.name == preset }) else {
      let names = presets.map(\.name).joined(separator: " or ")
      throw UsageError("There is no preset \"\(preset)\"; choose --preset \(names).")
    }
    return try overriding(preset.configuration)
  }

  /// `configuration` with the settings that were given in the place of its own.
  func overriding(_ base: AutoencoderConfiguration) throws -> AutoencoderConfiguration {
    var result = base
    if let model {
      guard let known = ModelArchitecture(rawValue: model) else {
        let names = ModelArchitecture.allCases.map(\.rawValue).joined(separator: ", ")
        throw UsageError("There is no model \"\(model)\"; choose --model from \(names).")
      }
      result.model = known
    }
    if let binarize {
      guard let known = Binarization(rawValue: binarize) else {
        throw UsageError("--binarize is \(binarize); it must be static or dynamic.")
      }
      result.binarize = known
    }
    func set<Value>(_ key: WritableKeyPath<AutoencoderConfiguration, Value>, _ value: Value?) {
      if let value { result[keyPath: key] = value }
    }
    set(\.estimator, estimator)
    set(\.data, data)
    set(\.latents, latents)
    if let hidden { result.hidden = hidden }
    set(\.batch, batch)
    set(\.steps, steps)
    set(\.pretrainSteps, pretrainSteps)
    set(\.learningRate, learningRate)
    set(\.cvLearningRate, cvLearningRate)
    set(\.cvDepth, cvDepth)
    set(\.cvWidth, cvWidth)
    set(\.cvWeightDecay, cvWeightDecay)
    set(\.temperature, temperature)
    set(\.samples, samples)
    set(\.seed, seed)
    set(\.evalEvery, evalEvery)
    set(\.varianceEvery, varianceEvery)
    set(\.checkpointEvery, checkpointEvery)
    try result.validate()
    return result
  }
}
