import Autodiff
import Distributions
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import State

/// One gradient estimator for each layer of latents, and how they estimate the gradient of the
/// evidence lower bound together.
///
/// The bound's expectation is over all layers. For the logits α_l of layer l the layers below are held
/// at the values that were drawn, and f(b_l) is the negative bound with the layers above drawn given
/// b_l, by noise that is held fixed. Where an estimator puts a soft sample in the place of b_l, the
/// layers above are softened too, with the same noise: hard prefix, relaxed suffix. G. Tucker et al.,
/// "REBAR", NIPS 2017 (arXiv:1703.07370), section 3.2; W. Grathwohl et al., "Backpropagation through
/// the Void", ICLR 2018 (arXiv:1711.00123), appendix C.
public struct LayerEstimators: Module {
  /// From the image upwards, all of the same type.
  public var layers: [any GradientEstimator]
  private let names: [String]

  /// Estimators with the usual settings for a model.
  ///
  /// - Parameters:
  ///   - type: The type of estimator.
  ///   - model: What they are for.
  ///   - hiddenSizes: The hidden layers of baselines and control variates.
  ///   - temperature: Where the relaxations' temperature starts.
  ///   - objectiveScale: The size that changes of the bound have, the unit of control variates.
  ///   - sampleCount: How many samples estimators take that can take several.
  ///   - memory: How estimators with a memory learn.
  ///   - generator: Where initial weights come from.
  public init(
    _ type: any GradientEstimator.Type, for model: BernoulliVAE, hiddenSizes: [Int],
    temperature: Float = 0.5, objectiveScale: Float = 10, sampleCount: Int = 2,
    memory: EstimatorSetting.Memory = EstimatorSetting.Memory(),
    using generator: inout PCG64
  ) {
    layers = []
    for layer in 0..<model.layerCount {
      var setting = EstimatorSetting(
        sampleWidth: model.latentCount,
        contextWidth: model.pixelCount + layer * model.latentCount, hiddenSizes: hiddenSizes,
        temperature: temperature, objectiveScale: objectiveScale, sampleCount: sampleCount)
      setting.memory = memory
      layers.append(type.init(setting, using: &generator))
    }
    names = (1...model.layerCount).map { "\($0)" }
  }

  /// One estimate for each image of a batch.
  ///
  /// - Parameters:
  ///   - model: The model; its gradients are to be had where it consists of variables.
  ///   - images: x, [rows, pixels].
  ///   - generator: Where latents and noise come from.
  /// - Throws: `Failure` where the estimators cannot take Bernoullis.
  public func estimate(
    _ model: BernoulliVAE, images: Tensor, using generator: inout PCG64
  ) throws(Failure) -> VAEEstimate {
    let centered = model.centered(images)
    // What is drawn once: the values that layers above are conditioned on.
    var logits = [model.encoderLogits(ofCentered: centered)]
    var latents: [Tensor] = []
    var noise: [Tensor] = []
    if model.layerCount > 1 {
      for layer in 0..<model.layerCount {
        if layer > 0 { logits.append(model.encoderLogits(above: layer, latents[layer - 1])) }
        let z = Bernoulli(logits: logits[layer].detached()).relaxedSample(using: &generator)
        latents.append(z.unitStep())
        noise.append(z - logits[layer].detached())
      }
    }
    let drawnValues =
      latents.isEmpty
      ? nil : -model.logWeight(images: images, latents: latents, encoderLogits: logits)

    // The estimators of the layers above answer for the slopes in the weights that lead there: where
    // such layers are soft, their values must not bring these slopes in once more.
    var constant = model
    constant.visitParameters { $1 = $1.detached() }

    var estimates: [GradientEstimate] = []
    for (layer, estimator) in layers.enumerated() {
      let below = Array(latents.prefix(layer))
      let problem = EstimationProblem(
        distribution: Bernoulli(logits: logits[layer]),
        objective: .dependingOnArgument {
          [logits, noise, layers, constant] value, parameters, argument in
          var latents = below + [value]
          var allLogits = logits[..<layer] + [parameters]
          for above in layer + 1..<max(layer + 1, noise.count) {
            allLogits.append(model.encoderLogits(above: above, latents[above - 1]))
            let logits = constant.encoderLogits(above: above, latents[above - 1])
            let temperature = (layers[above] as? any SofteningEstimator)?.logTemperature
            latents.append(
              latent(logits, noise: noise[above], argument, logTemperature: temperature))
          }
          return -model.logWeight(
            images: images, latents: latents, encoderLogits: Array(allLogits))
        },
        context: .concatenatingColumns([centered] + below.map(BernoulliVAE.signs)),
        drawn: drawnValues.map { (latents[layer], $0) })
      estimates.append(try estimator.estimate(problem, using: &generator))
    }
    return VAEEstimate(layers: estimates)
  }

  /// The scalar that the estimators' parameters descend, from an estimate taken at variables; `nil`
  /// without parameters.
  ///
  /// The sum over the layers of the mean of ĝ² over images and latents, or of what else an estimator
  /// adapts to, and `weightDecay` / 2 times the squares of the weights of control variates.
  public func adaptationLoss(of estimate: VAEEstimate, weightDecay: Float) -> Tensor? {
    var total: Tensor?
    func add(_ term: Tensor) { total = total.map { $0 + term } ?? term }
    for (estimator, estimate) in zip(layers, estimate.layers) {
      guard let loss = estimator.adaptationLoss(of: estimate) else { continue }
      guard estimator is any RelaxationControlledEstimator else {
        add(loss)
        continue
      }
      add((1 / Float(estimate.gradient.shape[1])) * loss)
      guard weightDecay > 0 else { continue }
      for weights in estimator.parameters where weights.shape.rank > 0 {
        add((weightDecay / 2) * weights.squaredNorm())
      }
    }
    return total
  }

  /// Takes the values of f that an estimate has met into the estimators' running statistics.
  public mutating func observe(_ estimate: VAEEstimate) {
    for (layer, estimate) in estimate.layers.enumerated() { layers[layer].observe(estimate) }
  }

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    for layer in layers.indices { try visitor.visit(names[layer], &layers[layer]) }
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    for layer in layers.indices {
      let name = names[layer]
      layers[layer].visitParameters { visit(name + "." + $0, &$1) }
    }
  }
}

/// A latent layer above one that stands for `argument`, in kind.
private func latent(
  _ logits: Tensor, noise: Tensor, _ argument: Objective.Argument, logTemperature: Tensor?
) -> Tensor {
  switch argument {
  case .sample: (logits + noise).unitStep()
  case .straightThrough:
    (logits + noise).unitStep() + (logits.sigmoid() - logits.sigmoid().detached())
  case .mean: logits.sigmoid()
  case .soft:
    Bernoulli(logits: logits).soft(
      logits + noise, logTemperature: logTemperature ?? Tensor(0))
  }
}

/// An estimate of the gradient of the negative evidence lower bound, from one draw for each image.
public struct VAEEstimate: Sendable {
  /// Of each layer of latents, from the image upwards.
  public let layers: [GradientEstimate]

  /// The negative bound of each image, [rows], averaged where there are several samples.
  public var values: Tensor {
    var total = layers[0].values
    for layer in layers.dropFirst() { total = total + layer.values }
    return layers.count == 1 ? total : (1 / Float(layers.count)) * total
  }

  /// A scalar whose gradients in the model's parameters are the estimates of those of the mean
  /// negative bound over the images. Its value means nothing.
  public var surrogate: Tensor {
    var total = values.sum()
    for layer in layers { total = total + layer.distributionSurrogate }
    return (1 / Float(values.shape[0])) * total
  }
}
