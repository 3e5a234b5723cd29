/// The memory of a `VectorEnvironment`, looked up once for all rows.
@usableFromInline
struct VectorRows<Base: Environment> {
  @usableFromInline let environments: UnsafeMutableBufferPointer<Base>
  @usableFromInline let observations: UnsafeMutableBufferPointer<Float>
  @usableFromInline let finalObservations: UnsafeMutableBufferPointer<Float>
  @usableFromInline let rewards: UnsafeMutableBufferPointer<Double>
  @usableFromInline let isTerminated: UnsafeMutableBufferPointer<Bool>
  @usableFromInline let isTruncated: UnsafeMutableBufferPointer<Bool>
  @usableFromInline let infos: UnsafeMutableBufferPointer<[String: Double]>
  @usableFromInline let needsReset: UnsafeMutableBufferPointer<Bool>
  @usableFromInline let observationCount: Int
  @usableFromInline let autoreset: AutoresetMode

  @inlinable
  init(
    environments: UnsafeMutableBufferPointer<Base>,
    observations: UnsafeMutableBufferPointer<Float>,
    finalObservations: UnsafeMutableBufferPointer<Float>,
    rewards: UnsafeMutableBufferPointer<Double>, isTerminated: UnsafeMutableBufferPointer<Bool>,
    isTruncated: UnsafeMutableBufferPointer<Bool>,
    infos: UnsafeMutableBufferPointer<[String: Double]>,
    needsReset: UnsafeMutableBufferPointer<Bool>, observationCount: Int, autoreset: AutoresetMode
  ) {
    self.environments = environments
    self.observations = observations
    self.finalObservations = finalObservations
    self.rewards = rewards
    self.isTerminated = isTerminated
    self.isTruncated = isTruncated
    self.infos = infos
    self.needsReset = needsReset
    self.observationCount = observationCount
    self.autoreset = autoreset
  }

  @inlinable
  func reset(at index: Int, seed: UInt64?, options: [String: Double]) {
    write(environments[index].reset(seed: seed, options: options), to: observations, at: index)
    rewards[index] = 0
    isTerminated[index] = false
    isTruncated[index] = false
    infos[index] = [:]
    needsReset[index] = false
  }

  /// Begins a step in all environments that are in an episode.
  @inlinable
  func beginSteps(_ actions: [Base.Action], sharing work: inout Base.SharedWork) {
    for index in environments.indices where !needsReset[index] {
      environments[index].beginStep(actions[index], sharing: &work)
    }
  }

  /// Ends the step that these have begun, and resets the others, or leaves them as they are.
  @inlinable
  func endSteps(
    _ actions: [Base.Action], sharing work: inout Base.SharedWork, restarting: Bool
  ) {
    var begunCount = 0
    for index in environments.indices {
      if needsReset[index] {
        if restarting { restart(at: index) }
      } else {
        record(
          environments[index].endStep(actions[index], sharing: &work, at: begunCount), at: index)
        begunCount += 1
      }
    }
  }

  /// Starts the next episode of an environment instead of stepping it.
  @inlinable
  func restart(at index: Int) {
    // An episode that has ended has set a flag; without one there has been no episode yet.
    precondition(isTerminated[index] || isTruncated[index], "Call reset before the first step.")
    precondition(
      autoreset == .nextStep,
      "The episode of environment \(index) is over; call reset(at: \(index)) first.")
    reset(at: index, seed: nil, options: [:])
  }

  @inlinable
  @inline(__always)
  func record(_ step: Step<Base.Observation>, at index: Int) {
    rewards[index] = step.reward
    isTerminated[index] = step.isTerminated
    isTruncated[index] = step.isTruncated
    // Mostly both are empty, and exchanging dictionaries costs two reference counts.
    if !step.info.isEmpty || !infos[index].isEmpty { infos[index] = step.info }
    if step.isLast && autoreset == .sameStep {
      write(step.observation, to: finalObservations, at: index)
      write(environments[index].reset(seed: nil, options: [:]), to: observations, at: index)
    } else {
      write(step.observation, to: observations, at: index)
      needsReset[index] = step.isLast
    }
  }

  @inlinable
  func write(
    _ observation: Base.Observation, to rows: UnsafeMutableBufferPointer<Float>, at index: Int
  ) {
    let count = observation.observationCount
    precondition(
      count == observationCount, "The observation has \(count) scalars, not \(observationCount).")
    guard let base = rows.baseAddress else { return }
    observation.write(to: base + index * count)
  }
}
