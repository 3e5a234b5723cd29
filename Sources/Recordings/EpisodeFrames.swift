import ReinforcementLearning
import State

/// Keeps episodes frame by frame, so that several can be shown side by side.
public final class EpisodeFrames: EpisodeRecorder {
  public typealias Frame = (drawing: Drawing, moment: EpisodeMoment)

  /// The frames of each episode.
  public private(set) var episodes: [[Frame]] = []

  public init() {}

  public var failure: Failure? { nil }

  public func add(_ drawing: Drawing, at moment: EpisodeMoment) {
    if moment.step == 0 { episodes.append([]) }
    episodes[episodes.count - 1].append((drawing, moment))
  }
}

extension Recording {
  /// Adds the same episode as several agents play it, side by side; who has ended waits for the others.
  ///
  /// - Parameter played: What each agent is called, and its frames, at least one of each.
  public func add(sideBySide played: [(title: String, frames: [EpisodeFrames.Frame])]) {
    let count = played.map(\.frames.count).max() ?? 0
    for index in 0..<count {
      let scenes = played.map { title, frames in
        let frame = frames[min(index, frames.count - 1)]
        return Scene(frame.drawing, caption: "\(title)   \(frame.moment.progress)")
      }
      add(scenes, isHeld: index == count - 1)
    }
  }
}
