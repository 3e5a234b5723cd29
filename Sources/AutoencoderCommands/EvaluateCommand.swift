import ArgumentParser
import DiscreteVAE
import ExperimentLogging
import Foundation
import GradientEstimators
import ImageData
import RandomNumbers

/// The options that name a trained model.
struct SavedModelOptions: ParsableArguments {
  @Argument(help: "The folder of the run.", completion: .directory)
  var runDir: String

  @Flag(help: "Take the checkpoint of the best validation bound instead of the last one.")
  var best = false

  @Option(help: "Other images than those of the run: a folder in MNIST's format, or synthetic.")
  var data: String?

  func run() throws -> AutoencoderRun {
    try SavedAutoencoder.run(at: runDir, isBest: best, data: data).run
  }
}

/// Tells how good a trained model is, and how much every estimator would vary at it.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Tell a trained model's bounds, and the gradient variance of every estimator at it.",
    discussion: """
      All parameters are at rest. With --variance the estimators' own parameters are first fitted to \
      the model, those of the run's own estimator starting from where the run has left them.
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

  func run() throws {
    guard (1...1_000_000).contains(importanceSamples) else {
      throw UsageError(
        "--importance-samples is \(importanceSamples); it must be from 1 to 1000000.")
    }
    guard fitSteps >= 0, (2...1_000_000).contains(draws) else {
      throw UsageError(
        "--fit-steps is \(fitSteps) and --draws \(draws); take 0 or more, and 2 or more.")
    }
    let types = try estimatorTypes()
    noteDebugBuild("evaluates")
    let run = try saved.run()
    printBounds(of: run)
    if !types.isEmpty { try printVariances(of: types, at: run) }
  }

  private func estimatorTypes() throws(UsageError) -> [any GradientEstimator.Type] {
    if variance == "none" { return [] }
    if variance == "all" {
      return EstimatorRegistry.all.filter {
        $0.traits.supports.contains(.bernoulli) && $0 != ExactEnumeration.self
      }
    }
    var types: [any GradientEstimator.Type] = []
    for name in variance.split(separator: ",") {
      types.append(try AutoencoderConfiguration.estimatorType(named: String(name)))
    }
    return types
  }

  private func printBounds(of run: AutoencoderRun) {
    var generator = PCG64(SeedSequence(seed).child(0))
    let model = run.training.model
    var table = TextTable([
      .init("images"), .init("number", .trailing), .init("ELBO", .trailing),
      .init("bound, \(importanceSamples) samples", .trailing),
    ])
    let splits = [
      ("training", run.data.fixedTrain, 1), ("validation", run.data.validation, importanceSamples),
      ("test", run.data.test, importanceSamples),
    ]
    for (name, images, samples) in splits {
      let bounds = model.bounds(
        of: images.batches(of: 200), sampleCount: samples, using: &generator)
      table.addRow([
        name, "\(images.count)", Format.fixed(bounds.elbo, decimals: 2),
        samples > 1 || importanceSamples == 1
          ? Format.fixed(bounds.importanceWeighted, decimals: 2) : "",
      ])
    }
    print("After \(run.progress.step) steps, in nats an image:\n\(table)")
  }

  private func printVariances(
    of types: [any GradientEstimator.Type], at run: AutoencoderRun
  ) throws {
    var columns: [TextTable.Column] = [
      .init("estimator"), .init("encoder", .trailing), .init("decoder", .trailing),
    ]
    for layer in 1...run.training.model.layerCount {
      columns.append(.init("logits \(layer)", .trailing))
    }
    columns += [.init("evaluations", .trailing), .init("ms/estimate", .trailing)]
    var table = TextTable(columns)
    for type in types {
      var fitted = run
      try fitted.fit(type, steps: fitSteps, seed: seed)
      var generator = PCG64(SeedSequence(seed).child(2))
      let clock = ContinuousClock()
      let start = clock.now
      let variance = try fitted.training.estimators.gradientVariance(
        at: run.training.model, images: run.varianceBatch, drawCount: draws, using: &generator)
      let milliseconds = (clock.now - start) / .milliseconds(1) / Double(draws)
      let numbers = [variance.encoder, variance.decoder] + variance.layers
      let name = type.traits.name + (type.traits.isUnbiased ? "" : " (biased)")
      table.addRow(
        [name] + numbers.map { Format.fixed($0, decimals: 2) } + [
          type.traits.evaluationCount.map { "\($0)" } ?? "",
          Format.fixed(milliseconds, decimals: 2),
        ])
    }
    print(
      """

      Log of the summed variance of the gradient: over the encoder's weights, those of the decoder \
      and the prior, and the logits of each layer for one image. Fitted by \(fitSteps) steps, \
      \(draws) draws, \(run.varianceBatch.shape[0]) images:
      \(table)
      """)
  }
}

extension AutoencoderRun {
  /// Puts estimators of another type in the place of the run's, and fits their parameters to the
  /// model, which stays as it is.
  mutating func fit(_ type: any GradientEstimator.Type, steps: Int, seed: UInt64) throws {
    var generator = PCG64(SeedSequence(seed).child(1))
    if type.traits.name != configuration.estimator {
      let model = training.model
      training = VAETraining(
        model: model,
        estimators: LayerEstimators(
          type, for: model, hiddenSizes: configuration.hiddenSizes,
          temperature: Float(configuration.temperature), sampleCount: configuration.samples,
          using: &generator),
        learningRate: training.learningRate, adaptationRate: training.adaptationRate,
        weightDecay: training.weightDecay)
    }
    // Running means need to see f too, so that no estimator is left out.
    for _ in 0..<steps {
      let indices = progress.schedule.next(using: &generator)
      let images = data.train.tensor(indices, using: &generator)
      try training.step(on: images, adaptsOnly: true, using: &generator)
    }
  }
}
