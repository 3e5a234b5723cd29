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

  /// Chooses an action for each of several observations, as `act` does for one.
  ///
  /// - Parameters:
  ///   - rows: The scalars of one observation after the other.
  ///   - isGreedy: Whether to take the most probable actions instead of draws.
  ///   - generators: Where the draws come from, one for each observation.
  ///   - actions: Becomes the actions.
  mutating func act(
    onRows rows: UnsafeBufferPointer<Float>, isGreedy: Bool, using generators: inout [PCG64],
    into actions: inout [Action]
  )

  /// Learns from a batch of episodes of the current policy.
  ///
  /// - Parameters:
  ///   - batch: At least one episode; where the training asks for steps, also parts of them.
  ///   - progress: The fraction of the run that is over, for schedules, from 0 to 1.
  ///   - generator: Where relaxation noise and the choice of past episodes come from.
  /// - Throws: `Failure` if nothing can be learned from the batch.
  mutating func update(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateReport

  /// Learns from a batch as far as the next actions depend on it, and leaves the rest for later.
  ///
  /// The rest may run on another thread while a copy of the agent goes on acting. An agent that has
  /// none implements `update` alone.
  mutating func beginUpdate(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateInProgress<Self>

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

extension Agent {
  public mutating func act(
    onRows rows: UnsafeBufferPointer<Float>, isGreedy: Bool, using generators: inout [PCG64],
    into actions: inout [Action]
  ) {
    let width = rows.count / generators.count
    actions.removeAll(keepingCapacity: true)
    for index in generators.indices {
      let row = UnsafeBufferPointer(rebasing: rows[index * width..<(index + 1) * width])
      actions.append(act(on: row, isGreedy: isGreedy, using: &generators[index]))
    }
  }

  public mutating func beginUpdate(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateInProgress<Self> {
    UpdateInProgress(try update(on: batch, progress: progress, using: &generator))
  }
}

/// An update whose policy has moved, but whose critics may still have to be fitted.
public struct UpdateInProgress<A: Agent>: Sendable {
  /// The figures so far.
  public var report: UpdateReport

  /// Fits what no action depends on, and returns what the report is to say of its loss; absent where
  /// nothing is left.
  public typealias Rest =
    @Sendable (inout A, inout PCG64) throws(Failure) -> Double?
  public var rest: Rest?

  public init(_ report: UpdateReport, rest: Rest? = nil) {
    self.report = report
    self.rest = rest
  }
}

/// An agent whose update has two parts: the first moves the policy, the second fits the critics that its
/// next gradient needs, and that its actions do not.
///
/// A training collects the next episodes during the second.
public protocol OverlappingAgent: Agent {
  /// Moves the policy, and returns with the fits that are left.
  ///
  /// - Parameters: Those of `update`.
  mutating func movePolicy(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateInProgress<Self>
}

extension OverlappingAgent {
  public mutating func beginUpdate(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateInProgress<Self> {
    try movePolicy(on: batch, progress: progress, using: &generator)
  }

  public mutating func update(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateReport {
    let update = try movePolicy(on: batch, progress: progress, using: &generator)
    var report = update.report
    if let rest = update.rest { report.controlVariateLoss = try rest(&self, &generator) }
    return report
  }
}
