import Autodiff
import NeuralNetworks
import RandomNumbers

/// A variational autoencoder of binary images whose latents b₁, …, b_L are layers of Bernoullis.
///
///     q(b₁ | x) q(b₂ | b₁) …   and   p(x | b₁) p(b₁ | b₂) … p(b_L)
///
/// Every map is a multilayer perceptron to logits; a layer of latents enters the next map as 2b − 1,
/// an image as x minus the mean of the training images. The prior's logits are learned too.
/// W. Grathwohl et al., "Backpropagation through the Void", ICLR 2018 (arXiv:1711.00123), section 5.2.
public struct BernoulliVAE: Module {
  public let architecture: ModelArchitecture
  /// q(b_l | b_{l−1}), b₀ = x; from the image upwards.
  public var encoder: [MLP]
  /// p(b_l | b_{l+1}), b₀ = x; from the image upwards.
  public var decoder: [MLP]
  /// The logits of p(b_L), [latents].
  public var prior: Tensor
  /// The mean of the training images, [pixels]; a constant.
  public let pixelMeans: Tensor
  private let names: [String]

  /// A model with Glorot's initial weights; the decoder's biases start at the logits of the mean image.
  ///
  /// - Parameters:
  ///   - architecture: The layers and maps.
  ///   - latentCount: The number of latents in each layer.
  ///   - hiddenWidth: The width of tanh layers; that of the latents without it.
  ///   - pixelMeans: The mean of each pixel over the training images.
  ///   - generator: Where the initial weights come from.
  public init(
    _ architecture: ModelArchitecture, latentCount: Int = 200, hiddenWidth: Int? = nil,
    pixelMeans: [Float], using generator: inout PCG64
  ) {
    precondition(
      latentCount > 0 && !pixelMeans.isEmpty,
      "BernoulliVAE: \(latentCount) latents, \(pixelMeans.count) pixels")
    self.architecture = architecture
    self.pixelMeans = Tensor(pixelMeans)
    prior = .zeros([latentCount])
    let pixels = pixelMeans.count
    func map(_ sizes: [Int], using generator: inout PCG64) -> MLP {
      MLP(
        sizes: sizes, activation: .tanh, hidden: .glorotUniform, output: .glorotUniform,
        using: &generator)
    }
    let up = architecture.encoderHiddenSizes(width: hiddenWidth ?? latentCount)
    let down = architecture.decoderHiddenSizes(
      width: hiddenWidth ?? latentCount, pixels: pixels)
    encoder = []
    decoder = []
    for layer in 0..<architecture.layerCount {
      let below = layer == 0 ? pixels : latentCount
      encoder.append(map([below] + up + [latentCount], using: &generator))
      decoder.append(map([latentCount] + down + [below], using: &generator))
    }
    let output = decoder[0].layers.count - 1
    decoder[0].layers[output].bias = Tensor(pixelMeans.map { logit(min(max($0, 0.001), 0.999)) })
    names = (1...architecture.layerCount).map { "\($0)" }
  }

  /// L
  public var layerCount: Int { encoder.count }

  /// The number of latents in each layer.
  public var latentCount: Int { prior.shape[0] }

  /// The number of pixels of an image.
  public var pixelCount: Int { pixelMeans.shape[0] }

  // MARK: Maps

  /// Images as the encoder takes them, [rows, pixels].
  public func centered(_ images: Tensor) -> Tensor { images.addingToRows(-pixelMeans) }

  /// Latents, or soft samples of them, as the maps take them.
  public static func signs(_ latents: Tensor) -> Tensor { 2 * latents - 1 }

  /// The logits of q(b₁ | x), [rows, latents], from centred images.
  public func encoderLogits(ofCentered images: Tensor) -> Tensor { encoder[0](images) }

  /// The logits of q(b_{l+1} | b_l), [rows, latents], `layer` being l ≥ 1.
  public func encoderLogits(above layer: Int, _ latents: Tensor) -> Tensor {
    encoder[layer](Self.signs(latents))
  }

  /// The logits of p(b_l | b_{l+1}), or of p(x | b₁) for `layer` 0, [rows, width].
  public func decoderLogits(of layer: Int, _ latents: Tensor) -> Tensor {
    decoder[layer](Self.signs(latents))
  }

  // MARK: Evidence lower bound

  /// log p(x, b) − log q(b | x), the single-sample evidence lower bound in nats, [rows].
  ///
  /// Linear in each b between its values, as log-likelihoods of Bernoullis are.
  ///
  /// - Parameters:
  ///   - images: x, [rows, pixels].
  ///   - latents: b₁, …, b_L, each [rows, latents].
  ///   - encoderLogits: Those that the latents were drawn from, each [rows, latents].
  public func logWeight(
    images: Tensor, latents: [Tensor], encoderLogits: [Tensor]
  ) -> Tensor {
    var total = images.bernoulliLogLikelihood(logits: decoderLogits(of: 0, latents[0]))
    for layer in 1..<layerCount {
      total =
        total
        + latents[layer - 1].bernoulliLogLikelihood(
          logits: decoderLogits(of: layer, latents[layer]))
    }
    let top = latents[layerCount - 1]
    total = total + top.bernoulliLogLikelihood(logits: prior.repeatedAsRows(top.shape[0]))
    for (latent, logits) in zip(latents, encoderLogits) {
      total = total - latent.bernoulliLogLikelihood(logits: logits)
    }
    return total
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    for layer in encoder.indices { Self.visit(&encoder[layer], "encoder." + names[layer], visit) }
    for layer in decoder.indices { Self.visit(&decoder[layer], "decoder." + names[layer], visit) }
    visit("prior", &prior)
  }
}

private func logit(_ p: Float) -> Float {
  withoutRecording { (Tensor(p).log() - Tensor(1 - p).log()).scalar }
}
