import Autodiff
import CVectorMath
import RandomNumbers

/// An affine map of rows: y = x W + b.
public struct Dense: Module {
  /// [inputs, outputs]
  public var weight: Tensor

  /// [outputs]
  public var bias: Tensor

  /// A layer with a zero bias.
  public init(
    inputs: Int, outputs: Int, initializer: Initializer = .glorotUniform,
    using generator: inout some RandomNumberGenerator
  ) {
    weight = initializer.matrix(inputs: inputs, outputs: outputs, using: &generator)
    bias = .zeros([outputs])
  }

  /// Maps [rows, inputs] to [rows, outputs].
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.affine(weight, bias)
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("weight", &weight)
    visit("bias", &bias)
  }

  /// Maps one row without recording or allocating.
  func apply(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    weight.values.withUnsafeBufferPointer { w in
      bias.values.withUnsafeBufferPointer { b in
        vm_dense(x, w.baseAddress, b.baseAddress, y, weight.shape[0], weight.shape[1])
      }
    }
  }
}
