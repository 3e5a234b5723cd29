import RandomNumbers
import State

/// What a group of environments has seen.
struct GroupExperience<Action: Codable & Sendable>: Sendable {
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
struct EnvironmentGroup<E: Environment>: Stateful {
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
      states.append(try EnvironmentState.snapshot(of: &environments[index]))
    }
    return Snapshot(group: self, states: states)
  }

  mutating func restore(_ snapshot: Snapshot) throws(Failure) {
    self = snapshot.group
    for index in lanes.indices {
      try EnvironmentState.restore(&environments[index], snapshot.states[index])
      if !isStateful { replay(index) }
    }
  }

  /// Brings an environment that cannot tell its state to where it was in its episode.
  private mutating func replay(_ index: Int) {
    guard lanes[index].episodes > 0, !environments.needsReset[index] else { return }
    lanes[index].episodes -= 1
    let seed = seedOfNextEpisode(index)
    lanes[index].episodes += 1
    var environment = environments[index]
    _ = environment.reset(seed: seed)
    for action in lanes[index].actions { _ = environment.step(action) }
    environments[index] = environment
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
        &environments[index], "environment_\(index)", &visitor)
      let (lane, old) = (lanes[index], before[index])
      if !isStateful && (lane.episodes, lane.length) != (old.episodes, old.length) {
        replay(index)
      }
    }
  }
}
