import Autodiff

// What operations tend to where an element becomes infinite: 0 · log 0 = 0, and a temperature of 0
// makes soft samples hard. Ordinary numbers take the ordinary way and keep its digits.

extension Tensor {
  /// Whether all elements are finite; a sum that overflows counts as one that is not.
  private var isFinite: Bool { withoutRecording { sum().scalar.isFinite } }

  /// 1 where `condition` holds, 0 elsewhere.
  private func mask(where condition: (Float) -> Bool) -> Tensor {
    Tensor(values.map { condition($0) ? 1 : 0 }, shape: shape)
  }

  /// The elements times the logarithms of probabilities, where 0 times log 0 is 0.
  func timesLogarithm(_ logarithm: Tensor) -> Tensor {
    if logarithm.isFinite { return self * logarithm }
    let mask = Tensor(
      zip(values, logarithm.values).map { $0 == 0 && $1 == -.infinity ? 0 : 1 }, shape: shape)
    return self * logarithm.masked(by: mask)
  }

  /// Zeros, as a function of this tensor with the derivative 1, and 0 where an element is infinite.
  func zeroWithUnitSlope() -> Tensor {
    let zero = self - detached()
    return isFinite ? zero : zero.masked(by: mask { !$0.isInfinite })
  }

  /// The elements over the temperature, from the scalar log λ, so that σ and its derivatives are
  /// finite.
  func overTemperature(_ logTemperature: Tensor) -> Tensor {
    let factor = (-logTemperature).exp()
    if factor.scalar <= largestFactor && isFinite { return scaled(by: factor) }
    return finite.scaled(by: bounded(factor))
  }

  /// The rows over the temperature, from the scalar log λ, up to what is the same for a whole row, so
  /// that their softmax and its derivatives are finite.
  func rowsOverTemperature(_ logTemperature: Tensor) -> Tensor {
    let factor = (-logTemperature).exp()
    let quotient = scaled(by: factor)
    if factor.scalar <= largestFactor && quotient.isFinite { return quotient }
    // The largest of a row becomes 0: infinities that are left belong to a probability of 0.
    let width = shape[1]
    let largest = (0..<shape[0]).map { row in
      values[row * width..<(row + 1) * width].reduce(-.infinity) { $1 > $0 ? $1 : $0 }
    }
    let distances = self - Tensor(largest).repeatedAsColumns(width)
    return distances.finite.scaled(by: bounded(factor))
  }

  /// The same with constants in place of infinities: the largest numbers there are.
  private var finite: Tensor {
    if isFinite { return self }
    let limits = values.map {
      $0.isInfinite ? Float(signOf: $0, magnitudeOf: .greatestFiniteMagnitude) : 0
    }
    return masked(by: mask { !$0.isInfinite }) + Tensor(limits, shape: shape)
  }
}

/// 1/λ beyond which a soft sample is hard to the last digit, for any z that noise brings forth.
private let largestFactor: Float = 0x1p100

/// The factor 1/λ, or the largest as a constant.
private func bounded(_ factor: Tensor) -> Tensor {
  factor.scalar > largestFactor
    ? Tensor(repeating: largestFactor, shape: factor.shape) : factor
}
