import Autodiff
import NeuralNetworks
import RandomNumbers
import Testing

@testable import Agents

@Suite struct NormalizedNetworkTests {
  private func network() -> NormalizedNetwork {
    var (hyperparameters, generator) = (Hyperparameters(), PCG64(seed: 1))
    hyperparameters.controlVariateHiddenSizes = [5]
    return NormalizedNetwork(
      inputCount: 2, outputCount: 3, hyperparameters: hyperparameters, using: &generator)
  }

  private let states = Tensor([1, 2, -1, 0.5], shape: [2, 2])

  @Test func startsAtZeroAndThenAtTheMean() {
    var network = network()
    #expect(network(states).values == [Float](repeating: 0, count: 6))
    network.normalize(for: [3, 5])
    #expect(network(states).values == [Float](repeating: 4, count: 6))
  }

  @Test(arguments: [[200, 260], [0.1, -0.1, 0], [5, 5, 5]] as [[Float]])
  func rescalingKeepsTheFunction(returns: [Float]) {
    var (network, generator) = (network(), PCG64(seed: 3))
    network.network.randomize(using: &generator)
    let before = network(states).values
    network.normalize(for: returns)
    for (new, old) in zip(network(states).values, before) { #expect(abs(new - old) < 2e-3) }
    #expect(Set(before).count == 6)
    #expect(abs(network.center.scalar - returns.reduce(0, +) / Float(returns.count)) < 1e-4)
  }

  /// A single return has no deviation.
  @Test func oneReturnChangesNothing() {
    var network = network()
    network.normalize(for: [7])
    #expect(network.center.scalar == 0 && network.spread.scalar == 1)
  }
}
