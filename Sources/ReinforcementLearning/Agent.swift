import RandomNumbers
import State

/// Something that chooses actions and learns from the episodes that they led to.
///
/// All randomness is passed in, so that a seed decides a run.
public protocol Agent<Action>: Stateful, Sendable {
  associatedtype Action: Codable & Sendable

  /// Chooses an action.
  ///
  /// - Parameters:
  ///   - observation: The scalars of one observation.
  ///   - isGreedy: Whether to take the most probable action instead of a draw.
  ///   - generator: Where a draw comes from.
  mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> Action

  /// Learns from a batch of complete episodes of the current policy.
  ///
  /// - Parameters:
  ///   - batch: At least one episode.
  ///   - progress: The fraction of the run that is over, for schedules, from 0 to 1.
  ///   - generator: Where relaxation noise and the choice of past episodes come from.
  /// - Throws: `Failure` if nothing can be learned from the batch.
  mutating func update(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateReport

  /// This agent's estimate of the gradient of the expected return in the policy's parameters, from
  /// one episode, without entropy bonus: what its variance is measured of.
  ///
  /// - Returns: A scalar for each parameter of the policy, in the order of its parameters.
  func policyGradient(of episode: Episode<Action>, using generator: inout PCG64) -> [Float]

  /// The name of a parameter with an element that is not finite; `nil` if all are.
  var nonFiniteParameter: String? { get }
}

/// Figures of one update.
public struct UpdateReport: Sendable, Equatable, Codable {
  /// The policy's mean entropy over the steps of the batch, in nats.
  public var entropy: Double

  /// The Euclidean norm of the gradient that was applied, before clipping.
  public var gradientNorm: Double

  /// What the control variate was trained on: the mean squared error of V(s), or the mean squared
  /// norm of the policy gradient; `nil` where there is none.
  public var controlVariateLoss: Double?

  public init(entropy: Double, gradientNorm: Double, controlVariateLoss: Double? = nil) {
    self.entropy = entropy
    self.gradientNorm = gradientNorm
    self.controlVariateLoss = controlVariateLoss
  }
}
