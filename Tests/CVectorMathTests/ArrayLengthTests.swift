import CVectorMath
import Testing

/// Loops over whole vectors have a remainder: every length must do the same to every element, and
/// nothing to the element behind the last one. An output may be one of the inputs.
struct ArrayLengthTests {
  static let unary: [UnaryKernel] = [
    vm_exp, vm_log, vm_tanh, vm_sigmoid, vm_softplus, vm_relu, vm_elu, vm_step, vm_elu_derivative,
    { vm_scale($0, -1.5, $1, $2) }, { vm_shift($0, 0.75, $1, $2) },
  ]

  static let binary: [BinaryKernel] = [
    vm_add, vm_subtract, vm_multiply, vm_divide, vm_tanh_pullback, vm_relu_pullback,
    { vm_tanh_second_pullback($0, $1, $0, $2, $3) },
  ]

  private let a = scatteredNumbers(71, seed: 2)
  private let b = scatteredNumbers(71, seed: 3)

  @Test(arguments: unary.indices)
  func unaryFunctionsAcceptEveryLength(_ index: Int) {
    let kernel = Self.unary[index]
    let single = a.map { apply(kernel, to: [$0])[0] }
    for count in 0...70 {
      var output = [Float](repeating: 99, count: 71)
      kernel(a, &output, count)
      #expect(bits(Array(output[..<count])) == bits(Array(single[..<count])), "\(count) elements")
      #expect(output[count] == 99)

      var inPlace = a
      inPlace.withUnsafeMutableBufferPointer { kernel($0.baseAddress, $0.baseAddress, count) }
      #expect(bits(Array(inPlace[..<count])) == bits(Array(single[..<count])), "\(count) elements")
      #expect(inPlace[count] == a[count])
    }
  }

  @Test(arguments: binary.indices)
  func binaryFunctionsAcceptEveryLength(_ index: Int) {
    let kernel = Self.binary[index]
    let single = a.indices.map { apply(kernel, to: [a[$0]], [b[$0]])[0] }
    for count in 0...70 {
      var output = [Float](repeating: 99, count: 71)
      kernel(a, b, &output, count)
      #expect(bits(Array(output[..<count])) == bits(Array(single[..<count])), "\(count) elements")
      #expect(output[count] == 99)

      var first = a
      first.withUnsafeMutableBufferPointer { kernel($0.baseAddress, b, $0.baseAddress, count) }
      #expect(bits(Array(first[..<count])) == bits(Array(single[..<count])), "\(count) elements")
      #expect(first[count] == a[count])
      var second = b
      second.withUnsafeMutableBufferPointer { kernel(a, $0.baseAddress, $0.baseAddress, count) }
      #expect(bits(Array(second[..<count])) == bits(Array(single[..<count])), "\(count) elements")
    }
  }

  @Test func arithmeticIsThatOfFloat() {
    for (x, y) in zip(a, b) {
      #expect(apply(vm_add, to: [x], [y]) == [x + y])
      #expect(apply(vm_subtract, to: [x], [y]) == [x - y])
      #expect(apply(vm_multiply, to: [x], [y]) == [x * y])
      #expect(apply(vm_divide, to: [x], [y]) == [x / y])
      #expect(apply({ vm_scale($0, 3, $1, $2) }, to: [x]) == [3 * x])
      #expect(apply({ vm_shift($0, 3, $1, $2) }, to: [x]) == [x + 3])
    }
  }

  @Test func pullbacksOfTanhAreItsDerivatives() {
    for (d, t) in zip(a, b) {
      let (d64, t64) = (Double(d), Double(t))
      let first = Double(apply(vm_tanh_pullback, to: [d], [t])[0])
      #expect(abs(first - d64 * (1 - t64 * t64)) < 1e-6)
      var second = Float(0)
      vm_tanh_second_pullback([3], [d], [t], &second, 1)
      #expect(abs(Double(second) + 6 * d64 * t64) < 1e-5)
    }
  }
}
