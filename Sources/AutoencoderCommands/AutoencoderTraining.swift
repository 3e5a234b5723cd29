import DiscreteVAE
import Experiments
import Files
import Images
import NeuralNetworks
import RandomNumbers
import State
import Statistics

/// The training of an autoencoder, a mini-batch at a time.
public struct AutoencoderTraining: Experiment {
  public static let table = "metrics.csv"
  public static let sharesSteps = true

  let settings: AutoencoderSettings
  let data: AutoencoderData
  private(set) var training: VAETraining
  /// Decides the order of the images and the pixels of dynamic ones.
  private var order: PCG64
  /// Decides latents and noise.
  private var latents: PCG64
  private var schedule: MinibatchSchedule
  /// Steps of the model, and of the estimators alone, that have been taken.
  private var step = 0
  private var pretrained = 0
  /// The sum of the batches' bounds since the last row, and their number.
  private var boundSum = 0.0
  private var boundCount = 0
  /// Whether a row is to be measured before the next step.
  private var isRowDue = false
  /// The best and the last validation bound of a row so far.
  private var best: Double?
  private var validation: Double?
  /// The last variance of the encoder's gradient that was measured.
  private var logVariance: Double?

  /// Samples of the importance-weighted bound at the end.
  private static let importanceSamples = 100

  public init(_ settings: AutoencoderSettings, in context: Void) throws(Failure) {
    self.settings = settings
    data = try AutoencoderData(settings.data, binarization: settings.binarize)
    guard data.train.count >= settings.batch else {
      throw .usage(
        "--batch is \(settings.batch), but there are only \(data.train.count) training images; "
          + "take a smaller batch.")
    }
    var weights = Self.generator(0, settings)
    let model = BernoulliVAE(
      settings.model, latentCount: settings.latents, hiddenWidth: settings.hidden,
      pixelMeans: data.means, using: &weights)
    // A stream of their own: every estimator starts from the same model.
    var own = Self.generator(1, settings)
    training = settings.makeTraining(of: model, settings.makeEstimators(for: model, using: &own))
    order = Self.generator(2, settings)
    latents = Self.generator(3, settings)
    schedule = MinibatchSchedule(count: data.train.count, batchSize: settings.batch)
  }

  /// The streams of random numbers of a run, all derived from its seed.
  static func generator(_ number: Int, _ settings: AutoencoderSettings) -> PCG64 {
    PCG64(SeedSequence(settings.seed).child(number))
  }

  /// Where the draws of a measurement come from: always the same, and none of the training's.
  private var measurementGenerator: PCG64 { Self.generator(4, settings) }

  // MARK: Steps

  public var position: Position {
    Position(
      done: step, total: settings.steps, unit: "step",
      isFinished: step >= settings.steps && !isRowDue)
  }

  public mutating func advance(_ monitor: Monitor) throws(Failure) -> Advance {
    // After an interruption during a measurement that comes first.
    if !isRowDue { try takeStep(monitor) }
    guard isRowDue else { return Advance() }
    let start = ContinuousClock.now
    let row = try measure(monitor)
    (isRowDue, boundSum, boundCount) = (false, 0, 0)
    validation = row["validation_elbo"]?.number
    logVariance = row["encoder_log_variance"]?.number ?? logVariance
    var advance = Advance(rows: [row])
    advance.measuringTime = ContinuousClock.now - start
    if let validation, validation > best ?? -.infinity {
      best = validation
      advance.isBest = true
    }
    return advance
  }

  /// Takes one step, of the estimators alone as long as these are trained in advance.
  private mutating func takeStep(_ monitor: Monitor) throws(Failure) {
    let adaptsOnly = pretrained < settings.pretrainSteps
    if adaptsOnly { try monitor.check("pre-training", pretrained, of: settings.pretrainSteps) }
    let indices = schedule.next(using: &order)
    let images = data.train.tensor(indices, using: &order)
    let bound: Double
    do throws(Failure) {
      bound = try training.step(on: images, adaptsOnly: adaptsOnly, using: &latents)
    } catch {
      throw error.kind == .divergence ? divergence("\(error)") : error
    }
    if adaptsOnly {
      pretrained += 1
      return
    }
    step += 1
    boundSum += bound
    boundCount += 1
    isRowDue =
      step.isMultiple(of: settings.evalEvery) || isVarianceDue || step >= settings.steps
  }

  private func divergence(_ problem: String) -> Failure {
    .diverged(
      "\(problem) after \(step) steps; take a smaller --learning-rate than "
        + "\(settings.learningRate).")
  }

  // MARK: Measurements

  public var columns: [String] {
    ["step", "epoch", "batch_elbo", "validation_elbo"]
      + (settings.varianceEvery > 0 ? ["encoder_log_variance", "decoder_log_variance"] : [])
      + scalarParameters.map(\.name)
  }

  /// The estimators' trained numbers, such as η and log λ.
  private var scalarParameters: [(name: String, value: Double)] {
    training.estimators.namedParameters.filter { $0.tensor.shape.rank == 0 }.map {
      ($0.name, Double($0.tensor.scalar))
    }
  }

  private var isVarianceDue: Bool {
    settings.varianceEvery > 0 && step.isMultiple(of: settings.varianceEvery)
  }

  private func measure(_ monitor: Monitor) throws(Failure) -> MetricRow {
    var generator = measurementGenerator
    let validation = try bound(of: data.validation, "validation", &generator, monitor)
    var row: MetricRow = [
      "step": .integer(step),
      "epoch": .double(Double(step) / Double(schedule.batchesPerEpoch)),
      "batch_elbo": .double(boundSum / Double(max(boundCount, 1))),
      "validation_elbo": .double(validation.elbo),
    ]
    if isVarianceDue {
      let variance = try training.estimators.gradientVariance(
        at: training.model, images: data.varianceBatch(of: settings.batch), using: &generator,
        monitor)
      row["encoder_log_variance"] = .double(variance.encoder)
      row["decoder_log_variance"] = .double(variance.decoder)
    }
    for (name, value) in scalarParameters { row[name] = .double(value) }
    return row
  }

  private func bound(
    of images: BinarizedImages, _ name: String, samples: Int = 1, _ generator: inout PCG64,
    _ monitor: Monitor
  ) throws(Failure) -> VAEBounds {
    try training.model.bounds(
      of: images.batches(of: 200), sampleCount: samples, using: &generator, monitor,
      phase: "bound of \(name) images")
  }

  // MARK: The model and the result

  public var model: SavedAutoencoder {
    SavedAutoencoder(
      settings: settings, width: data.width, height: data.height, steps: step,
      model: training.model, estimators: training.estimators)
  }

  public func file(of model: SavedAutoencoder) throws(Failure) -> Safetensors { try model.file() }

  public func conclude(_ monitor: Monitor) throws(Failure) -> Finding? {
    var generator = measurementGenerator
    let train = try bound(of: data.fixedTrain, "training", &generator, monitor).elbo
    let validation = try bound(of: data.validation, "validation", &generator, monitor).elbo
    let test = try bound(
      of: data.test, "test", samples: Self.importanceSamples, &generator, monitor)
    guard [train, validation, test.elbo, test.importanceWeighted].allSatisfy(\.isFinite) else {
      throw divergence("The bound is no longer finite")
    }
    func fixed(_ value: Double) -> String { Format.fixed(value, decimals: 2) }
    return Finding(
      [
        "train_elbo": .number(train), "validation_elbo": .number(validation),
        "test_elbo": .number(test.elbo),
        "test_importance_weighted": .number(test.importanceWeighted),
        "importance_samples": .integer(Self.importanceSamples),
      ],
      text: """
        ELBO, nats an image: training \(fixed(train)), validation \(fixed(validation)), test \
        \(fixed(test.elbo))
        Importance-weighted bound of the test images, \(Self.importanceSamples) samples: \
        \(fixed(test.importanceWeighted))
        """)
  }

  public func summary(_ clock: RunClock) -> Finding {
    Finding(
      [
        "model": .text(settings.model.rawValue), "estimator": .text(settings.estimator),
        "seed": .integer(Int(settings.seed)), "steps": .integer(step),
        "planned_steps": .integer(settings.steps), "best_validation_elbo": JSONValue(best),
        "encoder_log_variance": JSONValue(logVariance),
        "milliseconds_per_step": JSONValue(1000 / clock.rate(step + pretrained)),
      ],
      text: "\(settings.model.rawValue) by \(settings.estimator): \(step) steps in "
        + "\(Format.duration(clock.wallTime)), \(Format.rate(clock.rate(step + pretrained), "steps"))"
    )
  }

  public func progressFields(_ clock: RunClock) -> [(label: String, value: String)] {
    func field(_ label: String, _ value: Double?) -> [(label: String, value: String)] {
      value.map { [(label, Format.fixed($0, decimals: 2))] } ?? []
    }
    return field("ELBO", boundCount > 0 ? boundSum / Double(boundCount) : nil)
      + field("validation", validation) + field("log-variance", logVariance)
      + [("at", Format.rate(clock.rate(step + pretrained), "steps"))]
  }

  // MARK: Comparisons

  public static var measures: [Measure] {
    [
      Measure(result: "train_elbo", "training ELBO"),
      Measure(result: "validation_elbo", "validation ELBO"),
      Measure(result: "test_elbo", "test ELBO"),
      Measure(result: "test_importance_weighted", "test bound, \(importanceSamples) samples"),
      Measure(result: "encoder_log_variance", "log-variance, encoder", isLessBetter: true),
      Measure(
        "milliseconds_per_step", "ms per step", isLessBetter: true, isReproducible: false
      ) { $0.result("milliseconds_per_step")?.double },
    ]
  }

  public static var curves: [Curve] {
    [
      Curve(
        "Validation ELBO", label: "nats an image", column: "validation_elbo",
        over: ["step", "epoch"]),
      Curve(
        "Variance of the encoder's gradient", label: "log-variance",
        column: "encoder_log_variance", over: ["step", "epoch"]),
    ]
  }

  public static func remarks(
    on records: [[RunRecord<AutoencoderSettings>]], names: [String]
  ) -> [String] {
    zip(names, records).compactMap { name, runs in
      let count = runs.count { $0.values.hasDiverged }
      return count == 0
        ? nil : "\(name): \(count) of \(runs.count) runs diverged and have no bounds."
    }
  }
}

extension AutoencoderTraining: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    var means = data.means
    try visitor.visit("data_means", &means, shape: [means.count])
    try training.visitState(&visitor)
    try visitor.visit("order", &order)
    try visitor.visit("latents", &latents)
    try visitor.visit("schedule", &schedule)
    guard means == data.means, schedule.count == data.train.count else {
      throw .file(
        visitor.place, "was trained on other images than those of \(data.name)",
        fix: "put its images back, or start anew in another folder")
    }
    try visitor.check(schedule.batchSize == settings.batch, "a batch of \(schedule.batchSize)")
    try visitor.visit("step", &step, in: 0...1_000_000_000)
    try visitor.visit("pretrained", &pretrained, in: 0...settings.pretrainSteps)
    try visitor.visit("bound_sum", &boundSum)
    try visitor.visit("bound_count", &boundCount, in: 0...step)
    try visitor.visit("row_due", &isRowDue)
    try visitor.visit("best", &best)
    try visitor.visit("validation", &validation)
    try visitor.visit("log_variance", &logVariance)
  }
}
