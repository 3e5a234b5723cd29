// Sums along a sequence in which an element counts for less the further away it is. Each of the two
// is the transpose of the other, and so its pullback.

extension Tensor {
  /// The discounted sums of what comes after each element of a vector:
  /// y_t = Σ_{t' > t} γ^{t' − t} x_t'.
  ///
  /// - Parameter discount: γ.
  /// - Returns: As many elements, the last one zero.
  public func discountedSumsAfter(discount: Double) -> Tensor {
    discountedSums(discount: discount, positions: Array(values.indices.reversed()))
      .recording(self) { $0.one($0.cotangent.discountedSumsBefore(discount: discount)) }
  }

  /// The discounted sums of what comes before each element of a vector:
  /// y_t = Σ_{t' < t} γ^{t − t'} x_t'.
  ///
  /// - Parameter discount: γ.
  /// - Returns: As many elements, the first one zero.
  public func discountedSumsBefore(discount: Double) -> Tensor {
    discountedSums(discount: discount, positions: Array(values.indices))
      .recording(self) { $0.one($0.cotangent.discountedSumsAfter(discount: discount)) }
  }

  /// A constant: at each of `positions` the sum of those visited so far.
  private func discountedSums(discount: Double, positions: [Int]) -> Tensor {
    precondition(shape.rank == 1, "discountedSums: the shape \(shape) is not a vector")
    return Tensor(shape: shape) { result in
      var sum = 0.0
      for t in positions {
        result[t] = Float(sum)
        sum = discount * (Double(values[t]) + sum)
      }
    }
  }
}
