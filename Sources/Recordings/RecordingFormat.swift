import Files
import Rendering
import State

/// What a recording becomes, by the name of its file.
public enum RecordingFormat: Sendable, Equatable {
  /// An animated GIF: `.gif`.
  case gif
  /// A film that the program ffmpeg makes: `.mp4`.
  case mp4
  /// A PNG for each frame, with a number between `prefix` and `suffix` of at least `digits` digits:
  /// `frame-%04d.png`, or a folder, in which they have this name.
  case images(prefix: String, digits: Int, suffix: String)

  /// The format that a name asks for.
  ///
  /// - Throws: `Failure` if it asks for none.
  public init(_ path: Path) throws(Failure) {
    let name = path.name.lowercased()
    if path.text.hasSuffix("/") || Folder.isFolder(path) {
      self = .images(prefix: path.appending("frame-").text, digits: 4, suffix: ".png")
    } else if name.hasSuffix(".gif") {
      self = .gif
    } else if name.hasSuffix(".mp4") {
      self = .mp4
    } else if name.hasSuffix(".png"), let pattern = Self.pattern(path.text) {
      self = pattern
    } else {
      throw .usage(
        "\(path) names no format for a recording; let the name end with .gif, .mp4 or %04d.png, or "
          + "name a folder.")
    }
  }

  /// The parts of a name such as `frame-%04d.png`; `nil` if it has no one place for a number.
  private static func pattern(_ text: String) -> RecordingFormat? {
    let parts = text.split(separator: "%", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
    let rest = parts[1].dropFirst(digits.count)
    guard rest.first == "d", digits.isEmpty || digits.first == "0",
      let count = digits.isEmpty ? 1 : Int(digits), count <= 9
    else { return nil }
    return .images(
      prefix: String(parts[0]), digits: max(count, 1), suffix: String(rest.dropFirst()))
  }

  /// The most frames that are shown in a second.
  public var greatestRate: Int {
    // A GIF counts in hundredths of a second, and what shows it takes one hundredth for ten.
    self == .gif ? 50 : 240
  }
}

/// Where the frames of a recording go.
protocol FrameFile: AnyObject {
  /// Adds a frame.
  ///
  /// - Parameters:
  ///   - raster: The image.
  ///   - count: For how many frames it is shown.
  func add(_ raster: Raster, showingFor count: Int) throws(Failure)

  /// Writes what is not written yet. Without it nothing is left, but for single images.
  func finish() throws(Failure)
}
