/// The autoencoders that the literature on gradient estimators compares, by name.
///
/// W. Grathwohl et al., "Backpropagation through the Void", ICLR 2018 (arXiv:1711.00123), section 5.2,
/// after G. Tucker et al., "REBAR", NIPS 2017 (arXiv:1703.07370), section 4.
public enum ModelArchitecture: String, Sendable, Codable, CaseIterable {
  /// One layer of latents, all maps affine.
  case linear1
  /// Two layers of latents, all maps affine.
  case linear2
  /// One layer of latents, two tanh layers on either side of it.
  case nonlinear
  /// `nonlinear` with tanh layers as wide as the image in the decoder: what the numbers published by
  /// Grathwohl et al. were computed with, though their text says 200.
  case nonlinearPublished = "nonlinear-published"

  /// The number of layers of latents.
  public var layerCount: Int { self == .linear2 ? 2 : 1 }

  /// What the model is, in a line.
  public var summary: String {
    switch self {
    case .linear1: "one layer of latents, affine encoder and decoder"
    case .linear2: "two layers of latents, affine encoder and decoder"
    case .nonlinear: "one layer of latents, two tanh layers in encoder and decoder"
    case .nonlinearPublished: "nonlinear with a decoder as wide as the image"
    }
  }

  /// The widths of the tanh layers in the encoder, `width` each.
  func encoderHiddenSizes(width: Int) -> [Int] {
    switch self {
    case .linear1, .linear2: []
    case .nonlinear, .nonlinearPublished: [width, width]
    }
  }

  /// The widths of the tanh layers in the decoder, `width` each unless the model says otherwise.
  func decoderHiddenSizes(width: Int, pixels: Int) -> [Int] {
    switch self {
    case .linear1, .linear2: []
    case .nonlinear: [width, width]
    case .nonlinearPublished: [pixels, pixels]
    }
  }
}
