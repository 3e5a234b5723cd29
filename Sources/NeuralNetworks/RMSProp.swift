import Autodiff
import CVectorMath
import State

/// RMSProp. T. Tieleman, G. Hinton, "Lecture 6.5", 2012.
///
/// v ← decay · v + (1 − decay) g², θ ← θ − rate · g / √(v + ε), or g / (√v + ε) with the ε outside
/// of the root.
public struct RMSProp: Optimizer {
  public let decay: Double
  public let epsilon: Double
  public let isEpsilonInsideRoot: Bool
  private var averages: OptimizerMemory

  /// - Parameters:
  ///   - decay: The decay of the average of the squared gradient.
  ///   - epsilon: Keeps the step finite.
  ///   - isEpsilonInsideRoot: Inside, as in TensorFlow, or outside, as in PyTorch.
  ///   - initialAverage: Where the average starts: 1 in TensorFlow, 0 in PyTorch.
  public init(
    decay: Double = 0.99, epsilon: Double = 1e-5, isEpsilonInsideRoot: Bool = true,
    initialAverage: Float = 1
  ) {
    precondition(
      (0..<1).contains(decay) && epsilon >= 0,
      "RMSProp: the decay \(decay) must be in 0..<1 and ε \(epsilon) not negative")
    self.decay = decay
    self.epsilon = epsilon
    self.isEpsilonInsideRoot = isEpsilonInsideRoot
    averages = OptimizerMemory(startingAt: initialAverage)
  }

  public mutating func visitState(
    _ visitor: inout some StateVisitor, of module: some Module
  ) throws(Failure) {
    try visitor.visit(under: "squares") { visitor throws(Failure) in
      try averages.visitState(&visitor, of: module)
    }
  }

  public mutating func update<M: Module>(
    _ module: inout M, along gradients: [Tensor], learningRate: Float
  ) {
    module.updateParameters(along: gradients) { index, parameter, gradient in
      averages.withArray(index, count: parameter.count) { v in
        vm_rmsprop(
          parameter.baseAddress, gradient.baseAddress, v, parameter.count, learningRate,
          Float(decay), Float(epsilon), isEpsilonInsideRoot)
      }
    }
  }
}
