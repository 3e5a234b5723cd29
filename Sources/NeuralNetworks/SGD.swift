import Autodiff
import CVectorMath

/// Gradient descent with momentum: b ← momentum · b + g, θ ← θ − rate · b.
public struct SGD: Optimizer {
  public let momentum: Double
  private var velocities = OptimizerMemory()

  public init(momentum: Double = 0) {
    precondition((0..<1).contains(momentum), "SGD: the momentum \(momentum) must be in 0..<1")
    self.momentum = momentum
  }

  public var history: OptimizerHistory {
    get { OptimizerHistory(averages: ["momentum": velocities.arrays]) }
    set { velocities.arrays = newValue.averages["momentum"] ?? [] }
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
