import CVectorMath

// Each operation stands with its pullback, which is written in recorded operations so that it can
// be differentiated in turn. `d` is the cotangent of the output, `x` the input, `y` the output.

extension Tensor {
  /// A constant with the elements of `kernel` applied to this tensor's.
  @inline(__always)
  private func map(
    _ kernel: (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
  ) -> Tensor {
    Tensor(shape: shape) { result in
      values.withUnsafeBufferPointer { kernel($0.baseAddress, result, $0.count) }
    }
  }

  /// A constant with the elements of `kernel` applied to this tensor's and `other`'s.
  @inline(__always)
  private func zip(
    _ other: Tensor, _ name: StaticString,
    _ kernel: (UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int)
      -> Void
  ) -> Tensor {
    precondition(
      shape == other.shape,
      "\(name): the shapes \(shape) and \(other.shape) differ; reshape one of them")
    return Tensor(shape: shape) { result in
      values.withUnsafeBufferPointer { a in
        other.values.withUnsafeBufferPointer { b in
          kernel(a.baseAddress, b.baseAddress, result, a.count)
        }
      }
    }
  }
}

// MARK: Arithmetic

extension Tensor {
  /// The element-wise sum; the shapes must be equal.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    a.zip(b, "+", vm_add).recording(a, b) { $0.two($0.cotangent, $0.cotangent) }
  }

  /// The element-wise difference; the shapes must be equal.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    a.zip(b, "-", vm_subtract).recording(a, b) { $0.two($0.cotangent, -$0.cotangent) }
  }

  /// The element-wise product; the shapes must be equal.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    a.zip(b, "*", vm_multiply).recording(a, b) {
      $0.two($0.cotangent * $0.inputs[1], $0.cotangent * $0.inputs[0])
    }
  }

  /// The element-wise quotient; the shapes must be equal.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    a.zip(b, "/", vm_divide).recording(a, b) {
      $0.two($0.cotangent / $0.inputs[1], -($0.cotangent * $0.output / $0.inputs[1]))
    }
  }

  /// The negative of every element.
  public static prefix func - (x: Tensor) -> Tensor { -1 * x }

  /// Every element times `factor`.
  public static func * (factor: Float, x: Tensor) -> Tensor {
    x.map { vm_scale($0, factor, $1, $2) }.recording(x) { $0.one(factor * $0.cotangent) }
  }

  /// Every element plus `offset`.
  public static func + (x: Tensor, offset: Float) -> Tensor {
    x.map { vm_shift($0, offset, $1, $2) }.recording(x) { $0.one($0.cotangent) }
  }

  /// Every element minus `offset`.
  public static func - (x: Tensor, offset: Float) -> Tensor { x + (-offset) }

  /// The square of every element.
  public func squared() -> Tensor { self * self }
}

// MARK: Functions

extension Tensor {
  /// e to the power of every element.
  public func exp() -> Tensor {
    map(vm_exp).recording(self) { $0.one($0.cotangent * $0.output) }
  }

  /// The natural logarithm of every element.
  public func log() -> Tensor {
    map(vm_log).recording(self) { $0.one($0.cotangent / $0.inputs[0]) }
  }

  /// The hyperbolic tangent of every element.
  public func tanh() -> Tensor {
    map(vm_tanh).recording(self) { $0.one($0.cotangent.tanhPullback(output: $0.output)) }
  }

  /// `self · (1 − y²)`, of which tanh's own derivatives of every order are made.
  private func tanhPullback(output y: Tensor) -> Tensor {
    zip(y, "tanh", vm_tanh_pullback).recording(self, y) {
      $0.two(
        $0.cotangent.tanhPullback(output: $0.inputs[1]),
        $0.cotangent.tanhSecondPullback(along: $0.inputs[0], output: $0.inputs[1]))
    }
  }

  /// `−2 · self · d · y`, in one pass where nothing is recorded.
  private func tanhSecondPullback(along d: Tensor, output y: Tensor) -> Tensor {
    if vm_recording_suspensions() == 0 { return -2 * (self * d * y) }
    return Tensor(shape: shape) { result in
      values.withUnsafeBufferPointer { g in
        d.values.withUnsafeBufferPointer { d in
          y.values.withUnsafeBufferPointer { y in
            vm_tanh_second_pullback(
              g.baseAddress, d.baseAddress, y.baseAddress, result, g.count)
          }
        }
      }
    }
  }

  /// The logistic function 1 / (1 + e⁻ˣ) of every element.
  public func sigmoid() -> Tensor {
    map(vm_sigmoid).recording(self) {
      $0.one($0.cotangent * ($0.output - $0.output.squared()))
    }
  }

  /// log(1 + eˣ) of every element, without overflow.
  public func softplus() -> Tensor {
    map(vm_softplus).recording(self) { $0.one($0.cotangent * $0.inputs[0].sigmoid()) }
  }

  /// max(x, 0) of every element; the derivative at 0 is 0.
  public func relu() -> Tensor {
    map(vm_relu).recording(self) { $0.one($0.cotangent.reluPullback(output: $0.output.detached())) }
  }

  /// `self` where the constant y is positive, and 0 elsewhere.
  private func reluPullback(output y: Tensor) -> Tensor {
    zip(y, "relu", vm_relu_pullback).recording(self) {
      $0.one($0.cotangent.reluPullback(output: y))
    }
  }

  /// x where it is positive, eˣ − 1 elsewhere.
  public func elu() -> Tensor {
    map(vm_elu).recording(self) { $0.one($0.cotangent * $0.output.eluDerivative()) }
  }

  /// ELU's derivative from its output y: 1 where y is positive, y + 1 elsewhere.
  private func eluDerivative() -> Tensor {
    map(vm_elu_derivative).recording(self) {
      $0.one($0.cotangent - $0.cotangent * $0.inputs[0].unitStep())
    }
  }

  /// 1 where the element is positive, 0 elsewhere: a constant, since its derivative is 0.
  public func unitStep() -> Tensor { map(vm_step) }

  /// The number of `range` that is nearest to every element; the derivative is 1 inside the range and
  /// at its ends, 0 outside.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    let (low, high) = (range.lowerBound, range.upperBound)
    let clamped = map { x, y, count in
      guard let x, let y else { return }
      // Comparisons with NaN are false: it stays.
      for i in 0..<count { y[i] = x[i] < low ? low : (x[i] > high ? high : x[i]) }
    }
    return clamped.recording(self) { context in
      let inside = context.inputs[0].map { x, y, count in
        guard let x, let y else { return }
        for i in 0..<count { y[i] = x[i] < low || x[i] > high ? 0 : 1 }
      }
      return context.one(context.cotangent * inside)
    }
  }

  /// The smaller of the elements of two tensors of the same shape; the derivative goes to that one,
  /// and to `b` where they are equal.
  public static func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
    let smaller = a.zip(b, "minimum") { a, b, y, count in
      guard let a, let b, let y else { return }
      for i in 0..<count { y[i] = a[i] < b[i] ? a[i] : b[i] }
    }
    return smaller.recording(a, b) {
      let isFirst = ($0.inputs[1] - $0.inputs[0]).unitStep()
      return $0.two($0.cotangent * isFirst, $0.cotangent - $0.cotangent * isFirst)
    }
  }

  /// The elements where `mask` is not 0, and 0 elsewhere, whatever stands there: infinities and NaN
  /// go, which stay NaN in a product with 0.
  ///
  /// - Parameter mask: A constant of the same shape.
  public func masked(by mask: Tensor) -> Tensor {
    zip(mask, "masked") { x, mask, y, count in
      guard let x, let mask, let y else { return }
      for i in 0..<count { y[i] = mask[i] == 0 ? 0 : x[i] }
    }
    .recording(self) { $0.one($0.cotangent.masked(by: mask)) }
  }
}
