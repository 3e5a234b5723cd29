import DiscreteVAE
import Experiments
import Files
import Foundation
import RandomNumbers
import State

/// A model and the estimators that it was trained by, as a safetensors file holds them.
///
/// The header's metadata say how to make an untrained model that the arrays fit; what the optimisers
/// remember is not kept.
public struct SavedAutoencoder: Sendable {
  public let settings: AutoencoderSettings
  /// The size of the images in pixels.
  public let width, height: Int
  /// The steps that the model has been trained for.
  public let steps: Int
  public internal(set) var model: BernoulliVAE
  public internal(set) var estimators: LayerEstimators

  private static let format = "swift-relax autoencoder"

  /// The file's contents.
  public func file() throws(Failure) -> Safetensors {
    var parts = Parts(means: model.pixelMeans.values, model: model, estimators: estimators)
    return try Checkpoint.contents(
      of: &parts,
      metadata: [
        "format": Self.format, "format_version": "1", "settings": settings.json.description,
        "image_size": "\(width)x\(height)", "steps": "\(steps)",
      ])
  }

  /// What the file's arrays are.
  private struct Parts: Stateful {
    var means: [Float]
    var model: BernoulliVAE
    var estimators: LayerEstimators

    mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
      try visitor.visit("means", &means, shape: [means.count])
      try visitor.visit("model", &model)
      try visitor.visit("estimator", &estimators)
    }
  }
}

extension SavedAutoencoder {
  /// Reads a file.
  ///
  /// - Throws: `Failure` if it cannot be read, is of another kind or version, or its arrays are not
  ///   those that its header describes.
  public init(contentsOf path: Path) throws(Failure) {
    let file = try Safetensors(contentsOf: path)
    guard file.metadata["format"] == Self.format, file.metadata["format_version"] == "1" else {
      throw .file(
        path.text, "holds no autoencoder of this version of the program",
        fix: "train it anew, or use the version that wrote it")
    }
    guard let settings = Self.settings(file.metadata["settings"] ?? ""),
      let means = file["means"]?.values, let steps = file.metadata["steps"].flatMap({ Int($0) }),
      let size = Self.size(file.metadata["image_size"] ?? "", pixels: means.count),
      settings.fits(file, pixels: means.count)
    else {
      throw .file(
        path.text, "has a header that does not fit its arrays",
        fix: "copy it again from its source or train anew")
    }
    var generator = PCG64(seed: 0)
    let model = BernoulliVAE(
      settings.model, latentCount: settings.latents, hiddenWidth: settings.hidden,
      pixelMeans: means, using: &generator)
    var parts = Parts(
      means: means, model: model,
      estimators: settings.makeEstimators(for: model, using: &generator))
    try Checkpoint.restore(file, from: path, into: &parts)
    self.init(
      settings: settings, width: size.width, height: size.height, steps: steps,
      model: parts.model, estimators: parts.estimators)
  }

  /// Reads the model of a run, of its end or of its best validation bound; one that has not ended has
  /// only the latter.
  public init(inRun folder: Path, isBest: Bool) throws(Failure) {
    let checkpoints = folder.appending("checkpoints")
    let (best, final) = ("best.safetensors", "final.safetensors")
    let hasFinal = Folder.hasEntry(checkpoints.appending(final))
    guard hasFinal || Folder.hasEntry(checkpoints.appending(best)) else {
      throw .file(
        folder.text, "holds no model yet", fix: "go on with that run, or name the folder of another"
      )
    }
    try self.init(contentsOf: checkpoints.appending(isBest || !hasFinal ? best : final))
  }

  private static func settings(_ text: String) -> AutoencoderSettings? {
    guard let values = try? SettingValues<AutoencoderSettings>(parsing: Data(text.utf8), from: "")
    else { return nil }
    return try? AutoencoderSettings(flags: .init(), file: values, in: ())
  }

  /// Reads "28x28".
  private static func size(_ text: String, pixels: Int) -> (width: Int, height: Int)? {
    let sides = text.split(separator: "x").compactMap { Int($0) }
    guard sides.count == 2, sides.allSatisfy((1...max(1, pixels)).contains),
      sides[0].multipliedReportingOverflow(by: sides[1]) == (pixels, false)
    else { return nil }
    return (sides[0], sides[1])
  }
}

extension AutoencoderSettings {
  /// Whether the largest parts of the model and the estimators can be in a file; found out before any
  /// memory is taken for them.
  fileprivate func fits(_ file: Safetensors, pixels: Int) -> Bool {
    let size = file.arrays.reduce(0) { $0 + $1.elements.count }
    let hasNetworks = cvDepth > 0 && relevant.contains { $0.flag == "cv-width" }
    let width = hidden ?? latents
    // The sides of the largest weights.
    var weights = [(pixels, latents)]
    switch model {
    case .linear1: break
    case .linear2: weights.append((latents, latents))
    case .nonlinear: weights += [(pixels, width), (width, width), (width, latents)]
    case .nonlinearPublished: weights += [(pixels, width), (width, latents), (pixels, pixels)]
    }
    if hasNetworks { weights += [(pixels, cvWidth)] }
    if hasNetworks { weights += (1..<cvDepth).map { _ in (cvWidth, cvWidth) } }
    // No product overflows: the settings are small, too.
    return pixels <= 1 << 24 && weights.reduce(0) { $0 + $1.0 * $1.1 } <= size
  }
}
