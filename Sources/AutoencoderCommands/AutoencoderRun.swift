import Autodiff
import Checkpoints
import DiscreteVAE
import ExperimentLogging
import Foundation
import GradientEstimators
import ImageData
import RandomNumbers

/// A training run: its state, which can be written and continued exactly, and its loop.
struct AutoencoderRun: Sendable {
  let configuration: AutoencoderConfiguration
  let data: AutoencoderData
  var training: VAETraining
  var progress: Progress

  /// What a run continues from besides the training itself.
  struct Progress: Codable, Sendable, Equatable {
    /// Steps of the model that have been taken.
    var step = 0
    /// Steps of the estimators alone that have been taken.
    var pretrained = 0
    /// Decides the order of the images and the pixels of dynamic ones.
    var order: PCG64
    /// Decides latents and noise.
    var latents: PCG64
    var schedule: MinibatchSchedule
    /// The sum of the batches' bounds since the last row of metrics.csv, and their number.
    var boundSum = 0.0
    var boundCount = 0
    /// The best validation bound of a row so far.
    var best: Double?
    /// The length of metrics.csv in bytes.
    var metricsLength = 0
    var counters: VAETraining.Counters

    static func == (a: Progress, b: Progress) -> Bool {
      a.step == b.step && a.pretrained == b.pretrained && a.latents == b.latents
        && a.counters == b.counters && a.metricsLength == b.metricsLength
    }
  }

  /// The streams of random numbers of a run, all derived from its seed.
  private static func generator(_ number: Int, seed: UInt64) -> PCG64 {
    PCG64(SeedSequence(seed).child(number))
  }

  /// A run before its first step.
  init(_ configuration: AutoencoderConfiguration, data: AutoencoderData) throws(UsageError) {
    self.configuration = configuration
    self.data = data
    guard data.train.count >= configuration.batch else {
      throw UsageError(
        "--batch is \(configuration.batch), but there are only \(data.train.count) training images; "
          + "take a smaller batch.")
    }
    var weights = Self.generator(0, seed: configuration.seed)
    let model = BernoulliVAE(
      configuration.model, latentCount: configuration.latents, hiddenWidth: configuration.hidden,
      pixelMeans: data.means,
      using: &weights)
    // A stream of their own: every estimator starts from the same model.
    var own = Self.generator(1, seed: configuration.seed)
    let estimators = LayerEstimators(
      try configuration.estimatorType(), for: model, hiddenSizes: configuration.hiddenSizes,
      temperature: Float(configuration.temperature), sampleCount: configuration.samples,
      using: &own)
    training = VAETraining(
      model: model, estimators: estimators, learningRate: Float(configuration.learningRate),
      adaptationRate: Float(configuration.cvLearningRate),
      weightDecay: Float(configuration.cvWeightDecay))
    progress = Progress(
      order: Self.generator(2, seed: configuration.seed),
      latents: Self.generator(3, seed: configuration.seed),
      schedule: MinibatchSchedule(count: data.train.count, batchSize: configuration.batch),
      counters: training.counters)
  }

  /// Where the draws of an evaluation come from: always the same, and none of the training's.
  var evaluationGenerator: PCG64 { Self.generator(4, seed: configuration.seed) }

  // MARK: Steps

  /// Whether all steps have been taken.
  var isFinished: Bool { progress.step >= configuration.steps }

  /// Takes one step, of the estimators alone as long as these are trained in advance.
  ///
  /// - Throws: `CommandFailure` where the training has diverged.
  mutating func step() throws {
    let indices = progress.schedule.next(using: &progress.order)
    let images = data.train.tensor(indices, using: &progress.order)
    let adaptsOnly = progress.pretrained < configuration.pretrainSteps
    let bound = try training.step(on: images, adaptsOnly: adaptsOnly, using: &progress.latents)
    guard bound.isFinite else { throw divergence }
    if adaptsOnly {
      progress.pretrained += 1
    } else {
      progress.step += 1
      progress.boundSum += bound
      progress.boundCount += 1
    }
  }

  /// What there is to say where the bound is no number.
  var divergence: CommandFailure {
    CommandFailure(
      "The bound is no longer finite after \(progress.step) steps; take a smaller --learning-rate "
        + "than \(configuration.learningRate).")
  }

  // MARK: Measurements

  /// The names of the columns of metrics.csv.
  var columns: [String] {
    var columns = ["step", "epoch", "batch_elbo", "validation_elbo"]
    if configuration.varianceEvery > 0 {
      columns += ["encoder_log_variance", "decoder_log_variance"]
    }
    return columns + scalarParameters.map(\.name)
  }

  /// The estimators' trained numbers, such as η and log λ.
  private var scalarParameters: [(name: String, value: Double)] {
    training.estimators.namedParameters.filter { $0.tensor.shape.rank == 0 }.map {
      ($0.name, Double($0.tensor.scalar))
    }
  }

  /// A row of metrics.csv, which starts a new mean of the batches' bounds.
  mutating func measure() throws -> (row: MetricRow, validation: Double) {
    var generator = evaluationGenerator
    let validation = training.model.bounds(of: data.validation.batches(of: 200), using: &generator)
      .elbo
    let epochs = Double(progress.step) / Double(progress.schedule.batchesPerEpoch)
    var row: MetricRow = [
      "step": .integer(progress.step), "epoch": .double(epochs),
      "batch_elbo": .double(progress.boundSum / Double(max(progress.boundCount, 1))),
      "validation_elbo": .double(validation),
    ]
    if configuration.varianceEvery > 0,
      progress.step.isMultiple(of: configuration.varianceEvery)
    {
      let variance = try training.estimators.gradientVariance(
        at: training.model, images: varianceBatch, using: &generator)
      row["encoder_log_variance"] = .double(variance.encoder)
      row["decoder_log_variance"] = .double(variance.decoder)
    }
    for (name, value) in scalarParameters { row[name] = .double(value) }
    progress.boundSum = 0
    progress.boundCount = 0
    return (row, validation)
  }

  /// The images at which variances are measured: the first of the training images.
  var varianceBatch: Tensor {
    var unused = PCG64(seed: 0)
    let count = min(configuration.batch, data.fixedTrain.count)
    return data.fixedTrain.tensor(0..<count, using: &unused)
  }

  // MARK: Checkpoints

  /// The whole state as a file.
  func checkpoint() throws -> Safetensors {
    var progress = progress
    progress.counters = training.counters
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return Safetensors(
      arrays: training.arrays.map {
        NamedArray(name: $0.name, shape: $0.tensor.shape.dimensions, values: $0.tensor.values)
      } + [NamedArray(name: "data.means", shape: [data.means.count], values: data.means)],
      metadata: [
        "config": String(decoding: configuration.encoded(), as: UTF8.self),
        "progress": String(decoding: try encoder.encode(progress), as: UTF8.self),
        "image_size": "\(data.width)x\(data.height)",
      ])
  }

  /// Continues from a checkpoint of this configuration.
  ///
  /// - Throws: `CheckpointError` where the file is none, contradicts itself or has other shapes.
  mutating func restore(_ file: Safetensors, from path: String) throws {
    let text = file.metadata["progress"] ?? ""
    guard let saved = try? JSONDecoder().decode(Progress.self, from: Data(text.utf8)) else {
      throw CheckpointError(
        file: path, problem: "does not say how far its run was",
        fix: "use a checkpoint that train-vae has written")
    }
    guard isPossible(saved) else {
      throw CheckpointError(
        file: path, problem: "does not belong to the settings of its run",
        fix: "restore it or config.json, or start anew in another folder")
    }
    try training.restore(saved.counters) { name, shape in
      Tensor(try file.values(of: name, shape: shape.dimensions, in: path), shape: shape)
    }
    progress = saved
  }

  /// Whether a run of these settings can have come that far.
  private func isPossible(_ saved: Progress) -> Bool {
    let counters = saved.counters
    return saved.schedule.batchSize == configuration.batch
      && (0...1_000_000_000).contains(saved.step) && counters.modelSteps == saved.step
      && (0...configuration.pretrainSteps).contains(saved.pretrained)
      && [0, saved.step + saved.pretrained].contains(counters.adaptationSteps)
      && (0...saved.step).contains(saved.boundCount) && saved.metricsLength >= 0
      && counters.statistics.map(\.count) == training.counters.statistics.map(\.count)
  }
}
