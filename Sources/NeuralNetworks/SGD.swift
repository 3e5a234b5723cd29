import Autodiff
import CVectorMath
import State

/// Gradient descent with momentum: b ← momentum · b + g, θ ← θ − rate · b.
public struct SGD: Optimizer {
  public let momentum: Double
  private var velocities = OptimizerMemory()

  public init(momentum: Double = 0) {
    precondition((0..<1).contains(momentum), "SGD: the momentum \(momentum) must be in 0..<1")
    self.momentum = momentum
  }

  public mutating func visitState(
    _ visitor: inout some StateVisitor, of module: some Module
  ) throws(Failure) {
    try visitor.visit(under: "momentum") { visitor throws(Failure) in
      try velocities.visitState(&visitor, of: module)
    }
  }

  public mutating func update<M: Module>(
    _ module: inout M, along gradients: [Tensor], learningRate: Float
  ) {
    module.updateParameters(along: gradients) { index, parameter, gradient in
      velocities.withArray(index, count: parameter.count) { b in
        vm_momentum(
          parameter.baseAddress, gradient.baseAddress, b, parameter.count, learningRate,
          Float(momentum))
      }
    }
  }
}
