import Autodiff
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// The latest transitions (s, a, r, s′, terminated) in a ring, from which batches are drawn.
///
/// L. Lin, "Self-improving reactive agents based on reinforcement learning, planning and teaching",
/// 1992; V. Mnih et al., "Human-level control through deep reinforcement learning", 2015.
///
/// Whether a transition is the last one of its process is remembered, not whether a time limit cut the
/// episode: the value of what would have come then is the value of s′.
///
/// A transition may span n steps, fewer at the end of an episode: r is then the sum of their rewards,
/// each with a factor γ on the one before, and s′ is what was observed after them.
public struct ReplayBuffer: Sendable {
  private let observationCount: Int
  private let actionCount: Int
  private let returnSteps: Int
  private let discount: Double
  /// A transition is a row: s, a, r, s′, and 0 if nothing follows or 1, times γ^(n − 1).
  private var memory: RowMemory

  /// A buffer without transitions.
  ///
  /// - Parameters:
  ///   - capacity: How many it may hold.
  ///   - observationCount: The scalars of an observation.
  ///   - actionCount: The scalars of an action.
  ///   - returnSteps: n.
  ///   - discount: γ, which matters from n = 2 on.
  public init(
    capacity: Int, observationCount: Int, actionCount: Int, returnSteps: Int = 1,
    discount: Double = 1
  ) {
    precondition(capacity > 0, "ReplayBuffer: a capacity of \(capacity) transitions holds nothing")
    precondition(returnSteps > 0, "ReplayBuffer: \(returnSteps) steps are no transition")
    self.returnSteps = returnSteps
    self.discount = discount
    self.observationCount = observationCount
    self.actionCount = actionCount
    memory = RowMemory(capacity: capacity, width: 2 * observationCount + actionCount + 2)
  }

  /// How many transitions are remembered.
  public var capacity: Int { memory.capacity }

  /// The transitions ever added.
  public var addedCount: Int { memory.addedCount }

  /// The transitions it holds.
  public var count: Int { memory.count }

  /// Adds the transitions of an episode that has ended, or of a part of one.
  ///
  /// - Parameters:
  ///   - episode: T steps.
  ///   - actions: Its actions as the critic is to see them, T rows.
  public mutating func append<Action>(_ episode: Episode<Action>, actions: [[Float]]) {
    let (rows, width) = (rows(of: episode, actions), memory.width)
    for start in stride(from: 0, to: rows.count, by: width) {
      memory.append(rows[start..<start + width])
    }
  }

  /// The transitions of an episode in their order, as `append` would remember them.
  func transitions<Action>(of episode: Episode<Action>, actions: [[Float]]) -> ReplayBatch {
    ReplayBatch(
      Tensor(rows(of: episode, actions), shape: [episode.length, memory.width]),
      observationCount: observationCount, actionCount: actionCount)
  }

  /// The transitions of an episode one after the other.
  private func rows<Action>(of episode: Episode<Action>, _ actions: [[Float]]) -> [Float] {
    precondition(
      episode.observationCount == observationCount
        && episode.finalObservation.count == observationCount
        && actions.count == episode.length && actions.allSatisfy { $0.count == actionCount },
      "ReplayBuffer: no complete episode of \(observationCount) and \(actionCount) scalars a step")
    var rows: [Float] = []
    rows.reserveCapacity(episode.length * memory.width)
    for t in 0..<episode.length {
      let end = t + min(returnSteps, episode.length - t)
      let isLast = end == episode.length
      let next = end * observationCount
      rows += episode.observations[t * observationCount..<(t + 1) * observationCount]
      rows += actions[t]
      rows.append(
        (t..<end).reversed().reduce(0) { episode.rewards[$1] + Float(discount) * $0 })
      rows +=
        isLast
        ? episode.finalObservation[...]
        : episode.observations[next..<next + observationCount]
      rows.append(
        isLast && episode.isTerminated ? 0 : Float(pow(discount, Double(end - t - 1))))
    }
    return rows
  }

  /// Draws transitions, each with the same probability and with repetitions.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - generator: Where the choice comes from.
  public func sample(_ count: Int, using generator: inout PCG64) -> ReplayBatch {
    ReplayBatch(
      memory.sample(count, using: &generator), observationCount: observationCount,
      actionCount: actionCount)
  }
}

/// Transitions drawn from a replay buffer, one a row.
public struct ReplayBatch: Sendable {
  /// s, [rows, scalars of an observation].
  public let observations: Tensor
  /// a, [rows, scalars of an action].
  public let actions: Tensor
  /// r, [rows].
  public let rewards: Tensor
  /// s′, as `observations`.
  public let nextObservations: Tensor
  /// 0 where the process ended with this transition, γ^(n − 1) elsewhere, which is 1 for a transition
  /// of one step; [rows].
  public let continues: Tensor

  fileprivate init(_ rows: Tensor, observationCount: Int, actionCount: Int) {
    let count = rows.shape[0]
    let reward = observationCount + actionCount
    let next = reward + 1..<reward + 1 + observationCount
    observations = rows.columns(0..<observationCount)
    actions = rows.columns(observationCount..<reward)
    rewards = rows.columns(reward..<reward + 1).reshaped([count])
    nextObservations = rows.columns(next)
    continues = rows.columns(next.upperBound..<next.upperBound + 1).reshaped([count])
  }

  /// What a critic is fitted to, y = r + γⁿ (1 − terminated) v′, [rows].
  ///
  /// - Parameters:
  ///   - nextValues: v′, the values of s′, [rows].
  ///   - discount: γ.
  public func targets(nextValues: Tensor, discount: Double) -> Tensor {
    rewards + Float(discount) * (continues * nextValues)
  }
}

extension ReplayBuffer: Stateful {
  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try memory.visitState(&visitor)
  }
}
