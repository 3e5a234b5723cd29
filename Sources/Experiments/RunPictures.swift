import Files
import Foundation
import State

/// Pictures of what is trained, which a run leaves in its folder on the way: `recordings/000200.gif`.
///
/// Nothing else in the run depends on them. A run that was killed and is continued ends with the same
/// pictures as one that was not.
public struct RunPictures<E: Experiment>: Sendable {
  /// At which positions of a run there is a picture.
  public enum Schedule: Sendable {
    /// At the beginning, and where so many more steps are taken.
    case every(Int)
    /// At the beginning, where the next power of two is reached, and at the end.
    case powersOfTwo
  }

  /// The folder of the pictures, in that of the run.
  public var folder: String
  /// What follows a picture's number: "gif".
  public var suffix: String
  public var schedule: Schedule
  /// What a page says about them that shows some; `nil` if none does.
  public var caption: String?
  /// Draws the experiment as it is into a new file; must change nothing in it.
  public var draw: @Sendable (E, Path, Monitor) throws(Failure) -> Void

  public init(
    in folder: String, suffix: String, _ schedule: Schedule, caption: String? = nil,
    draw: @escaping @Sendable (E, Path, Monitor) throws(Failure) -> Void
  ) {
    if case .every(let interval) = schedule {
      precondition(interval > 0, "no picture can be drawn every \(interval) steps")
    }
    self.folder = folder
    self.suffix = suffix
    self.schedule = schedule
    self.caption = caption
    self.draw = draw
  }

  /// The pictures that a run has in its folder, in the order in which they were drawn, each with the
  /// position that its name tells.
  public func drawn(in run: Path) -> [(position: Int, path: Path)] {
    let folder = run.appending(folder)
    return Folder.contents(of: folder).compactMap { name in
      guard name.hasSuffix(".\(suffix)"), let position = Int(name.dropLast(suffix.count + 1)) else {
        return nil
      }
      return (position, folder.appending(name))
    }.sorted { $0.position < $1.position }
  }
}

/// Draws the pictures of a run as they come due.
///
/// Which one was the last is told by the files: a run that goes on from a checkpoint looks whether
/// there is one as far on as its schedule asks for, and draws it if an interruption has prevented it.
struct PictureAlbum<E: Experiment> {
  private let pictures: RunPictures<E>
  private let folder: Path
  /// The position of the last picture.
  private var last: Int?

  /// Opens the pictures of a run, and lets go of those from beyond its position, which come again.
  init(_ pictures: RunPictures<E>, of run: Path, at position: Position) throws(Failure) {
    self.pictures = pictures
    folder = run.appending(pictures.folder)
    _ = try Folder.make(folder)
    AtomicFile.removeRemains(in: folder)
    for picture in pictures.drawn(in: run) {
      if picture.position > position.done {
        unlink(picture.path.text)
      } else {
        last = picture.position
      }
    }
  }

  /// Draws the experiment if a picture is due.
  ///
  /// - Returns: Whether one was.
  mutating func update(_ experiment: E, _ monitor: Monitor) throws(Failure) -> Bool {
    let position = experiment.position
    guard isDue(at: position) else { return false }
    let digits = "\(position.done)"
    let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    try pictures.draw(experiment, folder.appending("\(name).\(pictures.suffix)"), monitor)
    last = position.done
    return true
  }

  private func isDue(at position: Position) -> Bool {
    guard let last else { return true }
    guard position.done > last else { return false }
    switch pictures.schedule {
    case .every(let interval): return position.done / interval > last / interval
    case .powersOfTwo:
      return position.isFinished || position.done.bitCount > last.bitCount
    }
  }
}

extension Int {
  /// How many binary digits a number has that is not negative: one more from each power of two on.
  fileprivate var bitCount: Int { Int.bitWidth - leadingZeroBitCount }
}
