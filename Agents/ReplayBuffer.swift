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
///
/// With priorities p, transition i is drawn with a probability in proportion to p_i^α. A new one has the
/// largest that there has been, so that it is soon seen; whoever learns from it sets the next. T. Schaul
/// et al., "Prioritized Experience Replay", 2016 (arXiv:1511.05952), section 3.3.
public struct ReplayBuffer: Sendable {
  private let observationCount: Int
  private let actionCount: Int
  private let returnSteps: Int
  private let discount: Double
  /// A transition is a row: s, a, r, s′, and 0 if nothing follows or 1, times γ^(n − 1).
  private var memory: RowMemory
  /// p^α of each place of the memory, where there are priorities.
  private var priorities: PriorityTree?
  private let priorityExponent: Double
  private var largestPriority = 1.0

  /// A buffer without transitions.
  ///
  /// - Parameters:
  ///   - capacity: How many it may hold.
  ///   - observationCount: The scalars of an observation.
  ///   - actionCount: The scalars of an action.
  ///   - returnSteps: n.
  ///   - discount: γ, which matters from n = 2 on.
  ///   - priorityExponent: α; with 0, each transition is as probable as the others.
  public init(
    capacity: Int, observationCount: Int, actionCount: Int, returnSteps: Int = 1,
    discount: Double = 1, priorityExponent: Double = 0
  ) {
    precondition(capacity > 0, "ReplayBuffer: a capacity of \(capacity) transitions holds nothing")
    precondition(returnSteps > 0, "ReplayBuffer: \(returnSteps) steps are no transition")
    self.returnSteps = returnSteps
    self.discount = discount
    self.observationCount = observationCount
    self.actionCount = actionCount
    memory = RowMemory(capacity: capacity, width: 2 * observationCount + actionCount + 2)
    self.priorityExponent = priorityExponent
    priorities = priorityExponent > 0 ? PriorityTree(capacity: capacity) : nil
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
      priorities?[memory.addedCount % memory.capacity] = largestPriority
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

  /// Draws transitions with repetitions.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - importanceExponent: β, how far the weights make up for the priorities: with 1, weighted means
  ///     are means over all transitions, but for a factor.
  ///   - generator: Where the choice comes from.
  public func sample(
    _ count: Int, importanceExponent: Double = 1, using generator: inout PCG64
  ) -> ReplayBatch {
    guard let priorities else {
      return ReplayBatch(
        memory.sample(count, using: &generator), observationCount: observationCount,
        actionCount: actionCount)
    }
    let places = priorities.draw(count, using: &generator)
    var batch = ReplayBatch(
      memory.rows(at: places), observationCount: observationCount, actionCount: actionCount)
    batch.places = places
    // Divided by the largest of the batch, so that weights only make steps smaller.
    let smallest = places.reduce(.infinity) { min($0, priorities[$1]) }
    batch.weights = Tensor(
      places.map { Float(pow(smallest / priorities[$0], importanceExponent)) })
    return batch
  }

  /// Makes |δ| + ε the priorities of transitions, ε = 10⁻⁶; nothing without priorities.
  ///
  /// - Parameters:
  ///   - batch: What was drawn, with nothing added since.
  ///   - errors: δ, one for each.
  mutating func setPriorities(of batch: ReplayBatch, errors: [Float]) {
    guard priorities != nil else { return }
    // Of a transition that was drawn twice both errors are the same. One that has no number is not
    // drawn more often for it; the training ends by it anyway.
    for (place, error) in zip(batch.places, errors) where error.isFinite {
      let priority = pow(Double(abs(error)) + 1e-6, priorityExponent)
      priorities?[place] = priority
      largestPriority = max(largestPriority, priority)
    }
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
  /// What the loss of each is to be weighted by, at most 1, [rows]; `nil` for 1 everywhere.
  public fileprivate(set) var weights: Tensor?
  /// Where they are in a memory with priorities.
  fileprivate var places: [Int] = []

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
    guard var priorities else { return }
    try visitor.visit("priority", &priorities)
    try visitor.visit("largest_priority", &largestPriority)
    self.priorities = priorities
  }
}
