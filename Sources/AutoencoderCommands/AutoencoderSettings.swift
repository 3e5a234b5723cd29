import DiscreteVAE
import Experiments
import Files
import Foundation
import GradientEstimators
import Images
import RandomNumbers
import State

extension ModelArchitecture: SettingValue {}
extension Binarization: SettingValue {}

/// Everything that decides the training of an autoencoder.
public struct AutoencoderSettings: ExperimentSettings {
  /// Where the settings come from that nobody has named.
  public enum Preset: String, SettingValue, CaseIterable {
    case `default`, paper

    /// What it is, in a line.
    public var summary: String {
      switch self {
      case .default: "100,000 steps"
      case .paper:
        "2,000,000 steps, pre-trained control variates of four layers with weight decay"
      }
    }
  }

  public var preset = Preset.default
  public var model = ModelArchitecture.linear1
  /// The estimator's name.
  public var estimator = "relaxed-rebar"
  /// The folder of the images, or "synthetic".
  public var data = "synthetic"
  /// Whether training images are drawn once or at each use; validation and test images are drawn once.
  public var binarize = Binarization.static
  public var latents = 200
  /// The width of tanh layers; that of the latents without it.
  public var hidden: Int?
  public var batch = 24
  public var steps = 100_000
  /// Steps of the estimator's parameters alone before the model moves.
  public var pretrainSteps = 0
  public var learningRate = 0.001
  public var cvLearningRate = 0.001
  /// Hidden layers of baselines and control variates.
  public var cvDepth = 1
  public var cvWidth = 200
  public var cvWeightDecay = 0.0
  public var temperature = 0.5
  public var samples = 2
  /// What estimators with a memory hold, and how they learn from it: mini-batches a step, their size, the
  /// step size, and the rank of what they learn about two latents together.
  public var memory = 20_000
  public var fitSteps = 1
  public var fitBatch = 256
  public var fitRate = 0.001
  public var interactions = 20
  public var seed: UInt64 = 0
  /// Steps between rows of the table; by default there are about fifty.
  public var evalEvery = 2000
  /// Steps between measurements of the variance; 0 for none.
  public var varianceEvery = 0

  public init() {}

  /// The estimators that have a form for Bernoullis.
  public static let estimators: [any GradientEstimator.Type] = EstimatorRegistry.all.filter {
    $0.traits.supports.contains(.bernoulli)
  }

  public static let all: [Setting<Self>] = [
    Setting(
      "preset", \.preset, "Where settings come from that are not given otherwise",
      .choice(Preset.allCases.map(\.rawValue))),
    Setting(
      "model", \.model, "The layers of the autoencoder",
      .choice(ModelArchitecture.allCases.map(\.rawValue))),
    Setting(
      "estimator", \.estimator, "The gradient estimator of the latents",
      .choice(estimators.map { $0.traits.name })),
    Setting("data", \.data, "A folder with images in MNIST's format, or synthetic", .name),
    Setting(
      "binarize", \.binarize, "Whether training images are drawn once, or at each use",
      .choice(Binarization.allCases.map(\.rawValue))),
    Setting(
      "latents", \.latents, "Latents in each layer", .integers(1...10_000),
      synonyms: ["latent-dim", "z-dim"]),
    Setting(
      "hidden", \.hidden, "Width of tanh layers, that of the latents if not given",
      .integers(1...10_000), synonyms: ["hidden-size"]),
    Setting(
      "batch", \.batch, "Images in a batch", .integers(1...100_000), synonyms: ["batch-size"]),
    Setting(
      "steps", \.steps, "Steps of the model", .integers(1...1_000_000_000), mayGrow: true,
      synonyms: ["iterations", "max-steps"]),
    Setting(
      "pretrain-steps", \.pretrainSteps,
      "Steps of the estimator's own parameters alone before the model moves",
      .integers(0...1_000_000_000)),
    Setting(
      "learning-rate", \.learningRate, "Step size of the model (Adam)", .positive(through: 1),
      search: .logarithmic(0.0001...0.01), synonyms: ["lr", "step-size"]),
    Setting(
      "cv-learning-rate", \.cvLearningRate, "Step size of the estimator's own parameters (Adam)",
      .positive(through: 1), search: .logarithmic(0.0001...0.01)),
    Setting(
      "cv-depth", \.cvDepth, "Hidden layers of baselines and control variates", .integers(0...16),
      search: .integers(1...4)),
    Setting("cv-width", \.cvWidth, "Width of these layers", .integers(1...10_000)),
    Setting(
      "cv-weight-decay", \.cvWeightDecay, "Weight decay of control variates",
      .numbers(0...1_000_000), synonyms: ["weight-decay"]),
    Setting(
      "temperature", \.temperature, "Where the temperature of relaxations starts",
      .positive(through: 100), search: .linear(0.1...1), synonyms: ["tau"]),
    Setting("samples", \.samples, "Samples for each image", .integers(2...1000)),
    Setting(
      "memory", \.memory, "Evaluations that an estimator with a memory holds",
      .integers(1...10_000_000)),
    Setting(
      "fit-steps", \.fitSteps, "Mini-batches that it learns from in a step", .integers(0...1000),
      search: .choice(["1", "4", "16"])),
    Setting("fit-batch", \.fitBatch, "Evaluations in such a mini-batch", .integers(1...100_000)),
    Setting(
      "fit-rate", \.fitRate, "Step size of what it learns (Adam)", .positive(through: 1),
      search: .logarithmic(0.0003...0.01)),
    Setting(
      "interactions", \.interactions, "Rank of what it learns about two latents together",
      .integers(0...1000), search: .choice(["5", "20", "50"])),
    Setting(
      "seed", \.seed, "Decides initial weights, the order of the images and all draws",
      .integers(0...Int.max)),
    Setting(
      "eval-every", \.evalEvery,
      "Steps between rows of metrics.csv, of which there are else about 50",
      .integers(from: 1), synonyms: ["eval-freq"]),
    Setting(
      "variance-every", \.varianceEvery,
      "Steps between measurements of the gradient's variance, 0 for never", .integers(from: 0)),
  ]

  public static let variantFlag = "estimator"

  public var runName: String { "\(model.rawValue)-\(estimator)-\(seed)" }

  public static func base(
    _ given: SettingValues<Self>, in context: Void
  ) throws(Failure) -> AutoencoderSettings {
    var settings = AutoencoderSettings()
    settings.preset = given["preset"]?.text.flatMap(Preset.init) ?? .default
    if settings.preset == .paper {
      settings.steps = 2_000_000
      settings.pretrainSteps = 1000
      settings.cvDepth = 4
      // 0.001 on a loss that has the square of the batch size in its denominator.
      settings.cvWeightDecay = 0.576
    }
    settings.evalEvery = roughly(given["steps"]?.integer ?? settings.steps, dividedBy: 50)
    return settings
  }

  /// A quotient, 1 at least, rounded down to a single digit and zeros.
  private static func roughly(_ count: Int, dividedBy parts: Int) -> Int {
    var (digit, unit) = (max(1, count / parts), 1)
    while digit >= 10 { (digit, unit) = (digit / 10, unit * 10) }
    return digit * unit
  }

  public func validate(in context: Void) throws(Failure) {
    if estimatorType == ExactEnumeration.self, latents > 12 {
      throw .usage(
        "exact sums over all 2^\(latents) values of a layer; take --latents 12 or fewer, or another "
          + "--estimator.")
    }
  }

  public var relevant: [Setting<Self>] {
    // What an estimator of a few numbers consists of.
    func names(hidden: [Int]) -> [String] {
      var generator = PCG64(seed: 0)
      let setting = EstimatorSetting(sampleWidth: 1, contextWidth: 1, hiddenSizes: hidden)
      return estimatorType.init(setting, using: &generator).namedParameters.map(\.name)
    }
    let parameters = names(hidden: [1])
    var unused: Set<String> = []
    if parameters.isEmpty { unused.insert("cv-learning-rate") }
    if parameters == names(hidden: []) { unused.formUnion(["cv-depth", "cv-width"]) }
    if unused.contains("cv-depth") || !(estimatorType is any RelaxationControlledEstimator.Type) {
      unused.insert("cv-weight-decay")
    }
    let isRelaxed =
      estimatorType is any SofteningEstimator.Type
      || estimatorType is any RelaxationControlledEstimator.Type
    if !isRelaxed { unused.insert("temperature") }
    if estimatorType != RLOO.self { unused.insert("samples") }
    if !(estimatorType is any MemoryEstimator.Type) {
      unused.formUnion(["memory", "fit-steps", "fit-batch", "fit-rate", "interactions"])
    } else {
      unused.subtract(["cv-depth", "cv-width"])
    }
    return Self.all.filter { !unused.contains($0.flag) }
  }

  // MARK: What the settings mean

  /// The type of the estimator.
  var estimatorType: any GradientEstimator.Type {
    guard let type = Self.estimators.first(where: { $0.traits.name == estimator }) else {
      preconditionFailure("there is no estimator \(estimator) of Bernoullis")
    }
    return type
  }

  private var memorySetting: EstimatorSetting.Memory {
    var setting = EstimatorSetting.Memory()
    setting.capacity = memory
    setting.fitSteps = fitSteps
    setting.batchSize = fitBatch
    setting.learningRate = Float(fitRate)
    // Of an image that is seen once in a long while, no more can be learned than what all have in common.
    (setting.hasNetwork, setting.hasContextSlopes) = (false, false)
    setting.remembersContexts = false
    setting.interactionRank = interactions
    return setting
  }

  /// An untrained estimator for the layers of a model.
  func makeEstimators(for model: BernoulliVAE, using generator: inout PCG64) -> LayerEstimators {
    LayerEstimators(
      estimatorType, for: model, hiddenSizes: [Int](repeating: cvWidth, count: cvDepth),
      temperature: Float(temperature), sampleCount: samples, memory: memorySetting,
      using: &generator)
  }

  /// A training before its first step.
  func makeTraining(of model: BernoulliVAE, _ estimators: LayerEstimators) -> VAETraining {
    VAETraining(
      model: model, estimators: estimators, learningRate: Float(learningRate),
      adaptationRate: Float(cvLearningRate), weightDecay: Float(cvWeightDecay))
  }
}
