import Autodiff
import State

/// A function with parameters, which it lists by name.
///
/// ```swift
/// struct Scale: Module {
///   var factor = Tensor(1)
///   mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
///     visit("factor", &factor)
///   }
/// }
/// ```
public protocol Module: Stateful, Sendable {
  /// Calls `visit` with the name and the tensor of each parameter, always in the same order.
  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void)
}

extension Module {
  /// The parameters in the order of `visitParameters`.
  public var parameters: [Tensor] {
    var copy = self
    var result: [Tensor] = []
    copy.visitParameters { _, parameter in result.append(parameter) }
    return result
  }

  /// The parameters and their names in the order of `visitParameters`.
  public var namedParameters: [(name: String, tensor: Tensor)] {
    var copy = self
    var result: [(name: String, tensor: Tensor)] = []
    copy.visitParameters { name, parameter in result.append((name, parameter)) }
    return result
  }

  /// The number of scalars in all parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.count } }

  /// The same module with parameters that gradients can be taken with respect to.
  public func asVariables() -> Self {
    var copy = self
    copy.visitParameters { _, parameter in parameter = parameter.asVariable() }
    return copy
  }

  /// Replaces the parameters.
  ///
  /// - Parameter tensors: One for each parameter, of its shape, in the order of `visitParameters`.
  public mutating func setParameters(_ tensors: [Tensor]) {
    var rest = tensors[...]
    visitParameters { name, parameter in
      guard let tensor = rest.popFirst(), tensor.shape == parameter.shape else {
        preconditionFailure(
          "setParameters: no tensor of shape \(parameter.shape) for the parameter \(name)")
      }
      parameter = tensor
    }
    precondition(rest.isEmpty, "setParameters: \(rest.count) tensors too many")
  }

  /// Visits the parameters of a part under `prefix`, as `prefix.name`.
  public static func visit(
    _ part: inout some Module, _ prefix: String, _ visit: (String, inout Tensor) -> Void
  ) {
    part.visitParameters { visit(prefix + "." + $0, &$1) }
  }
}

extension Module {
  /// The parameters, which are all the state of most modules.
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitParameters(with: &visitor)
  }

  /// Shows the parameters to a visitor of states.
  public mutating func visitParameters(
    with visitor: inout some StateVisitor
  ) throws(Failure) {
    var failure: Failure?
    visitParameters { name, parameter in
      if failure != nil { return }
      do throws(Failure) {
        try visitor.visit(name, &parameter)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// The name of a parameter with an element that is not finite; `nil` if all are.
  public var nonFiniteParameter: String? {
    var copy = self
    var result: String?
    copy.visitParameters { name, parameter in
      if result == nil && !parameter.isFinite { result = name }
    }
    return result
  }
}

extension StateVisitor {
  /// Visits a tensor, whose shape stays.
  public mutating func visit(_ name: String, _ tensor: inout Tensor) throws(Failure) {
    var values = tensor.values
    try visit(name, &values, shape: tensor.shape.dimensions)
    tensor = Tensor(values, shape: tensor.shape)
  }
}

/// The gradients of the scalar `loss(module)` in the module's parameters, and its value.
public func valueWithGradients<M: Module>(
  at module: M, of loss: (M) -> Tensor
) -> (value: Float, gradients: [Tensor]) {
  let variables = module.asVariables()
  let value = loss(variables)
  return (value.scalar, gradients(of: value, withRespectTo: variables.parameters))
}
