import Autodiff
import NeuralNetworks
import RandomNumbers
import TestSupport
import Testing

@Suite struct DenseTests {
  @Test func equalsLoops() {
    var generator = PCG64(seed: 1)
    var layer = Dense(inputs: 5, outputs: 3, using: &generator)
    layer.bias = Tensor([0.5, -1, 2])
    let x = sampleTensor([4, 5], seed: 2)
    let y = layer(x)
    #expect(y.shape == [4, 3])
    for row in 0..<4 {
      for j in 0..<3 {
        var sum = Double(layer.bias.values[j])
        for i in 0..<5 {
          sum += Double(x.values[row * 5 + i]) * Double(layer.weight.values[i * 3 + j])
        }
        #expect(abs(Double(y.values[row * 3 + j]) - sum) < 1e-6)
      }
    }
  }

  @Test func startsWithZeroBias() {
    var generator = PCG64(seed: 1)
    let layer = Dense(inputs: 2, outputs: 3, initializer: .orthogonal(gain: 2), using: &generator)
    #expect(layer.bias.values == [0, 0, 0])
    #expect(layer.namedParameters.map(\.name) == ["weight", "bias"])
    #expect(layer.namedParameters.map(\.tensor.shape) == [[2, 3], [3]])
    let columns = layer.weight.matrixProduct(layer.weight, otherTransposed: true).values
    #expect(abs(columns[0] - 4) < 1e-5)
  }

  @Test func gradients() {
    checkGradient(
      of: { inputs in
        var generator = PCG64(seed: 1)
        var layer = Dense(inputs: 3, outputs: 2, using: &generator)
        (layer.weight, layer.bias) = (inputs[1], inputs[2])
        return layer(inputs[0]).tanh()
      },
      at: [
        sampleTensor([4, 3], seed: 1), sampleTensor([3, 2], seed: 2), sampleTensor([2], seed: 3),
      ])
  }

  @Test func inputsOfTheWrongWidthStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = PCG64(seed: 1)
      _ = Dense(inputs: 3, outputs: 2, using: &generator)(Tensor.zeros([4, 2]))
    }
    expectMessage("affine: [4, 2] does not fit a weight of [3, 2]", of: result)
  }
}
