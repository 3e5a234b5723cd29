import Foundation
import NeuralNetworks
import RandomNumbers

/// The working memory in which a policy's network is evaluated for one observation, kept so that
/// choosing an action allocates nothing.
struct ActionMemory: Sendable {
  /// What the network has made of the last observation.
  var outputs: [Float]
  private var row: [Float]
  private var scratch = MLPScratch()

  init(for network: MLP) {
    row = [Float](repeating: 0, count: network.inputCount)
    outputs = [Float](repeating: 0, count: network.outputCount)
  }

  /// Evaluates the network at one observation that is scaled first.
  @inline(__always)
  mutating func evaluate(
    _ network: MLP, at observation: UnsafeBufferPointer<Float>, _ scaler: ObservationScaler
  ) {
    row.withUnsafeMutableBufferPointer { row in
      outputs.withUnsafeMutableBufferPointer { outputs in
        guard let input = row.baseAddress, let output = outputs.baseAddress else { return }
        scaler.apply(observation, to: input)
        network.apply(input, output, scratch: &scratch)
      }
    }
  }
}

/// Chooses a category from logits, which are overwritten: the largest, or a draw.
@inline(__always)
func chooseCategory(
  _ values: UnsafeMutableBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
) -> Int {
  var top = 0
  for i in 1..<max(values.count, 1) where values[i] > values[top] { top = i }
  if isGreedy { return top }
  let highest = values[top]
  var total: Float = 0
  for i in 0..<values.count {
    values[i] = exp(values[i] - highest)
    total += values[i]
  }
  // The first category whose cumulative probability exceeds a uniform draw.
  var remaining = generator.randomFloat() * total
  for i in 0..<values.count - 1 {
    remaining -= values[i]
    if remaining < 0 { return i }
  }
  // Rounding must not choose a category that is impossible.
  return values[values.count - 1] > 0 ? values.count - 1 : top
}
