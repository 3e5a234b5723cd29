import Autodiff
import CVectorMath
import Parallelism
import State

/// Adam. D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", 2015 (arXiv:1412.6980).
///
/// θ ← θ − rate · m̂ / (√v̂ + ε) with bias-corrected averages m̂ of the gradient and v̂ of its square.
public struct Adam: Optimizer {
  public let beta1: Double
  public let beta2: Double
  public let epsilon: Double
  private var step = 0
  private var firstMoments = OptimizerMemory()
  private var secondMoments = OptimizerMemory()

  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    precondition(
      (0..<1).contains(beta1) && (0..<1).contains(beta2) && epsilon >= 0,
      "Adam: β₁ \(beta1) and β₂ \(beta2) must be in 0..<1 and ε \(epsilon) not negative")
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public mutating func visitState(
    _ visitor: inout some StateVisitor, of module: some Module
  ) throws(Failure) {
    try visitor.visit("steps", &step, in: 0...Int.max)
    try visitor.visit(under: "first") { visitor throws(Failure) in
      try firstMoments.visitState(&visitor, of: module)
    }
    try visitor.visit(under: "second") { visitor throws(Failure) in
      try secondMoments.visitState(&visitor, of: module)
    }
  }

  public mutating func update<M: Module>(
    _ module: inout M, along gradients: [Tensor], learningRate: Float
  ) {
    step += 1
    // In Double: in Float32 1 − 0.99999 is off by 0.1 % and its powers by more.
    let rate = Float(Double(learningRate) / (1 - power(beta1, step)))
    let inverseCorrection2 = Float(1 / (1 - power(beta2, step)))
    let (beta1, rest1) = (Float(self.beta1), Float(1 - self.beta1))
    let (beta2, rest2) = (Float(self.beta2), Float(1 - self.beta2))
    let epsilon = Float(self.epsilon)
    module.updateParameters(along: gradients) { index, parameter, gradient in
      firstMoments.withArray(index, count: parameter.count) { m in
        secondMoments.withArray(index, count: parameter.count) { v in
          guard let p = parameter.baseAddress, let g = gradient.baseAddress, let m, let v else {
            return
          }
          // Each thread has elements of its own.
          nonisolated(unsafe) let start = (p: p, g: g, m: m, v: v)
          concurrentRanges(of: parameter.count, atLeast: 1 << 15) { range in
            let i = range.lowerBound
            vm_adam(
              start.p + i, start.g + i, start.m + i, start.v + i, range.count, rate, beta1, rest1,
              beta2, rest2, inverseCorrection2, epsilon)
          }
        }
      }
    }
  }
}

/// base to the power of a positive integer.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, factor, remaining) = (1.0, base, exponent)
  while remaining > 0 {
    if remaining & 1 == 1 { result *= factor }
    factor *= factor
    remaining >>= 1
  }
  return result
}
