import DiscreteVAE
import Foundation
import GradientEstimators
import ImageData

/// All settings of a training run, as `config.json` holds them.
struct AutoencoderConfiguration: Codable, Equatable, Sendable {
  /// The model's name.
  var model: ModelArchitecture = .linear1
  /// The estimator's name.
  var estimator = "relaxed-rebar"
  /// The folder of the images, or "synthetic".
  var data = "synthetic"
  /// Whether training images are drawn once or at each use; validation and test images are drawn once.
  var binarize: Binarization = .static
  /// Latents in each layer.
  var latents = 200
  /// The width of tanh layers; that of the latents without it.
  var hidden: Int?
  /// Images a batch.
  var batch = 24
  /// Steps of the model.
  var steps = 100_000
  /// Steps of the estimator's parameters alone before the model moves.
  var pretrainSteps = 0
  /// The step size of the model.
  var learningRate = 0.001
  /// The step size of the estimator's parameters.
  var cvLearningRate = 0.001
  /// Hidden layers of baselines and control variates.
  var cvDepth = 1
  /// Their width.
  var cvWidth = 200
  /// The weight decay of control variates.
  var cvWeightDecay = 0.0
  /// Where the temperature of relaxations starts.
  var temperature = 0.5
  /// Samples of estimators that take several.
  var samples = 2
  /// Decides initial weights, the order of the images and all draws.
  var seed: UInt64 = 0
  /// Steps between rows of metrics.csv.
  var evalEvery = 5000
  /// Steps between measurements of the variance, a multiple of `evalEvery`; 0 for none.
  var varianceEvery = 0
  /// Steps between checkpoints, at which a run can be continued.
  var checkpointEvery = 5000

  /// The settings of that name.
  static let presets: [(name: String, summary: String, configuration: AutoencoderConfiguration)] = [
    ("default", "100,000 steps", AutoencoderConfiguration()),
    (
      "paper", "2,000,000 steps, pre-trained control variates of four layers with weight decay",
      {
        var paper = AutoencoderConfiguration()
        paper.steps = 2_000_000
        paper.pretrainSteps = 1000
        paper.cvDepth = 4
        // 0.001 on a loss that has the square of the batch size in its denominator.
        paper.cvWeightDecay = 0.576
        paper.evalEvery = 50_000
        return paper
      }()
    ),
  ]

  /// The type of the estimator.
  func estimatorType() throws(UsageError) -> any GradientEstimator.Type {
    try AutoencoderConfiguration.estimatorType(named: estimator)
  }

  /// The type of an estimator that has a form for Bernoullis.
  static func estimatorType(named name: String) throws(UsageError) -> any GradientEstimator.Type {
    let suitable = EstimatorRegistry.all.filter { $0.traits.supports.contains(.bernoulli) }
    if let type = suitable.first(where: { $0.traits.name == name }) { return type }
    let names = suitable.map { $0.traits.name }.joined(separator: ", ")
    guard EstimatorRegistry.estimator(named: name) == nil else {
      throw UsageError(
        "\(name) has no form for Bernoulli latents; choose --estimator from \(names).")
    }
    throw UsageError("There is no estimator \"\(name)\"; choose --estimator from \(names).")
  }

  /// Checks that numbers make sense, alone and together.
  func validate() throws(UsageError) {
    func check(_ flag: String, _ value: some CustomStringConvertible, _ holds: Bool, _ rule: String)
      throws(UsageError)
    {
      if !holds { throw UsageError("--\(flag) is \(value); it must be \(rule).") }
    }
    let type = try estimatorType()
    try check("latents", latents, (1...10_000).contains(latents), "from 1 to 10000")
    if let hidden {
      try check("hidden", hidden, (1...10_000).contains(hidden), "from 1 to 10000")
    }
    try check("batch", batch, (1...100_000).contains(batch), "from 1 to 100000")
    try check("steps", steps, (1...1_000_000_000).contains(steps), "from 1 to 1000000000")
    try check(
      "pretrain-steps", pretrainSteps, (0...1_000_000_000).contains(pretrainSteps),
      "from 0 to 1000000000")
    for (flag, rate) in [("learning-rate", learningRate), ("cv-learning-rate", cvLearningRate)] {
      try check(flag, rate, rate > 0 && rate <= 1, "above 0 and at most 1")
    }
    try check("cv-depth", cvDepth, (0...16).contains(cvDepth), "from 0 to 16")
    try check("cv-width", cvWidth, (1...10_000).contains(cvWidth), "from 1 to 10000")
    try check(
      "cv-weight-decay", cvWeightDecay, cvWeightDecay >= 0 && cvWeightDecay.isFinite,
      "0 or positive")
    try check(
      "temperature", temperature, temperature > 0 && temperature <= 100, "above 0, up to 100")
    try check("samples", samples, (2...1000).contains(samples), "from 2 to 1000")
    try check("eval-every", evalEvery, evalEvery > 0, "1 or more")
    try check("checkpoint-every", checkpointEvery, checkpointEvery > 0, "1 or more")
    try check(
      "variance-every", varianceEvery,
      varianceEvery >= 0 && varianceEvery.isMultiple(of: evalEvery),
      "0 or a multiple of --eval-every, which is \(evalEvery)")
    if type == ExactEnumeration.self, latents > 12 {
      throw UsageError(
        "exact sums over all 2^\(latents) values of a layer; take --latents 12 or fewer, or another "
          + "estimator.")
    }
  }

  /// The hidden layers of baselines and control variates.
  var hiddenSizes: [Int] { [Int](repeating: cvWidth, count: cvDepth) }

  /// The settings as text, always the same for the same settings.
  func encoded() -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Settings are numbers and strings, which always have a form in JSON.
    return ((try? encoder.encode(self)) ?? Data()) + Data("\n".utf8)
  }
}
