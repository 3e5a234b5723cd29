import Dispatch
import ManyMachines
import Parallelism
import RandomNumbers
import State

/// Several environments of one kind that an agent acts in at once.
///
/// They are stepped in groups of eight, each on whatever thread is free. Every environment has a seed
/// and a stream of actions of its own, and a group depends on no other: what comes out does not depend
/// on the number of threads.
struct RolloutSource<E: Environment>: ExperienceSource {
  typealias Action = E.Action

  private var groups: [EnvironmentGroup<E>]
  private let count: Int

  /// As many as a vector has lanes: the groups are part of what decides a run.
  private static var groupSize: Int { 8 }

  /// - Parameters:
  ///   - environments: One or more; instances of a class must be distinct.
  ///   - seed: The run's.
  init(_ environments: [E], seed: UInt64) {
    count = environments.count
    groups = stride(from: 0, to: environments.count, by: Self.groupSize).map { first in
      let last = min(first + Self.groupSize, environments.count)
      return EnvironmentGroup(
        Array(environments[first..<last]), first: first, of: environments.count, seed: seed)
    }
  }

  mutating func collect<A: Agent>(
    with agent: inout A, _ plan: TrainingPlan, _ progress: TrainingProgress,
    using generator: inout PCG64, _ monitor: Monitor
  ) throws(Failure) -> Experience<Action> where A.Action == Action {
    let demands = demands(of: plan, progress)
    let snapshots = try snapshots()
    let own = groups.indices.filter { isOwn($0) }
    typealias Outcome = Result<GroupExperience<Action>, Failure>
    var outcomes = [Outcome](repeating: .success(.init()), count: groups.count)
    let (actor, threads) = (agent, max(1, min(ThreadBudget.threads, own.count)))
    groups.withUnsafeMutableBufferPointer { groups in
      outcomes.withUnsafeMutableBufferPointer { outcomes in
        // Each index is one thread's alone.
        nonisolated(unsafe) let (groups, outcomes) = (groups, outcomes)
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
          for place in stride(from: thread, to: own.count, by: threads) {
            let index = own[place]
            outcomes[index] = Result { () throws(Failure) in
              try groups[index].collect(demands[index], with: actor, monitor)
            }
          }
        }
      }
    }
    do throws(Failure) {
      return merged(try exchanged(outcomes), inSteps: plan.rolloutSteps != nil)
    } catch {
      for index in groups.indices { try groups[index].restore(snapshots[index]) }
      throw error
    }
  }

  // MARK: Ranks

  /// Whether a group is this rank's to step. Its state is known on the other ranks when it is asked for.
  private func isOwn(_ index: Int) -> Bool {
    index % Job.ranks.count == Job.ranks.rank
  }

  /// The experience of all groups, also of those of other ranks.
  private func exchanged(
    _ outcomes: [Result<GroupExperience<Action>, Failure>]
  ) throws(Failure) -> [GroupExperience<Action>] {
    var parts: [GroupExperience<Action>] = []
    if Job.ranks.isAlone {
      for outcome in outcomes { parts.append(try outcome.get()) }
      return parts
    }
    // What goes wrong on one rank ends the training on all of them.
    let own = try Job.ranks.together(.silent) { () throws(Failure) in
      var own = OwnedParts<GroupExperience<Action>>()
      for index in groups.indices where isOwn(index) { own.parts.append(try outcomes[index].get()) }
      return own
    }
    return try own.exchanged(count: groups.count) { _ in GroupExperience() }
  }

  mutating func synchronize() throws(Failure) {
    if Job.ranks.isAlone { return }
    var own = OwnedParts<EnvironmentGroup<E>>()
    for index in groups.indices where isOwn(index) { own.parts.append(groups[index]) }
    let old = groups
    groups = try own.exchanged(count: groups.count) { old[$0] }
  }

  /// What each group has to do.
  private func demands(of plan: TrainingPlan, _ progress: TrainingProgress)
    -> [EnvironmentGroup<E>.Demand]
  {
    // Rounded up, so that all environments take the same number.
    let left = plan.maximumSteps.map { ($0 - progress.steps + count - 1) / count } ?? .max
    if let steps = plan.rolloutSteps { return groups.map { _ in .steps(min(steps, left)) } }
    // An episode for each environment after the other.
    var shares = [Int](repeating: 0, count: groups.count)
    for episode in 0..<min(plan.episodesPerBatch, plan.episodes - progress.episodes) {
      shares[episode % count / Self.groupSize] += 1
    }
    return shares.map { .episodes($0, maximumSteps: left) }
  }

  private mutating func snapshots() throws(Failure) -> [EnvironmentGroup<E>.Snapshot] {
    var snapshots: [EnvironmentGroup<E>.Snapshot] = []
    for index in groups.indices { snapshots.append(try groups[index].snapshot()) }
    return snapshots
  }

  /// The experience of all groups in the order of time.
  private func merged(
    _ parts: [GroupExperience<Action>], inSteps: Bool
  ) -> Experience<Action> {
    var experience = Experience<Action>(isBatch: true)
    // In the order of the environments where these end together.
    let episodes = parts.flatMap(\.episodes)
    let order = episodes.indices.sorted {
      (episodes[$0].time, $0) < (episodes[$1].time, $1)
    }
    for index in order {
      let part = episodes[index]
      experience.episodes.append(part.episode)
      experience.steps += part.episode.length
      guard let (totalReward, length) = part.whole else { continue }
      // Where all take the same number of steps, they take them together.
      experience.ends.append(
        EpisodeEnd(
          totalReward: totalReward, length: length,
          step: inSteps ? part.time * count : experience.steps))
    }
    return experience
  }

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    for index in groups.indices { try visitor.visit("group_\(index)", &groups[index]) }
  }
}
