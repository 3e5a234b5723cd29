import ReinforcementLearning

/// Shows in a recording what happens in an environment: a frame after each reset and each step, with
/// step and return written into it.
///
/// An environment that does not draw itself is shown by its observations. Once the recording
/// is full or has failed, every step is truncated, so that whoever plays comes to an end.
public struct RecordedEnvironment<Base: Environment>: EnvironmentWrapper {
  public typealias Observation = Base.Observation
  public typealias ActionSpace = Base.ActionSpace

  public var base: Base

  /// Where the frames go.
  public let recording: any EpisodeRecorder

  private var episode = 0
  private var stepCount = 0
  private var totalReward = 0.0

  /// Records an environment.
  ///
  /// - Parameters:
  ///   - base: The environment.
  ///   - recording: Where the frames go.
  public init(_ base: Base, into recording: any EpisodeRecorder) {
    self.base = base
    self.recording = recording
  }

  public mutating func reset(seed: UInt64?, options: [String: Double]) -> Base.Observation {
    let observation = base.reset(seed: seed, options: options)
    episode += 1
    stepCount = 0
    totalReward = 0
    record(observation, isLast: false)
    return observation
  }

  public mutating func step(_ action: Base.Action) -> Step<Base.Observation> {
    var step = base.step(action)
    stepCount += 1
    totalReward += step.reward
    record(step.observation, isLast: step.isLast)
    if recording.isFull { step.isTruncated = true }
    return step
  }

  private func record(_ observation: Base.Observation, isLast: Bool) {
    recording.add(
      base.currentDrawing(observation),
      at: EpisodeMoment(
        episode: episode, step: stepCount, totalReward: totalReward, isLast: isLast))
  }
}

extension Environment {
  /// What there is to see, or else the observation.
  public func currentDrawing(_ observation: Observation) -> Drawing {
    (unwrapped as? any DrawableEnvironment)?.drawing
      ?? Drawing(observation: observation.scalars, in: observationSpace)
  }
}
