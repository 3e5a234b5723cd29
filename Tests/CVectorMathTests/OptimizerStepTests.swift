import CVectorMath
import Testing

/// Several steps of every optimiser against the same formulas in `Double`, for every length of
/// remainder.
struct OptimizerStepTests {
  private static let lengths = Array(0...36) + [64, 70]

  private func slopes(_ count: Int, step: Int) -> [Float] {
    scatteredNumbers(count, seed: UInt64(100 + step))
  }

  private func expectClose(
    _ values: [Float], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (value, reference) in zip(values, expected) {
      #expect(
        abs(Double(value) - reference) <= 2e-6 * max(1, abs(reference)),
        "\(value) instead of \(reference) of \(expected.count)", sourceLocation: sourceLocation)
    }
    #expect(values.last == 99, sourceLocation: sourceLocation)
  }

  @Test func adam() {
    let (rate, beta1, beta2, epsilon) = (0.05, 0.9, 0.999, 1e-8)
    for count in Self.lengths {
      var p = scatteredNumbers(count) + [99]
      var (m, v) = (
        [Float](repeating: 0, count: count) + [99], [Float](repeating: 0, count: count) + [99]
      )
      var exactP = p.dropLast().map(Double.init)
      var exactM = [Double](repeating: 0, count: count)
      var exactV = exactM
      var (power1, power2) = (1.0, 1.0)
      for step in 0..<5 {
        let g = slopes(count, step: step)
        power1 *= beta1
        power2 *= beta2
        vm_adam(
          &p, g, &m, &v, count, Float(rate / (1 - power1)), Float(beta1), Float(1 - beta1),
          Float(beta2), Float(1 - beta2), Float(1 / (1 - power2)), Float(epsilon))
        for index in 0..<count {
          let slope = Double(g[index])
          exactM[index] = beta1 * exactM[index] + (1 - beta1) * slope
          exactV[index] = beta2 * exactV[index] + (1 - beta2) * slope * slope
          exactP[index] -=
            rate * (exactM[index] / (1 - power1))
            / ((exactV[index] / (1 - power2)).squareRoot() + epsilon)
        }
      }
      expectClose(p, exactP)
      expectClose(m, exactM)
      expectClose(v, exactV)
    }
  }

  @Test(arguments: [false, true])
  func rmsprop(isEpsilonInsideRoot: Bool) {
    let (rate, decay, epsilon) = (0.05, 0.99, 1e-3)
    for count in Self.lengths {
      var p = scatteredNumbers(count) + [99]
      var v = [Float](repeating: 0, count: count) + [99]
      var exactP = p.dropLast().map(Double.init)
      var exactV = [Double](repeating: 0, count: count)
      for step in 0..<5 {
        let g = slopes(count, step: step)
        vm_rmsprop(
          &p, g, &v, count, Float(rate), Float(decay), Float(epsilon), isEpsilonInsideRoot)
        for index in 0..<count {
          let slope = Double(g[index])
          exactV[index] = decay * exactV[index] + (1 - decay) * slope * slope
          exactP[index] -=
            isEpsilonInsideRoot
            ? rate * slope / (exactV[index] + epsilon).squareRoot()
            : rate * slope / (exactV[index].squareRoot() + epsilon)
        }
      }
      expectClose(p, exactP)
      expectClose(v, exactV)
    }
  }

  @Test func momentum() {
    let (rate, momentum) = (0.05, 0.9)
    for count in Self.lengths {
      var p = scatteredNumbers(count) + [99]
      var buffer = [Float](repeating: 0, count: count) + [99]
      var exactP = p.dropLast().map(Double.init)
      var exactBuffer = [Double](repeating: 0, count: count)
      for step in 0..<5 {
        let g = slopes(count, step: step)
        vm_momentum(&p, g, &buffer, count, Float(rate), Float(momentum))
        for index in 0..<count {
          exactBuffer[index] = momentum * exactBuffer[index] + Double(g[index])
          exactP[index] -= rate * exactBuffer[index]
        }
      }
      expectClose(p, exactP)
      expectClose(buffer, exactBuffer)
    }
  }

  @Test func aStepWithoutSlopesChangesNothing() {
    var (p, m, v): ([Float], [Float], [Float]) = ([1, 2], [0, 0], [0, 0])
    vm_adam(&p, [0, 0], &m, &v, 2, 0.1, 0.9, 0.1, 0.999, 0.001, 1000, 1e-8)
    #expect(p == [1, 2])
    vm_rmsprop(&p, [0, 0], &v, 2, 0.1, 0.99, 1e-8, false)
    #expect(p == [1, 2])
  }

  /// Averages of gradients that have become 0 end at 0 themselves.
  @Test func averagesDoNotStayBelowTheNormalNumbers() {
    let g: [Float] = [0, 0, 0]
    let start: [Float] = [1e-30, -1e-36, 1e-38]
    func isClean(_ values: [Float]) -> Bool { values.allSatisfy { !$0.isSubnormal } }
    var (p, m, v) = (start, start, start.map(abs))
    var (squares, velocity) = (v, m)
    for step in 0..<300 {
      vm_adam(&p, g, &m, &v, 3, 1e-3, 0.9, 0.1, 0.9, 0.1, 1, 1e-8)
      vm_rmsprop(&p, g, &squares, 3, 1e-3, 0.9, 1e-8, true)
      vm_momentum(&p, g, &velocity, 3, 1e-3, 0.9)
      #expect(isClean(m) && isClean(v) && isClean(squares) && isClean(velocity), "step \(step)")
    }
    #expect([m, v, squares, velocity].allSatisfy { $0 == g })
  }

  @Test func moveTowards() {
    for count in Self.lengths {
      var y = scatteredNumbers(count, seed: 5) + [99]
      let x = scatteredNumbers(count, seed: 6)
      let expected = zip(y, x).map { Double($0) + 0.3 * (Double($1) - Double($0)) }
      vm_move_towards(&y, x, count, 0.3)
      expectClose(y, expected)
    }
  }
}
