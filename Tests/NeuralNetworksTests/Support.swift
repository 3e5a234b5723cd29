import Autodiff
import NeuralNetworks

/// A few named parameters and nothing else.
struct Parameters: Module {
  var tensors: [Tensor]

  init(_ tensors: Tensor...) { self.tensors = tensors }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    for index in tensors.indices { visit("p\(index)", &tensors[index]) }
  }

  var values: [Float] { tensors.flatMap(\.values) }
}

/// A gradient of two tensors of 3 and 2 elements, different at every step, of very different sizes.
func sampleGradient(step: Int) -> [Tensor] {
  let values = (0..<5).map { i in
    Float((i % 2 == 0 ? 1 : -1) * (Double((step * 7 + i * 5) % 11) - 4) * [1, 0.01, 30, 0.3, 2][i])
  }
  return [Tensor(Array(values[..<3])), Tensor(Array(values[3...]))]
}

/// The parameters after 100 steps of `optimizer`, and those by `rule`, which returns the change of
/// one element in `Double` from its gradient at a step (counted from 1) and its memory of two.
func compareWithReference(
  _ optimizer: some Optimizer, learningRate: Float,
  rule: (_ gradient: Double, _ step: Int, _ memory: inout (Double, Double)) -> Double,
  memory start: (Double, Double) = (0, 0)
) -> (found: [Double], expected: [Double]) {
  var optimizer = optimizer
  var module = Parameters(Tensor([1, -2, 0.5]), Tensor([3, -0.25]))
  var expected = module.values.map { Double($0) }
  var memory = [(Double, Double)](repeating: start, count: 5)
  for step in 1...100 {
    let gradient = sampleGradient(step: step)
    optimizer.update(&module, along: gradient, learningRate: learningRate)
    for (i, slope) in gradient.flatMap(\.values).enumerated() {
      expected[i] -= rule(Double(slope), step, &memory[i])
    }
  }
  return (module.values.map { Double($0) }, expected)
}

/// The largest distance between two lists.
func largestDistance(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
