import Autodiff
import Foundation
import NeuralNetworks
import RandomNumbers
import TestSupport
import Testing

@Suite struct MLPTests {
  private static let widths = [[3, 2], [1, 1, 1], [4, 7, 13, 5], [5, 67, 9, 2], [3, 64, 1]]

  private func network(
    _ sizes: [Int], _ activation: Activation, output: Initializer = .orthogonal(gain: 1)
  ) -> MLP {
    var generator = PCG64(seed: 3)
    var network = MLP(sizes: sizes, activation: activation, output: output, using: &generator)
    for index in network.layers.indices {
      network.layers[index].bias = sampleTensor(
        network.layers[index].bias.shape, seed: UInt64(index))
    }
    return network
  }

  @Test(arguments: widths, Activation.allCases)
  func equalsLoops(sizes: [Int], activation: Activation) {
    let network = network(sizes, activation)
    let x = sampleTensor([6, sizes[0]], seed: 4)
    let y = network(x)
    #expect(y.shape == [6, sizes[sizes.count - 1]])
    for row in 0..<6 {
      var values = x.values[row * sizes[0]..<(row + 1) * sizes[0]].map { Double($0) }
      for (index, layer) in network.layers.enumerated() {
        values = (0..<sizes[index + 1]).map { j in
          var sum = Double(layer.bias.values[j])
          for (i, value) in values.enumerated() {
            sum += value * Double(layer.weight.values[i * sizes[index + 1] + j])
          }
          if index == network.layers.count - 1 { return sum }
          switch activation {
          case .tanh: return tanh(sum)
          case .relu: return max(sum, 0)
          case .elu: return sum > 0 ? sum : expm1(sum)
          }
        }
      }
      for (j, value) in values.enumerated() {
        #expect(abs(Double(y.values[row * values.count + j]) - value) < 1e-5)
      }
    }
  }

  /// One scratch serves networks of all widths.
  @Test func rowsEqualBatches() {
    var scratch = MLPScratch()
    for activation in Activation.allCases {
      for sizes in Self.widths {
        let network = network(sizes, activation)
        let x = sampleTensor([3, sizes[0]], seed: 5)
        let batch = network(x).values
        let count = network.outputCount
        for row in 0..<3 {
          var output = [Float](repeating: .nan, count: count)
          Array(x.values[row * sizes[0]..<(row + 1) * sizes[0]]).withUnsafeBufferPointer { x in
            output.withUnsafeMutableBufferPointer { y in
              if let x = x.baseAddress, let y = y.baseAddress {
                network.apply(x, y, scratch: &scratch)
              }
            }
          }
          for j in 0..<count {
            #expect(abs(output[j] - batch[row * count + j]) < 2e-6, "\(activation) \(sizes)")
          }
        }
      }
    }
  }

  @Test func listsItsParametersLayerByLayer() {
    let network = network([4, 5, 2], .tanh)
    #expect(
      network.namedParameters.map(\.name) == ["0.weight", "0.bias", "1.weight", "1.bias"])
    #expect(network.parameters.map(\.shape) == [[4, 5], [5], [5, 2], [2]])
    #expect(network.parameterCount == 37)
    #expect((network.inputCount, network.outputCount) == (4, 2))
  }

  @Test(arguments: Activation.allCases)
  func layersStartOrthogonalWithTheActivationsGain(activation: Activation) {
    var generator = PCG64(seed: 6)
    let network = MLP(
      sizes: [6, 4, 3], activation: activation, output: .orthogonal(gain: 0.5), using: &generator)
    let gains = network.layers.map {
      ($0.weight.squaredNorm().scalar / Float($0.weight.shape[1])).squareRoot()
    }
    #expect(abs(gains[0] - activation.gain) < 1e-5)
    #expect(abs(gains[1] - 0.5) < 1e-5)
    #expect(network.layers.allSatisfy { $0.bias.squaredNorm().scalar == 0 })
    #expect(abs(Activation.tanh.gain - 1.6666667) < 1e-6)
    #expect(Activation.relu.gain == Float(2).squareRoot())
  }

  @Test func zeroOutputIsZeroEverywhere() {
    var generator = PCG64(seed: 7)
    let network = MLP(sizes: [3, 8, 2], activation: .elu, output: .zeros, using: &generator)
    #expect(network(sampleTensor([5, 3], seed: 1)).values == [Float](repeating: 0, count: 10))
  }

  @Test(arguments: [Activation.tanh, .elu])
  func gradients(activation: Activation) {
    let network = network([3, 4, 4, 2], activation)
    let x = sampleTensor([2, 3], seed: 8)
    checkGradient(
      of: { inputs in
        var network = network
        var index = 0
        network.visitParameters { _, parameter in
          parameter = inputs[index]
          index += 1
        }
        return network(inputs[index])
      },
      at: network.parameters + [x], step: activation == .elu ? 0.01 : 0.0625)
  }

  @Test func badSizesStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = PCG64(seed: 1)
      _ = MLP(sizes: [3], activation: .tanh, using: &generator)
    }
    expectMessage("are not two or more positive widths", of: result)
    await #expect(processExitsWith: .failure) {
      var generator = PCG64(seed: 1)
      _ = MLP(sizes: [3, 0, 1], activation: .tanh, using: &generator)
    }
    await #expect(processExitsWith: .failure) {
      var generator = PCG64(seed: 1)
      let network = MLP(sizes: [3, 1], activation: .tanh, using: &generator)
      _ = network(Tensor.zeros([1, 4]))
    }
  }
}
