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

/// What the ranks have each some of, dealt in turn.
private struct OwnedParts<Part: Stateful> {
  /// This rank's.
  var parts: [Part] = []

  /// All of them, in their order.
  ///
  /// - Parameters:
  ///   - count: How many all ranks have.
  ///   - empty: What the part of an index is put into.
  func exchanged(count: Int, _ empty: (Int) -> Part) throws(Failure) -> [Part] {
    var message: [UInt8] = []
    for var part in parts {
      let bytes = try StateBytes(of: &part).bytes
      withUnsafeBytes(of: bytes.count) { message.append(contentsOf: $0) }
      message.append(contentsOf: bytes)
    }
    let ranks = Job.ranks
    var messages = try ranks.gather(message, .silent).map { $0[...] }
    var all: [Part] = []
    for index in 0..<count {
      let rank = index % ranks.count
      let size = messages[rank].withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
      let bytes = Array(messages[rank].dropFirst(MemoryLayout<Int>.size).prefix(size))
      messages[rank] = messages[rank].dropFirst(MemoryLayout<Int>.size + size)
      if rank == ranks.rank {
        all.append(parts[index / ranks.count])
      } else {
        var part = empty(index)
        try StateBytes(bytes).restore(&part)
        all.append(part)
      }
    }
    return all
  }
}

/// What a group of environments has seen.
private struct GroupExperience<Action: Codable & Sendable>: Sendable {
  struct Part: Stateful {
    var episode: Episode<Action>
    /// When it ended or was cut, in steps of the group.
    var time: Int
    /// The return and the length of the whole episode, where this is its end.
    var whole: (totalReward: Double, length: Int)?

    mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
      try visitor.visit("episode", &episode)
      try visitor.visit("time", &time)
      var numbers = whole.map { [$0.totalReward, Double($0.length)] } ?? []
      try visitor.visit("whole", &numbers)
      whole = numbers.count == 2 ? (numbers[0], Int(numbers[1])) : nil
    }
  }

  var episodes: [Part] = []
}

extension GroupExperience: Stateful {
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    var widths = episodes.map(\.episode.observationCount)
    try visitor.visit("widths", &widths)
    if widths.count != episodes.count {
      episodes = widths.map { Part(episode: Episode(observationCount: $0), time: 0) }
    }
    for index in episodes.indices { try visitor.visit("episode_\(index)", &episodes[index]) }
  }
}

/// A few environments that are stepped together.
private struct EnvironmentGroup<E: Environment>: Stateful {
  typealias Action = E.Action

  /// How long a group is to go on.
  enum Demand {
    /// For so many steps of each environment, in the middle of episodes.
    case steps(Int)
    /// For so many episodes, from their beginnings to their ends, or until they are cut after so many
    /// steps of each environment.
    case episodes(Int, maximumSteps: Int)
  }

  struct Snapshot {
    var group: EnvironmentGroup
    var states: [StateSnapshot?]
  }

  private var environments: VectorEnvironment<E>
  /// Where the draws of the agent come from in each environment.
  private var generators: [PCG64]
  private var lanes: [Lane]
  private let isStateful: Bool
  private let first: Int
  private let total: Int
  private let seed: UInt64

  /// The episode that an environment is in.
  private struct Lane: Codable, Sendable {
    /// Episodes that were begun.
    var episodes = 0
    /// The undiscounted return so far, and the number of steps.
    var totalReward = 0.0
    var length = 0
    /// All actions of the episode, where the environment cannot tell its state.
    var actions: [Action] = []

    mutating func begin() {
      self = Lane(episodes: episodes + 1)
    }
  }

  init(_ environments: [E], first: Int, of total: Int, seed: UInt64) {
    self.environments = VectorEnvironment(environments, autoreset: .disabled)
    isStateful = environments[0] is any Stateful
    (self.first, self.total, self.seed) = (first, total, seed)
    lanes = environments.map { _ in Lane() }
    let streams = RandomStreams.seedSequence(of: .actions, seed: seed)
    generators = environments.indices.map { PCG64(streams.child(first + $0)) }
  }

  // MARK: Collection

  mutating func collect<A: Agent>(
    _ demand: Demand, with agent: A, _ monitor: Monitor
  ) throws(Failure) -> GroupExperience<Action> where A.Action == Action {
    var agent = agent
    var experience = GroupExperience<Action>()
    let width = environments.observationCount
    var (waiting, cutsAt) = (0, 0)
    switch demand {
    case .steps(let count):
      cutsAt = count
      for index in lanes.indices where environments.needsReset[index] { begin(index) }
    case .episodes(let count, let maximumSteps):
      (waiting, cutsAt) = (count, maximumSteps)
      for index in lanes.indices where waiting > 0 {
        begin(index)
        waiting -= 1
      }
    }
    var open = lanes.map { lane in
      var episode = Episode<Action>(observationCount: width)
      episode.firstStep = lane.length
      return episode
    }
    var actions: [Action] = []
    var time = 0
    while time < cutsAt, !environments.needsReset.allSatisfy({ $0 }) {
      environments.observationRows.withUnsafeBufferPointer {
        agent.act(onRows: $0, isGreedy: false, using: &generators, into: &actions)
      }
      let isActing = environments.needsReset.map { !$0 }
      for index in lanes.indices where isActing[index] {
        open[index].observations.append(contentsOf: try observation(index))
        open[index].actions.append(actions[index])
        if !isStateful { lanes[index].actions.append(actions[index]) }
      }
      environments.stepUnfinished(actions)
      time += 1
      for index in lanes.indices where isActing[index] {
        let reward = environments.rewards[index]
        try checkFinite(reward: reward, ofStep: lanes[index].length + 1, of: name(index))
        open[index].add(reward: reward)
        lanes[index].totalReward += reward
        lanes[index].length += 1
        guard environments.needsReset[index] else { continue }
        open[index].isTerminated = environments.isTerminated[index]
        open[index].isTruncated = environments.isTruncated[index]
        try close(&open[index], index)
        experience.episodes.append(
          .init(
            episode: open[index], time: time,
            whole: (lanes[index].totalReward, lanes[index].length)))
        if case .episodes = demand {
          if waiting == 0 { continue }
          waiting -= 1
        }
        begin(index)
        open[index] = Episode(observationCount: width)
      }
      if time.isMultiple(of: 128) { try monitor.check() }
      if time == 1 << 20, cutsAt == .max, first == 0 {
        monitor.warn(
          "After \(time) steps \(name(0)) or one beside it has not ended; give the environment a time "
            + "limit (maxEpisodeSteps), or the training --steps.")
      }
    }
    // Episodes that go on: what comes after is worth what their next observation says. Those of a batch of
    // episodes end here, with the run.
    for index in lanes.indices where open[index].length > 0 && !environments.needsReset[index] {
      open[index].isTruncated = true
      try close(&open[index], index)
      var part = GroupExperience<Action>.Part(episode: open[index], time: time)
      if case .episodes = demand { part.whole = (lanes[index].totalReward, lanes[index].length) }
      experience.episodes.append(part)
    }
    return experience
  }

  /// Takes the last observation into an episode.
  private func close(_ episode: inout Episode<Action>, _ index: Int) throws(Failure) {
    episode.finalObservation = Array(try observation(index))
  }

  /// Starts the next episode of an environment.
  private mutating func begin(_ index: Int) {
    environments.reset(at: index, seed: seedOfNextEpisode(index))
    lanes[index].begin()
  }

  /// The seed of the next reset; `nil` where the environment's own stream goes on.
  private func seedOfNextEpisode(_ index: Int) -> UInt64? {
    let episode = lanes[index].episodes
    if episode == 0 { return seed &+ UInt64(first + index) }
    if isStateful { return nil }
    return EnvironmentState.seed(ofEpisode: first + index + total * episode, inRun: seed)
  }

  private func name(_ index: Int) -> String {
    "episode \(lanes[index].episodes) of environment \(first + index + 1)"
  }

  /// The scalars of an environment's last observation.
  private func observation(_ index: Int) throws(Failure) -> ArraySlice<Float> {
    let width = environments.observationCount
    let row = environments.observationRows[index * width..<(index + 1) * width]
    try checkFinite(row, after: lanes[index].length, of: name(index))
    return row
  }

  // MARK: State

  mutating func snapshot() throws(Failure) -> Snapshot {
    var states: [StateSnapshot?] = []
    for index in lanes.indices {
      states.append(try EnvironmentState.snapshot(of: &environments.environments[index]))
    }
    return Snapshot(group: self, states: states)
  }

  mutating func restore(_ snapshot: Snapshot) throws(Failure) {
    self = snapshot.group
    for index in lanes.indices {
      try EnvironmentState.restore(&environments.environments[index], snapshot.states[index])
      if !isStateful { replay(index) }
    }
  }

  /// Brings an environment that cannot tell its state to where it was in its episode.
  private mutating func replay(_ index: Int) {
    guard lanes[index].episodes > 0, !environments.needsReset[index] else { return }
    lanes[index].episodes -= 1
    let seed = seedOfNextEpisode(index)
    lanes[index].episodes += 1
    _ = environments.environments[index].reset(seed: seed)
    for action in lanes[index].actions { _ = environments.environments[index].step(action) }
  }

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    let before = lanes
    try visitor.visit("lanes", &lanes)
    try visitor.visit("generators", &generators)
    try visitor.visit("observations", &environments.observationRows)
    try visitor.visit("needs_reset", &environments.needsResetColumn)
    try visitor.check(
      lanes.count == before.count && generators.count == before.count
        && environments.needsResetColumn.count == before.count
        && environments.observationRows.count == before.count * environments.observationCount,
      "\(lanes.count) environments in the place of \(before.count)")
    try visitor.check(
      zip(lanes, environments.needsResetColumn).allSatisfy { lane, needsReset in
        lane.episodes >= 0 && lane.length >= 0 && (needsReset || lane.episodes > 0)
      }, "episodes that have not begun")
    // One that was never reset has no state yet, but what the system makes up for it.
    for index in lanes.indices where lanes[index].episodes > 0 {
      try EnvironmentState.visit(
        &environments.environments[index], "environment_\(index)", &visitor)
      let (lane, old) = (lanes[index], before[index])
      if !isStateful && (lane.episodes, lane.length) != (old.episodes, old.length) {
        replay(index)
      }
    }
  }
}
