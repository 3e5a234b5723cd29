import Autodiff
import DiscreteVAE
import Foundation
import NeuralNetworks
import RandomNumbers
import TestSupport
import Testing

@Suite struct BernoulliVAETests {
  // MARK: The bound

  /// A network's output for one row, in `Double`.
  private func output(_ network: MLP, _ input: [Double]) -> [Double] {
    var x = input
    for (index, layer) in network.layers.enumerated() {
      let (weight, bias) = (layer.weight.values, layer.bias.values)
      var y = bias.map { Double($0) }
      for (i, value) in x.enumerated() {
        for j in y.indices { y[j] += value * Double(weight[i * y.count + j]) }
      }
      x = index < network.layers.count - 1 ? y.map { tanh($0) } : y
    }
    return x
  }

  private func logLikelihood(_ values: [Double], _ logits: [Double]) -> Double {
    zip(values, logits).reduce(0) { $0 + $1.0 * $1.1 - log(1 + exp($1.1)) }
  }

  /// log p(x, b) − log q(b | x) of one row, in `Double`.
  private func logWeight(_ model: BernoulliVAE, _ image: [Double], _ latents: [[Double]]) -> Double
  {
    let signs = latents.map { $0.map { 2 * $0 - 1 } }
    let centered = zip(image, model.pixelMeans.values).map { $0 - Double($1) }
    var total = logLikelihood(image, output(model.decoder[0], signs[0]))
    total -= logLikelihood(latents[0], output(model.encoder[0], centered))
    for layer in 1..<max(1, latents.count) {
      total += logLikelihood(latents[layer - 1], output(model.decoder[layer], signs[layer]))
      total -= logLikelihood(latents[layer], output(model.encoder[layer], signs[layer - 1]))
    }
    return total + logLikelihood(latents[latents.count - 1], model.prior.values.map { Double($0) })
  }

  @Test(arguments: ModelArchitecture.allCases)
  func logWeightEqualsPlainComputation(_ architecture: ModelArchitecture) {
    let model = tinyModel(architecture)
    let configurations = Configurations(model, tinyImages(2))
    let (_, weights) = configurations.logProbabilities(model)
    func row(_ tensor: Tensor, _ index: Int) -> [Double] {
      let width = tensor.shape[1]
      return tensor.values[index * width..<(index + 1) * width].map { Double($0) }
    }
    for index in 0..<weights.shape[0] {
      let expected = logWeight(
        model, row(configurations.images, index), configurations.latents.map { row($0, index) })
      #expect(abs(Double(weights.values[index]) - expected) < 1e-5 * max(1, abs(expected)))
    }
  }

  /// The probabilities of all latents add up to 1, above and below.
  @Test(arguments: [ModelArchitecture.linear1, .linear2])
  func probabilitiesAddUpToOne(_ architecture: ModelArchitecture) {
    let model = tinyModel(architecture, pixels: 3, latents: 2)
    let images = Tensor(
      (0..<8).flatMap { index in (0..<3).map { Float(index >> $0 & 1) } }, shape: [8, 3])
    let configurations = Configurations(model, images)
    let (posterior, weight) = configurations.logProbabilities(model)
    #expect(abs(posterior.exp().sum().scalar - 8) < 1e-4)
    #expect(abs((posterior + weight).exp().sum().scalar - 1) < 1e-5)
  }

  /// In every weight, at fixed latents.
  @Test(arguments: ModelArchitecture.allCases)
  func gradientsEqualFiniteDifferences(_ architecture: ModelArchitecture) {
    let model = tinyModel(architecture, pixels: 4, latents: 2, size: 0.6)
    let images = tinyImages(3, pixels: 4)
    let latents = (0..<model.layerCount).map { tinyImages(3, pixels: 2, seed: UInt64(8 + $0)) }
    checkGradient(
      of: { parameters in
        var model = model
        model.setParameters(parameters)
        var logits = [model.encoderLogits(ofCentered: model.centered(images))]
        for layer in 1..<max(1, latents.count) {
          logits.append(model.encoderLogits(above: layer, latents[layer - 1]))
        }
        return -model.logWeight(images: images, latents: latents, encoderLogits: logits).mean()
      }, at: model.parameters)
  }

  // MARK: The model

  @Test(arguments: ModelArchitecture.allCases)
  func startsAtTheMeanImage(_ architecture: ModelArchitecture) {
    var generator = PCG64(seed: 1)
    let means: [Float] = [0, 0.25, 0.5, 1]
    let model = BernoulliVAE(
      architecture, latentCount: 3, pixelMeans: means, using: &generator)
    #expect(model.latentCount == 3 && model.pixelCount == 4)
    #expect(model.layerCount == architecture.layerCount)
    #expect(model.prior.values == [0, 0, 0])
    let output = model.decoder[0].layers.count - 1
    let bias = model.decoder[0].layers[output].bias
    #expect(isClose(bias.sigmoid(), Tensor([0.001, 0.25, 0.5, 0.999])))
    #expect(model.centered(Tensor(means, shape: [1, 4])).values == [0, 0, 0, 0])
    #expect(BernoulliVAE.signs(Tensor([0, 1, 0.5])).values == [-1, 1, 0])
  }

  @Test func parametersHaveNames() {
    let model = tinyModel(.linear2)
    #expect(
      model.namedParameters.map(\.name) == [
        "encoder.1.0.weight", "encoder.1.0.bias", "encoder.2.0.weight", "encoder.2.0.bias",
        "decoder.1.0.weight", "decoder.1.0.bias", "decoder.2.0.weight", "decoder.2.0.bias", "prior",
      ])
    #expect(model.parameterCount == 27 + 12 + 32 + 12 + 3)
  }

  @Test func modelWithoutPixelsStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = PCG64(seed: 1)
      _ = BernoulliVAE(.linear1, latentCount: 2, pixelMeans: [], using: &generator)
    }
    expectMessage("BernoulliVAE: 2 latents, 0 pixels", of: result)
  }
}
