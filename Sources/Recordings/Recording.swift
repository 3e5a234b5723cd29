import Files
import ReinforcementLearning
import Rendering
import State

/// A file that episodes are shown in, frame by frame.
///
/// ```swift
/// let recording = try Recording(to: "landing.gif", width: 600, height: 400, framesPerSecond: 50)
/// var environment = RecordedEnvironment(LunarLander(), into: recording)
/// // … reset, step, step, …
/// try recording.finish()
/// ```
///
/// A GIF and an MP4 are there only once they are whole. A file of that name must not be there before.
public final class Recording {
  /// What it becomes.
  public let format: RecordingFormat

  /// How many frames have been added.
  public private(set) var frameCount = 0

  /// Why no frames can be added any more; `finish` throws it.
  public private(set) var failure: Failure?

  private let file: any FrameFile
  private let raster: Raster
  private let framesPerSecond: Int

  /// The sizes of a side, in pixels.
  public static let sides = 16...4096

  /// Begins a recording.
  ///
  /// - Parameters:
  ///   - path: The file, whose name decides the format.
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  ///   - framesPerSecond: How many frames are shown in a second.
  /// - Precondition: The sides are among `sides`, and there is a frame in a second.
  /// - Throws: `Failure` if the name asks for no format, the file is there or cannot be written, the
  ///   format has no such rate, or there is no ffmpeg for an MP4.
  public init(
    to path: Path, width: Int, height: Int, framesPerSecond: Int
  ) throws(Failure) {
    precondition(
      Self.sides.contains(width) && Self.sides.contains(height),
      "a recording cannot have \(width) by \(height) pixels")
    precondition(framesPerSecond > 0, "cannot show \(framesPerSecond) frames in a second")
    format = try RecordingFormat(path)
    guard framesPerSecond <= format.greatestRate else {
      throw .usage(
        "\(framesPerSecond) frames in a second are too many; choose at most \(format.greatestRate)"
          + (format == .gif ? ", or let the name end with .mp4." : "."))
    }
    self.framesPerSecond = framesPerSecond
    raster = try Raster(width: width, height: height)
    file =
      switch format {
      case .gif:
        try GIFFile(path, width: width, height: height, framesPerSecond: framesPerSecond)
      case .mp4:
        try MP4File(path, width: width, height: height, framesPerSecond: framesPerSecond)
      case .images(let prefix, let digits, let suffix):
        try ImageFiles(prefix: prefix, digits: digits, suffix: suffix)
      }
  }

  /// What is seen in one of the parts of a frame.
  public struct Scene {
    public var drawing: Drawing
    /// A line at the top.
    public var caption: String

    public init(_ drawing: Drawing, caption: String) {
      self.drawing = drawing
      self.caption = caption
    }
  }

  /// Adds a frame. After a failure nothing is done any more.
  ///
  /// - Parameters:
  ///   - drawing: What is to be seen.
  ///   - caption: A line at the top.
  ///   - isHeld: Whether it is shown for a second, as the last one of an episode.
  public func add(_ drawing: Drawing, caption: String = "", isHeld: Bool = false) {
    add([Scene(drawing, caption: caption)], isHeld: isHeld)
  }

  /// Adds a frame with several scenes, in as many rows as `columns(of:)` says. After a failure nothing is done any more.
  ///
  /// - Parameters:
  ///   - scenes: What is to be seen; at least one.
  ///   - isHeld: Whether it is shown for a second, as the last one of an episode.
  public func add(_ scenes: [Scene], isHeld: Bool = false) {
    guard failure == nil else { return }
    precondition(!scenes.isEmpty, "a frame needs a scene")
    let columns = Self.columns(of: scenes.count)
    let rows = (scenes.count + columns - 1) / columns
    let (width, height) = (raster.width / columns, raster.height / rows)
    // A line between neighbours.
    let gap = scenes.count > 1 ? 2 : 0
    if gap > 0 { raster.clear(.reference) }
    for (index, scene) in scenes.enumerated() {
      let area = Raster.Area(
        x: index % columns * width, y: index / columns * height, width: width - gap,
        height: height - gap)
      scene.drawing.draw(on: raster, in: area)
      let size = max(9, Double(height) / 26)
      raster.within(area) {
        raster.write(
          scene.caption, at: [0.7 * size, 1.5 * size], size: size, color: scene.drawing.ink)
      }
    }
    do {
      try file.add(raster, showingFor: isHeld ? framesPerSecond : 1)
      frameCount += 1
    } catch {
      failure = error
    }
  }

  /// How many scenes stand side by side in a frame with several: two of four, three of three.
  public static func columns(of count: Int) -> Int {
    count <= 3 ? max(1, count) : Int(Double(count).squareRoot().rounded(.up))
  }

  /// Writes what is not written yet. Nothing can be added afterwards.
  ///
  /// - Precondition: There is a frame.
  /// - Throws: `Failure` if the file cannot be written, now or before.
  public func finish() throws(Failure) {
    if let failure { throw failure }
    precondition(frameCount > 0, "a recording needs a frame")
    failure = .failed("The recording has ended; begin another one.")
    try file.finish()
  }
}
