import Autodiff
import TestSupport
import Testing

/// Gradients of whole networks, up to the gradient of a gradient's squared norm.
struct NetworkGradientsTests {
  private enum Activation: CaseIterable { case tanh, relu, elu, softplus }

  /// [inputs, weights 1, bias 1, weights 2, bias 2]. The biases of the first layer are larger than
  /// anything the inputs contribute, so that no unit comes near the edge of relu.
  private let parameters = [
    sampleTensor([5, 4], seed: 41, magnitude: 0.3...1),
    sampleTensor([6, 4], seed: 42, magnitude: 0.05...0.15),
    sampleTensor([4], seed: 43, magnitude: 1.1...1.5),
    sampleTensor([4, 3], seed: 44),
    sampleTensor([3], seed: 45),
  ]

  private let actions = Tensor([1, 0, 0, 1, 1, 0, 0, 1, 0, 1], shape: [5, 2])

  /// The log-probabilities of a network over [inputs, actions] side by side.
  private func logProbabilities(_ parameters: [Tensor], _ activation: Activation) -> Tensor {
    let hidden = Tensor.concatenatingColumns([parameters[0], actions])
      .matrixProduct(parameters[1]).addingToRows(parameters[2])
    let activated =
      switch activation {
      case .tanh: hidden.tanh()
      case .relu: hidden.relu()
      case .elu: hidden.elu()
      case .softplus: hidden.softplus()
      }
    return activated.matrixProduct(parameters[3]).addingToRows(parameters[4]).logSoftmax()
  }

  @Test(arguments: Activation.allCases, 1...2)
  private func differentiatesANetwork(_ activation: Activation, toOrder order: Int) {
    checkGradient(
      of: { logProbabilities($0, activation).selecting(columns: [0, 2, 1, 1, 0]) },
      at: parameters, order: order)
  }

  @Test func differentiatesANetworkToThirdOrder() {
    checkGradient(
      of: { logProbabilities($0, .tanh).selecting(columns: [0, 2, 1, 1, 0]).sum() },
      at: parameters, order: 3)
  }

  /// The form that control variates are trained in: the squared norm of the gradient of a loss in
  /// which a network's own gradient takes part, differentiated in the network's parameters.
  @Test func differentiatesAVarianceLoss() {
    let logits = sampleTensor([5, 3], seed: 46)
    let score = sampleTensor([5], seed: 47)
    checkGradient(
      of: { phi in
        let theta = logits.asVariable()
        let relaxed = theta.logSoftmax()
        let hidden = relaxed.matrixProduct(phi[0]).addingToRows(phi[1]).tanh()
        let control = hidden.matrixProduct(phi[2]).reshaped([5])
        let path = gradients(of: control.sum(), withRespectTo: [theta], recorded: true)[0]
        let selected = theta.logSoftmax().selecting(columns: [2, 1, 0, 0, 1])
        let surrogate = selected * (score - control)
        let estimate = gradients(
          of: surrogate, withRespectTo: [selected], cotangent: Tensor(repeating: 1, shape: [5]),
          recorded: true)[0]
        let gradient = path + estimate.scattered(toColumns: [2, 1, 0, 0, 1], of: 3)
        return gradient.squaredNorm()
      },
      at: [
        sampleTensor([3, 4], seed: 48), sampleTensor([4], seed: 49),
        sampleTensor([4, 1], seed: 50),
      ])
  }
}
