import ReinforcementLearning
import State
import Statistics

/// What is shown of episodes goes here, frame by frame.
public protocol EpisodeRecorder: AnyObject {
  /// Adds a frame. After a failure nothing is done any more.
  ///
  /// - Parameters:
  ///   - drawing: What is to be seen.
  ///   - moment: When it is seen.
  func add(_ drawing: Drawing, at moment: EpisodeMoment)

  /// Why no frames can be added any more.
  var failure: Failure? { get }

  /// Whether nothing more is wanted; every step is truncated then.
  var isFull: Bool { get }
}

extension EpisodeRecorder {
  public var isFull: Bool { failure != nil }
}

/// A moment of an episode.
public struct EpisodeMoment: Sendable {
  /// The number of the episode, from 1.
  public var episode: Int
  /// The steps that were taken.
  public var step: Int
  /// The sum of the rewards so far.
  public var totalReward: Double
  /// Whether the episode ends here.
  public var isLast: Bool

  public init(episode: Int, step: Int, totalReward: Double, isLast: Bool) {
    self.episode = episode
    self.step = step
    self.totalReward = totalReward
    self.isLast = isLast
  }

  /// The moment in a line.
  public var caption: String { "episode \(episode)   \(progress)" }

  /// How far the episode is.
  public var progress: String {
    "step \(step)   return \(Format.fixed(totalReward, decimals: 1))"
  }
}

extension Recording: EpisodeRecorder {
  public func add(_ drawing: Drawing, at moment: EpisodeMoment) {
    add(drawing, caption: moment.caption, isHeld: moment.isLast)
  }
}
