extension PCG64 {
  /// Draws an index with the given probabilities, from one double.
  ///
  /// Equals `Generator.choice(n, p=probabilities)` of NumPy. The probabilities are divided by their
  /// sum, so a sum that misses 1 by rounding, or weights of any scale, are welcome.
  ///
  /// - Parameter probabilities: The probability of each index: finite, not negative, not all zero.
  /// - Returns: An index whose probability is above zero.
  public mutating func choice(probabilities: [Double]) -> Int {
    var total = 0.0
    let cumulative = probabilities.map { probability in
      precondition(probability >= 0, "A probability must not be negative; got \(probability).")
      total += probability
      return total
    }
    precondition(
      total > 0 && total.isFinite,
      "The probabilities must have a positive, finite sum; got \(total).")
    let level = random()
    // The last quotient is 1 and the level below 1, so there is always such an index.
    return cumulative.firstIndex { $0 / total > level } ?? cumulative.count - 1
  }

  /// Shuffles elements in place, every order with the same probability.
  ///
  /// Equals `Generator.shuffle` of NumPy, whereas `shuffle(using:)` of the standard library
  /// arrives at another order from the same generator.
  ///
  /// - Parameter elements: The elements to bring into another order.
  @inlinable
  public mutating func shuffle<Elements: MutableCollection & RandomAccessCollection>(
    _ elements: inout Elements
  ) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      let other = Int(maskedOffset(upTo: UInt64(last)))
      elements.swapAt(
        elements.index(elements.startIndex, offsetBy: last),
        elements.index(elements.startIndex, offsetBy: other))
    }
  }

  /// Returns the elements in another order, every order with the same probability.
  ///
  /// Equals `Generator.permutation(elements)` of NumPy.
  ///
  /// - Parameter elements: The elements, which stay as they are.
  @inlinable
  public mutating func permutation<Element>(of elements: some Sequence<Element>) -> [Element] {
    var result = Array(elements)
    shuffle(&result)
    return result
  }

  /// Draws from 0, …, `largest` (inclusive): takes as many low bits of a draw as `largest` has,
  /// and draws again while the number they make is too large.
  ///
  /// Lemire's method would waste fewer draws; NumPy keeps this one for the order of its shuffles.
  @usableFromInline
  mutating func maskedOffset(upTo largest: UInt64) -> UInt64 {
    if largest == 0 { return 0 }
    let mask = UInt64.max >> UInt64(largest.leadingZeroBitCount)
    while true {
      let draw = largest <= 0xffff_ffff ? UInt64(nextUInt32()) : next()
      if draw & mask <= largest { return draw & mask }
    }
  }
}
