import Autodiff
import RandomNumbers
import ReinforcementLearning

/// What an observation says of the actions that are allowed in its state; without a mask, all are.
///
/// S. Huang, S. Ontañón, "A Closer Look at Invalid Action Masking in Policy Gradient Algorithms", 2022
/// (arXiv:2006.14171): a policy without the forbidden actions is a policy as well, and its gradient that of
/// what it does. Where nothing is allowed, as in the last state of an episode, all actions are alike.
struct ActionMask: Sendable {
  /// The columns of an observation, `nil` without a mask. No scaling changes them.
  private let columns: Range<Int>?

  /// How far below any allowed logit, or value, a forbidden one lies: its probability is 0 then, and the
  /// numbers that depend on it stay finite.
  static let distance: Float = 10_000

  init(_ columns: Range<Int>?) { self.columns = columns }

  /// Logits or values of actions [rows, actions], in the place of forbidden ones a constant below the others.
  ///
  /// - Parameters:
  ///   - values: Those of all actions.
  ///   - states: The observations, scaled or not, [rows, scalars].
  func forbidding(_ values: Tensor, in states: Tensor) -> Tensor {
    guard let columns else { return values }
    let (numbers, scalars) = (values.values, states.values)
    let (count, width) = (columns.count, states.shape[1])
    var shares = [Float](repeating: 1, count: numbers.count)
    var others = [Float](repeating: 0, count: numbers.count)
    for row in 0..<states.shape[0] {
      let isAllowed = columns.map { scalars[row * width + $0] != 0 }
      let start = row * count
      let low = Self.below(numbers[start..<start + count], isAllowed)
      for index in 0..<count where !isAllowed[index] {
        (shares[start + index], others[start + index]) = (0, low)
      }
    }
    return values * Tensor(shares, shape: values.shape) + Tensor(others, shape: values.shape)
  }

  /// The same for one observation, in place.
  @inline(__always)
  func forbid(in values: inout [Float], on observation: UnsafeBufferPointer<Float>) {
    guard let isAllowed = entries(on: observation) else { return }
    let low = Self.below(values[...], isAllowed)
    for index in values.indices where !isAllowed[index] { values[index] = low }
  }

  /// Whether each action is allowed; `nil` without a mask.
  @inline(__always)
  private func entries(on observation: UnsafeBufferPointer<Float>) -> [Bool]? {
    columns?.map { observation[$0] != 0 }
  }

  /// What lies far below the smallest of the allowed values.
  private static func below(_ values: ArraySlice<Float>, _ isAllowed: [Bool]) -> Float {
    (zip(values, isAllowed).lazy.filter { $1 }.map { $0.0 }.min() ?? 0) - distance
  }

  /// Draws an action among those that are allowed.
  func sample(
    _ actions: Discrete, on observation: UnsafeBufferPointer<Float>, using generator: inout PCG64
  ) -> Int {
    guard let mask = entries(on: observation), actions.hasElement(allowedBy: mask)
    else { return actions.sample(using: &generator) }
    return actions.sample(mask: mask, using: &generator)
  }
}
