import Autodiff
import CVectorMath
import RandomNumbers

/// The non-linearity between layers.
public enum Activation: String, Sendable, Codable, CaseIterable {
  case tanh, relu, elu

  /// Applies the function to every element.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .tanh: x.tanh()
    case .relu: x.relu()
    case .elu: x.elu()
    }
  }

  /// The gain that keeps the scale of activations through an orthogonally initialised layer.
  public var gain: Float {
    switch self {
    case .tanh: 5 / 3
    case .relu, .elu: Float(2).squareRoot()
    }
  }

  func apply(_ row: UnsafeMutablePointer<Float>, _ count: Int) {
    switch self {
    case .tanh: vm_tanh(row, row, count)
    case .relu: vm_relu(row, row, count)
    case .elu: vm_elu(row, row, count)
    }
  }
}

/// A multilayer perceptron: dense layers with an activation between them, linear at the end.
public struct MLP: Module {
  public var layers: [Dense]
  public let activation: Activation
  private let layerNames: [String]

  /// A network with orthogonal hidden layers and zero biases.
  ///
  /// - Parameters:
  ///   - sizes: The widths from input to output, at least two: `[4, 64, 64, 2]`.
  ///   - activation: The function between the layers.
  ///   - hidden: How the hidden layers start; orthogonal with the activation's gain by default.
  ///   - output: How the last layer starts.
  public init(
    sizes: [Int], activation: Activation, hidden: Initializer? = nil,
    output: Initializer = .orthogonal(gain: 1),
    using generator: inout some RandomNumberGenerator
  ) {
    precondition(
      sizes.count >= 2 && sizes.allSatisfy { $0 > 0 },
      "MLP: the sizes \(sizes) are not two or more positive widths")
    let last = sizes.count - 2
    layers = []
    for index in 0...last {
      layers.append(
        Dense(
          inputs: sizes[index], outputs: sizes[index + 1],
          initializer: index == last ? output : hidden ?? .orthogonal(gain: activation.gain),
          using: &generator))
    }
    self.activation = activation
    layerNames = (0...last).map { "\($0)" }
  }

  /// The number of scalars of an input row.
  public var inputCount: Int { layers[0].weight.shape[0] }

  /// The number of scalars of an output row.
  public var outputCount: Int { layers[layers.count - 1].weight.shape[1] }

  /// Maps [rows, inputs] to [rows, outputs].
  ///
  /// - Parameters:
  ///   - x: The input.
  ///   - term: What is added to what the first layer makes of it, [rows, width of the first layer].
  public func callAsFunction(_ x: Tensor, adding term: Tensor? = nil) -> Tensor {
    var x = x
    for (index, layer) in layers.enumerated() {
      x = layer(x)
      if index == 0, let term { x = x + term }
      if index < layers.count - 1 { x = activation(x) }
    }
    return x
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    for index in layers.indices { Self.visit(&layers[index], layerNames[index], visit) }
  }

  /// Maps one row, without recording or allocating; for choosing actions.
  ///
  /// - Parameters:
  ///   - row: `inputCount` scalars.
  ///   - output: Room for `outputCount` scalars.
  ///   - scratch: Working memory, kept between calls.
  public func apply(
    _ row: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
    scratch: inout MLPScratch
  ) {
    scratch.grow(to: layers.reduce(0) { max($0, $1.weight.shape[1]) })
    scratch.first.withUnsafeMutableBufferPointer { first in
      scratch.second.withUnsafeMutableBufferPointer { second in
        guard var current = first.baseAddress, var next = second.baseAddress else { return }
        var x = row
        for (index, layer) in layers.enumerated() {
          if index == layers.count - 1 { return layer.apply(x, output) }
          layer.apply(x, current)
          activation.apply(current, layer.weight.shape[1])
          x = UnsafePointer(current)
          swap(&current, &next)
        }
      }
    }
  }
}

/// Working memory for `MLP.apply`.
public struct MLPScratch: Sendable {
  fileprivate var first: [Float] = []
  fileprivate var second: [Float] = []

  public init() {}

  fileprivate mutating func grow(to width: Int) {
    if first.count >= width { return }
    first = [Float](repeating: 0, count: width)
    second = first
  }
}
