import Autodiff
import State

/// A rule that moves parameters against their gradients.
public protocol Optimizer: Sendable {
  /// Moves the module's parameters one step down the gradients.
  ///
  /// - Parameters:
  ///   - module: What to change.
  ///   - gradients: One tensor for each parameter, in the order of `visitParameters`.
  ///   - learningRate: The step size.
  mutating func update<M: Module>(
    _ module: inout M, along gradients: [Tensor], learningRate: Float)

  /// Shows what the optimiser remembers of earlier steps to a visitor, so that a training can be
  /// continued exactly.
  ///
  /// - Parameters:
  ///   - visitor: What may replace it.
  ///   - module: What the optimiser moves; all averages have the names and shapes of its parameters.
  mutating func visitState(
    _ visitor: inout some StateVisitor, of module: some Module) throws(Failure)
}

/// Which optimiser to make, with its settings.
public enum OptimizerKind: String, Sendable, Codable, CaseIterable {
  /// Adam with β₁ 0.9, β₂ 0.999, ε 10⁻⁸.
  case adam
  /// RMSProp with decay 0.99 and ε 10⁻⁵ inside the root, as TensorFlow has it.
  case rmsprop
  /// Plain gradient descent with momentum 0.9.
  case sgd

  /// An optimiser without a history.
  public func makeOptimizer() -> any Optimizer {
    switch self {
    case .adam: Adam()
    case .rmsprop: RMSProp()
    case .sgd: SGD(momentum: 0.9)
    }
  }
}

extension StateVisitor {
  /// Visits what an optimiser remembers of the steps of a module.
  public mutating func visit(
    _ name: String, _ optimizer: inout any Optimizer, of module: some Module
  ) throws(Failure) {
    try visit(under: name) { visitor throws(Failure) in
      try optimizer.visitState(&visitor, of: module)
    }
  }
}

extension Module {
  /// Calls `body` with the index, the values and the gradient of each parameter, in place.
  mutating func updateParameters(
    along gradients: [Tensor],
    _ body: (Int, UnsafeMutableBufferPointer<Float>, UnsafeBufferPointer<Float>) -> Void
  ) {
    var index = 0
    visitParameters { name, parameter in
      precondition(
        index < gradients.count && gradients[index].shape == parameter.shape,
        """
        Optimizer: the gradient \(index < gradients.count ? "\(gradients[index].shape)" : "none") \
        does not fit the parameter \(name) of shape \(parameter.shape)
        """)
      gradients[index].values.withUnsafeBufferPointer { gradient in
        parameter.updateValues { body(index, $0, gradient) }
      }
      index += 1
    }
    precondition(
      index == gradients.count,
      "Optimizer: \(gradients.count) gradients for \(index) parameters")
  }
}

/// Running averages of one kind, an array for each parameter.
struct OptimizerMemory: Sendable {
  private var arrays: [[Float]] = []
  let start: Float

  init(startingAt start: Float = 0) { self.start = start }

  /// The array of parameter `index`, made on first use.
  mutating func withArray(
    _ index: Int, count: Int, _ body: (UnsafeMutablePointer<Float>?) -> Void
  ) {
    while arrays.count <= index { arrays.append([]) }
    if arrays[index].isEmpty { arrays[index] = [Float](repeating: start, count: count) }
    precondition(
      arrays[index].count == count,
      "Optimizer: parameter \(index) has changed from \(arrays[index].count) to \(count) elements")
    arrays[index].withUnsafeMutableBufferPointer { body($0.baseAddress) }
  }

  mutating func visitState(
    _ visitor: inout some StateVisitor, of module: some Module
  ) throws(Failure) {
    for (index, parameter) in module.namedParameters.enumerated() {
      // What has not been used yet is as if it had its first value.
      withArray(index, count: parameter.tensor.shape.count) { _ in }
      try visitor.visit(
        parameter.name, &arrays[index], shape: parameter.tensor.shape.dimensions)
    }
  }
}
