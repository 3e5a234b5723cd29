import Autodiff
import RandomNumbers
import ReinforcementLearning
import State
import Testing

@testable import Agents

@Suite struct ReplayBufferTests {
  private func buffer(capacity: Int) -> ReplayBuffer {
    ReplayBuffer(capacity: capacity, observationCount: 1, actionCount: 1)
  }

  /// Step t is observed as `start + t`, done as −(start + t) and rewarded with 10 (start + t).
  private func episode(
    from start: Int, steps: Int, isTerminated: Bool, isTruncated: Bool = false
  ) -> Episode<[Float]> {
    var episode = Episode<[Float]>(observationCount: 1)
    for t in start..<start + steps {
      episode.observations.append(Float(t))
      episode.actions.append([-Float(t)])
      episode.add(reward: Double(10 * t))
    }
    episode.finalObservation = [Float(start + steps)]
    episode.isTerminated = isTerminated
    episode.isTruncated = isTruncated
    return episode
  }

  private func append(_ episode: Episode<[Float]>, to buffer: inout ReplayBuffer) {
    buffer.append(episode, actions: episode.actions)
  }

  /// The observations that turn up in many draws, each checked to be with what belongs to it.
  private func contents(
    of buffer: ReplayBuffer, ends: Set<Float> = [], draws: Int = 2000
  ) -> Set<Float> {
    var generator = PCG64(seed: 1)
    let batch = buffer.sample(draws, using: &generator)
    let states = batch.observations.values
    #expect(batch.actions.values == states.map { -$0 })
    #expect(batch.rewards.values == states.map { 10 * $0 })
    #expect(batch.nextObservations.values == states.map { $0 + 1 })
    #expect(batch.continues.values == states.map { ends.contains($0) ? 0 : 1 })
    #expect(batch.observations.shape == [draws, 1] && batch.rewards.shape == [draws])
    return Set(states)
  }

  @Test func keepsWholeTransitions() {
    var buffer = buffer(capacity: 100)
    append(episode(from: 0, steps: 4, isTerminated: true), to: &buffer)
    append(episode(from: 50, steps: 3, isTerminated: false, isTruncated: true), to: &buffer)
    #expect(contents(of: buffer, ends: [3]) == [0, 1, 2, 3, 50, 51, 52])
    #expect(buffer.count == 7 && buffer.addedCount == 7)
  }

  /// A time limit at the very step of the end does not hide the end.
  @Test func terminationCountsBesideTruncation() {
    var buffer = buffer(capacity: 100)
    append(episode(from: 0, steps: 2, isTerminated: true, isTruncated: true), to: &buffer)
    #expect(contents(of: buffer, ends: [1]) == [0, 1])
  }

  /// Targets of three steps, fewer at the end: rewards 10 (t + γ (t + 1) + γ² (t + 2)), γ = ½.
  @Test(arguments: [true, false])
  func transitionsSpanSeveralSteps(isTerminated: Bool) {
    var buffer = ReplayBuffer(
      capacity: 100, observationCount: 1, actionCount: 1, returnSteps: 3, discount: 0.5)
    let lived = episode(from: 1, steps: 5, isTerminated: isTerminated, isTruncated: !isTerminated)
    append(lived, to: &buffer)
    let batch = buffer.transitions(of: lived, actions: lived.actions)
    #expect(batch.observations.values == [1, 2, 3, 4, 5] && batch.actions.values[1] == -2)
    #expect(batch.rewards.values == [27.5, 45, 62.5, 65, 50])
    #expect(batch.nextObservations.values == [4, 5, 6, 6, 6])
    let ends: [Float] = isTerminated ? [0, 0, 0] : [0.25, 0.5, 1]
    #expect(batch.continues.values == [0.25, 0.25] + ends)
    // γ³ of the value after three steps.
    #expect(batch.targets(nextValues: Tensor([8, 8, 8, 8, 8]), discount: 0.5).values[0] == 28.5)
    // What is drawn from the buffer is the same.
    var generator = PCG64(seed: 5)
    let drawn = buffer.sample(50, using: &generator)
    for (state, reward) in zip(drawn.observations.values, drawn.rewards.values) {
      #expect(reward == batch.rewards.values[Int(state) - 1])
    }
  }

  @Test(arguments: [7, 1024, 2100])
  func forgetsTheOldestFirst(capacity: Int) {
    var buffer = buffer(capacity: capacity)
    for start in stride(from: 0, to: 3 * capacity, by: 5) {
      append(episode(from: start, steps: 5, isTerminated: false), to: &buffer)
    }
    let added = buffer.addedCount
    #expect(added >= 3 * capacity && buffer.count == capacity)
    let found = contents(of: buffer, draws: 20 * capacity)
    #expect(found == Set((added - capacity..<added).map { Float($0) }))
  }

  @Test func drawsUniformly() {
    var buffer = buffer(capacity: 4)
    append(episode(from: 0, steps: 4, isTerminated: false), to: &buffer)
    var generator = PCG64(seed: 2)
    var counts = [0, 0, 0, 0]
    for state in buffer.sample(40_000, using: &generator).observations.values {
      counts[Int(state)] += 1
    }
    // Each is binomial with a standard deviation of 87.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 400 })
  }

  @Test(arguments: [3, 1030, 2500])
  func goesOnFromItsState(steps: Int) throws {
    var original = buffer(capacity: 2000)
    append(episode(from: 0, steps: steps, isTerminated: false), to: &original)
    let snapshot = try StateSnapshot(of: &original)
    var restored = buffer(capacity: 2000)
    try snapshot.restore(&restored)
    append(episode(from: steps, steps: 700, isTerminated: false), to: &original)
    append(episode(from: steps, steps: 700, isTerminated: false), to: &restored)
    #expect(restored.addedCount == steps + 700)
    var (first, second) = (PCG64(seed: 3), PCG64(seed: 3))
    let expected = original.sample(5000, using: &first).observations.values
    #expect(restored.sample(5000, using: &second).observations.values == expected)
  }

  // MARK: Priorities

  private func prioritizedBuffer(steps: Int, capacity: Int = 100) -> ReplayBuffer {
    var buffer = ReplayBuffer(
      capacity: capacity, observationCount: 1, actionCount: 1, priorityExponent: 0.5)
    append(episode(from: 0, steps: steps, isTerminated: false), to: &buffer)
    return buffer
  }

  /// Sets the priority of each transition to what `error` says of its observation.
  private func setPriorities(of buffer: inout ReplayBuffer, error: (Float) -> Float) {
    var generator = PCG64(seed: 6)
    for _ in 0..<20 {
      let batch = buffer.sample(50, using: &generator)
      buffer.setPriorities(of: batch, errors: batch.observations.values.map(error))
    }
  }

  /// Errors 1, 4, 9 and 16 have the shares 1, 2, 3 and 4 of ten with α = ½, whatever their signs.
  @Test func largeErrorsAreDrawnMoreOften() {
    var buffer = prioritizedBuffer(steps: 4)
    setPriorities(of: &buffer) { $0 == 1 ? -4 : ($0 + 1) * ($0 + 1) }
    var generator = PCG64(seed: 2)
    var counts = [0, 0, 0, 0]
    for _ in 0..<1000 {
      for state in buffer.sample(10, using: &generator).observations.values {
        counts[Int(state)] += 1
      }
    }
    for (count, share) in zip(counts, [1000, 2000, 3000, 4000]) {
      #expect(abs(count - share) < 200)
    }
  }

  /// With β = 1 a weighted mean is the plain mean over all transitions, but for a factor.
  @Test func weightsMakeUpForPriorities() throws {
    var buffer = prioritizedBuffer(steps: 4)
    setPriorities(of: &buffer) { ($0 + 1) * ($0 + 1) }
    var generator = PCG64(seed: 3)
    var (weighted, total) = (0.0, 0.0)
    for _ in 0..<2000 {
      let batch = buffer.sample(10, importanceExponent: 1, using: &generator)
      let weights = try #require(batch.weights).values
      #expect(weights.allSatisfy { 0 < $0 && $0 <= 1 } && weights.contains(1))
      // Batches have different largest weights; the rarest transition makes them comparable.
      guard batch.observations.values.contains(0) else { continue }
      for (state, weight) in zip(batch.observations.values, weights) {
        weighted += Double(weight * state)
        total += Double(weight)
      }
    }
    // Stratified draws of ten hold each transition in its share, so that none is favoured by the guard.
    #expect(abs(weighted / total - 1.5) < 0.03)
    let plain = buffer.sample(10, importanceExponent: 0, using: &generator)
    #expect(plain.weights?.values == [Float](repeating: 1, count: 10))
  }

  /// What was never drawn comes before what was drawn and had small errors.
  @Test func newTransitionsHaveTheLargestPriority() {
    var buffer = prioritizedBuffer(steps: 90)
    setPriorities(of: &buffer) { $0 == 7 ? 100 : 0 }
    append(episode(from: 200, steps: 5, isTerminated: false), to: &buffer)
    var generator = PCG64(seed: 4)
    let drawn = buffer.sample(60, using: &generator).observations.values
    let counts = [7, 200, 201, 202, 203, 204].map { state in drawn.count { $0 == state } }
    #expect(counts.allSatisfy { 8...12 ~= $0 })
  }

  @Test(arguments: [1, 3, 64, 100])
  func prioritiesGoOnFromTheirState(capacity: Int) throws {
    var original = prioritizedBuffer(steps: 150, capacity: capacity)
    setPriorities(of: &original) { 0.1 * $0 * $0 }
    let snapshot = try StateSnapshot(of: &original)
    var restored = prioritizedBuffer(steps: 2, capacity: capacity)
    try snapshot.restore(&restored)
    for index in 0..<3 {
      append(episode(from: 10 * index, steps: 3, isTerminated: false), to: &original)
      append(episode(from: 10 * index, steps: 3, isTerminated: false), to: &restored)
      var (first, second) = (PCG64(seed: 3), PCG64(seed: 3))
      let (one, other) = (
        original.sample(100, using: &first), restored.sample(100, using: &second)
      )
      #expect(one.observations.values == other.observations.values)
      #expect(one.weights?.values == other.weights?.values)
      original.setPriorities(of: one, errors: one.rewards.values)
      restored.setPriorities(of: other, errors: other.rewards.values)
    }
  }

  @Test func targetsLookBeyondTruncationAlone() {
    var buffer = buffer(capacity: 2)
    append(episode(from: 1, steps: 1, isTerminated: true), to: &buffer)
    append(episode(from: 5, steps: 1, isTerminated: false, isTruncated: true), to: &buffer)
    var generator = PCG64(seed: 4)
    let batch = buffer.sample(20, using: &generator)
    let targets = batch.targets(nextValues: 3 * batch.rewards, discount: 0.5)
    #expect(targets.values == batch.observations.values.map { $0 == 1 ? 10 : 50 + 0.5 * 150 })
    #expect(Set(targets.values).count == 2)
  }
}
