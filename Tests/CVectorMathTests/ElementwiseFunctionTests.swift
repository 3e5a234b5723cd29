import CVectorMath
import Foundation
import Testing

/// A function, its exact values, and how near to them it must come.
struct ElementwiseFunction: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let kernel: UnaryKernel
  let reference: @Sendable (Double) -> Double
  /// The greatest error in units in the last place, over `range`.
  let tolerance: Double
  let range: ClosedRange<Float>

  static let all = [
    ElementwiseFunction(
      testDescription: "exp", kernel: vm_exp, reference: { Foundation.exp($0) }, tolerance: 2,
      range: -104...88.72),
    ElementwiseFunction(
      testDescription: "log", kernel: vm_log, reference: { Foundation.log($0) }, tolerance: 2,
      range: .leastNonzeroMagnitude...Float.greatestFiniteMagnitude),
    ElementwiseFunction(
      testDescription: "tanh", kernel: vm_tanh, reference: { Foundation.tanh($0) }, tolerance: 7,
      range: -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude),
    // Below, the result is a subnormal number or 0.
    ElementwiseFunction(
      testDescription: "sigmoid", kernel: vm_sigmoid,
      reference: { 1 / (1 + Foundation.exp(-$0)) }, tolerance: 3, range: -87.3...200),
    ElementwiseFunction(
      testDescription: "softplus", kernel: vm_softplus,
      reference: { max($0, 0) + Foundation.log1p(Foundation.exp(-abs($0))) }, tolerance: 3,
      range: -200...Float.greatestFiniteMagnitude),
    ElementwiseFunction(
      testDescription: "elu", kernel: vm_elu, reference: { $0 > 0 ? $0 : Foundation.expm1($0) },
      tolerance: 3, range: -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude),
  ]
}

struct ElementwiseFunctionTests {
  /// Every sign and exponent, and the range between ±110 evenly.
  static let samples: [Float] = {
    var samples: [Float] = []
    for pattern in stride(from: UInt32(0), to: Float.infinity.bitPattern, by: 30_011) {
      samples.append(Float(bitPattern: pattern))
      samples.append(-Float(bitPattern: pattern))
    }
    for step in -44_000...44_000 { samples.append(Float(step) / 400) }
    return samples
  }()

  @Test(arguments: ElementwiseFunction.all)
  func isAccurate(_ function: ElementwiseFunction) {
    let inputs = Self.samples.filter(function.range.contains)
    #expect(inputs.count > 50_000)
    var worst = (error: 0.0, input: Float(0), output: Float(0))
    for (x, y) in zip(inputs, apply(function.kernel, to: inputs)) {
      let error = unitsInTheLastPlace(from: y, to: function.reference(Double(x)))
      if !(error <= worst.error) { worst = (error, x, y) }
    }
    #expect(
      worst.error < function.tolerance,
      "\(function.testDescription)(\(worst.input)) = \(worst.output)")
  }

  @Test(arguments: ElementwiseFunction.all)
  func staysWithinItsBounds(_ function: ElementwiseFunction) {
    let outputs = apply(function.kernel, to: Self.samples)
    switch function.testDescription {
    case "exp", "softplus": #expect(outputs.min() == 0)
    case "tanh": #expect(outputs.min() == -1 && outputs.max() == 1)
    case "sigmoid": #expect(outputs.min() == 0 && outputs.max() == 1)
    case "elu": #expect(outputs.min() == -1)
    default: break
    }
  }

  // MARK: Special values

  private func expect(
    _ kernel: UnaryKernel, _ pairs: [(Float, Float)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for ((x, expected), y) in zip(pairs, apply(kernel, to: pairs.map(\.0))) {
      let isRight =
        if expected.isNaN {
          y.isNaN
        } else if expected == 0 || abs(expected) == 1 || expected.isInfinite {
          y.bitPattern == expected.bitPattern
        } else {
          unitsInTheLastPlace(from: y, to: Double(expected)) <= 1
        }
      #expect(isRight, "\(y) instead of \(expected) at \(x)", sourceLocation: sourceLocation)
    }
  }

  private let least = Float.leastNonzeroMagnitude

  @Test func exponentialOfSpecialValues() {
    expect(
      vm_exp,
      [
        (0, 1), (-0.0, 1), (least, 1), (-least, 1), (.infinity, .infinity), (-.infinity, 0),
        (.nan, .nan), (104, .infinity), (88.73, .infinity), (1e30, .infinity), (-104, 0),
        (-1e30, 0), (-103.9, least), (80, 5.5406225e34), (-80, 1.8048513e-35),
      ])
  }

  @Test func logarithmOfSpecialValues() {
    expect(
      vm_log,
      [
        (1, 0), (0, -.infinity), (-0.0, -.infinity), (.infinity, .infinity), (.nan, .nan),
        (-1, .nan), (-least, .nan), (-.infinity, .nan), (least, -103.27893),
        (.leastNormalMagnitude, -87.33654), (.greatestFiniteMagnitude, 88.72284),
        (80, 4.3820267), (104, 4.644391),
      ])
  }

  @Test func hyperbolicTangentOfSpecialValues() {
    expect(
      vm_tanh,
      [
        (0, 0), (-0.0, -0.0), (least, least), (-least, -least), (1e-38, 1e-38),
        (.infinity, 1), (-.infinity, -1), (.nan, .nan), (80, 1), (-80, -1), (104, 1), (-104, -1),
        (.greatestFiniteMagnitude, 1),
      ])
  }

  @Test func logisticFunctionOfSpecialValues() {
    expect(
      vm_sigmoid,
      [
        (0, 0.5), (-0.0, 0.5), (least, 0.5), (.infinity, 1), (-.infinity, 0), (.nan, .nan),
        (80, 1), (-80, 1.8048513e-35), (104, 1), (-104, 0), (-1e30, 0),
      ])
  }

  @Test func softplusOfSpecialValues() {
    expect(
      vm_softplus,
      [
        (0, 0.6931472), (-0.0, 0.6931472), (least, 0.6931472), (.infinity, .infinity),
        (-.infinity, 0), (.nan, .nan), (80, 80), (-80, 1.8048513e-35), (104, 104), (-104, 0),
        (.greatestFiniteMagnitude, .greatestFiniteMagnitude), (-103.9, least),
      ])
  }

  @Test func eluOfSpecialValues() {
    expect(
      vm_elu,
      [
        (0, 0), (least, least), (-1e-38, -1e-38), (.infinity, .infinity), (-.infinity, -1),
        (.nan, .nan), (80, 80), (-80, -1), (104, 104), (-104, -1), (1e30, 1e30), (-1e30, -1),
      ])
    expect(
      vm_elu_derivative,
      [(2, 1), (least, 1), (0, 1), (-0.25, 0.75), (-1, 0), (.nan, .nan), (.infinity, 1)])
  }

  @Test func reluAndStepOfSpecialValues() {
    // relu must let NaN through: a network that diverged would look sound otherwise.
    expect(
      vm_relu,
      [
        (0, 0), (-0.0, 0), (least, least), (-least, 0), (-3, 0), (3, 3), (.infinity, .infinity),
        (-.infinity, 0), (.nan, .nan),
      ])
    expect(
      vm_step,
      [(0, 0), (-0.0, 0), (least, 1), (-least, 0), (.infinity, 1), (-.infinity, 0), (.nan, 0)])
  }
}
