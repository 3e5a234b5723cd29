import Autodiff
import RandomNumbers
import ReinforcementLearning

/// What an observation says of the actions that are allowed in its state; without a mask, all are.
///
/// S. Huang, S. Ontañón, "A Closer Look at Invalid Action Masking in Policy Gradient Algorithms", 2022
/// (arXiv:2006.14171): a policy without the forbidden actions is a policy as well, and its gradient that of
/// what it does. Where nothing is allowed, as in the last state of an episode, everything is alike.
struct ActionMask: Sendable {
  /// The columns of an observation, `nil` without a mask. No scaling changes them.
  private let columns: Range<Int>?

  /// What a policy adds to the logits of forbidden actions: their probability is 0 then, and the numbers
  /// that depend on it stay finite.
  static let impossible: Float = -10_000

  init(_ columns: Range<Int>?) { self.columns = columns }

  /// Values of actions [rows, actions], with another one added to those that are forbidden.
  ///
  /// - Parameters:
  ///   - values: The values.
  ///   - addend: What is added to the values of forbidden actions.
  ///   - states: The observations, scaled or not, [rows, scalars].
  func adding(_ addend: Float, to values: Tensor, in states: Tensor) -> Tensor {
    guard let columns else { return values }
    let (scalars, width) = (states.values, states.shape[1])
    let addends = (0..<states.shape[0]).flatMap { row in
      columns.lazy.map { scalars[row * width + $0] == 0 ? addend : 0 }
    }
    return values + Tensor(addends, shape: [states.shape[0], columns.count])
  }

  /// The same for the values of one observation.
  @inline(__always)
  func add(
    _ addend: Float, to values: inout [Float], on observation: UnsafeBufferPointer<Float>
  ) {
    guard let columns else { return }
    for (index, column) in columns.enumerated() where observation[column] == 0 {
      values[index] += addend
    }
  }

  /// Draws an action among those that are allowed.
  func sample(
    _ actions: Discrete, on observation: UnsafeBufferPointer<Float>, using generator: inout PCG64
  ) -> Int {
    guard let columns else { return actions.sample(using: &generator) }
    return actions.sample(mask: columns.map { observation[$0] != 0 }, using: &generator)
  }
}
