import ArgumentParser
import DiscreteVAE
import ExperimentCommands
import Experiments
import Files
import GradientEstimators
import Images
import Parallelism
import RandomNumbers
import State
import Statistics

/// The options that name a trained model.
struct SavedModelOptions: ParsableArguments {
  @Argument(help: "The folder of the run.", completion: .directory)
  var runDir: String

  @Flag(help: "Take the model of the best validation bound instead of the last one.")
  var best = false

  @Option(help: "Other images than those of the run: a folder in MNIST's format, or synthetic.")
  var data: String?

  func model() throws(Failure) -> SavedAutoencoder {
    try SavedAutoencoder(inRun: Path(runDir), isBest: best)
  }

  /// The images to show the model, which must have its size.
  func data(for model: SavedAutoencoder) throws(Failure) -> AutoencoderData {
    let settings = model.settings
    let images = try AutoencoderData(data ?? settings.data, binarization: settings.binarize)
    guard images.width == model.width, images.height == model.height else {
      throw .usage(
        "\(runDir.printable) is of images of \(model.width)x\(model.height) pixels, not "
          + "\(images.width)x\(images.height) as in \(images.name.printable); name images of that "
          + "size with --data.")
    }
    return images
  }
}

/// Tells how good a trained model is, and how much every estimator would vary at it.
struct EvaluateCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Tell a trained model's bounds, and the gradient variance of every estimator at it.",
    discussion: """
      All parameters are at rest. With --variance the estimators' own parameters are first fitted to \
      the model, those of the run's own estimator starting from where the run has left them. Settings \
      of an estimator follow its name: 'rloo,relaxed-rebar:cv-depth=4'.
      """)

  @OptionGroup var saved: SavedModelOptions

  @Option(help: "Samples of the importance-weighted bound.")
  var importanceSamples = 100

  @Option(help: "Estimators whose variance is measured: names with commas, all or none.")
  var variance = "none"

  @Option(help: "Steps by which each estimator is fitted to the model first.")
  var fitSteps = 2000

  @Option(help: "Gradients drawn for each variance.")
  var draws = 200

  @Option(help: "Decides latents and noise.")
  var seed: UInt64 = 0

  func run(in context: CommandContext<Void>) throws {
    try checkRange(1...1_000_000, of: importanceSamples, "importance-samples")
    try checkRange(0...1_000_000_000, of: fitSteps, "fit-steps")
    try checkRange(2...1_000_000, of: draws, "draws")
    let variants = try variants()
    let model = try saved.model()
    let data = try saved.data(for: model)
    let estimators = try variants.map { variant in
      try AutoencoderSettings(
        flags: variant.settings, file: SettingValues(model.settings), in: ())
    }
    context.noteDebugBuild()
    let display = context.makeDisplay(isQuiet: false)
    defer { display.clear() }
    let bounds = try withThreads(processorCount) { () throws(Failure) -> TextTable in
      try self.bounds(of: model, data, display.monitor)
    }
    display.clear()
    context.output("After \(model.steps) steps, in nats an image:\n\(bounds)")
    if estimators.isEmpty { return }
    let variances = try variances(
      of: estimators, names: variants.map(\.name), at: model, data, display.monitor)
    display.clear()
    context.output(
      """

      Log of the summed variance of the gradient: over the encoder's weights, those of the decoder \
      and the prior, and the logits of each layer for one image. Fitted by \(fitSteps) steps, \
      \(draws) draws, \(min(model.settings.batch, data.train.count)) images:
      \(variances)
      """)
  }

  private func variants() throws(Failure) -> [Variant<AutoencoderSettings>] {
    if variance == "none" { return [] }
    let all = AutoencoderSettings.estimators.filter { $0 != ExactEnumeration.self }
    return try Variant.parse(
      list: variance == "all" ? all.map { $0.traits.name }.joined(separator: ",") : variance)
  }

  private func bounds(
    of saved: SavedAutoencoder, _ data: AutoencoderData, _ monitor: Monitor
  ) throws(Failure) -> TextTable {
    var generator = PCG64(SeedSequence(seed).child(0))
    var table = TextTable([
      .init("images"), .init("number", .trailing), .init("ELBO", .trailing),
      .init("bound, \(importanceSamples) samples", .trailing),
    ])
    let splits = [
      ("training", data.fixedTrain, 1), ("validation", data.validation, importanceSamples),
      ("test", data.test, importanceSamples),
    ]
    for (name, images, samples) in splits {
      let bounds = try saved.model.bounds(
        of: images.batches(of: 200), sampleCount: samples, using: &generator, monitor,
        phase: "bound of \(name) images")
      table.addRow([
        name, "\(images.count)", Format.fixed(bounds.elbo, decimals: 2),
        samples > 1 || importanceSamples == 1
          ? Format.fixed(bounds.importanceWeighted, decimals: 2) : "",
      ])
    }
    return table
  }

  private func variances(
    of estimators: [AutoencoderSettings], names: [String], at saved: SavedAutoencoder,
    _ data: AutoencoderData, _ monitor: Monitor
  ) throws(Failure) -> TextTable {
    var columns: [TextTable.Column] = [
      .init("estimator"), .init("encoder", .trailing), .init("decoder", .trailing),
    ]
    for layer in 1...saved.model.layerCount {
      columns.append(.init("logits \(layer)", .trailing))
    }
    columns += [.init("evaluations", .trailing), .init("ms/estimate", .trailing)]
    var table = TextTable(columns)
    let images = data.varianceBatch(of: saved.settings.batch)
    for (settings, name) in zip(estimators, names) {
      let fitted = try withThreads(processorCount) { () throws(Failure) in
        try saved.fitting(settings, to: data, steps: fitSteps, seed: seed, monitor)
      }
      var generator = PCG64(SeedSequence(seed).child(2))
      // On one thread, since the time of an estimate is told beside.
      let start = ContinuousClock.now
      let variance = try fitted.gradientVariance(
        at: saved.model, images: images, drawCount: draws, using: &generator, monitor)
      let milliseconds = (ContinuousClock.now - start) / .milliseconds(1) / Double(draws)
      let numbers = [variance.encoder, variance.decoder] + variance.layers
      let traits = settings.estimatorType.traits
      table.addRow(
        [name + (traits.isUnbiased ? "" : " (biased)")]
          + numbers.map { Format.fixed($0, decimals: 2) } + [
            traits.evaluationCount.map { "\($0)" } ?? "", Format.fixed(milliseconds, decimals: 2),
          ])
    }
    return table
  }
}

extension SavedAutoencoder {
  /// Estimators of these settings, their parameters fitted to the model, which stays as it is.
  func fitting(
    _ settings: AutoencoderSettings, to data: AutoencoderData, steps: Int, seed: UInt64,
    _ monitor: Monitor
  ) throws(Failure) -> LayerEstimators {
    guard data.train.count >= settings.batch else {
      throw .usage(
        "\(data.name.printable) has \(data.train.count) training images, less than the run's batch "
          + "of \(settings.batch); name more images with --data.")
    }
    var generator = PCG64(SeedSequence(seed).child(1))
    let own = settings == self.settings
    var training = settings.makeTraining(
      of: model, own ? estimators : settings.makeEstimators(for: model, using: &generator))
    var schedule = MinibatchSchedule(count: data.train.count, batchSize: settings.batch)
    // Running means need to see f too, so that no estimator is left out.
    for step in 0..<steps {
      try monitor.check("fitting \(settings.estimator)", step, of: steps)
      let images = data.train.tensor(schedule.next(using: &generator), using: &generator)
      try training.step(on: images, adaptsOnly: true, using: &generator)
    }
    return training.estimators
  }
}

/// Checks the value of a flag.
func checkRange(_ range: ClosedRange<Int>, of value: Int, _ flag: String) throws(Failure) {
  guard range.contains(value) else {
    throw .usage(
      "--\(flag) is \(value), but must be from \(range.lowerBound) to \(range.upperBound).")
  }
}
