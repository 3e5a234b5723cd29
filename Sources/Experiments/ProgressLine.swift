import Foundation
import Statistics

/// What a terminal shows below the progress line.
public protocol TerminalPicture: AnyObject, Sendable {
  /// The picture as it is now.
  ///
  /// - Parameters:
  ///   - columns: The characters that a line may have.
  ///   - rows: The lines that there may be.
  func lines(columns: Int, rows: Int) -> [String]

  /// What takes away what does not go with the characters.
  var erasure: String { get }
}

/// Tells a person how far a long computation is.
///
/// On a terminal, one line is drawn over and over, ten times a second at most; it vanishes at the
/// end. There may be a picture below it. Elsewhere, in a file or a pipe, plain lines appear every few seconds.
///
/// ```swift
/// let progress = ProgressLine()
/// progress.update("episode", done: 120, of: 1000, "return 21.3")
/// // episode 120/1000 (12 %), 1 min 05 s left, return 21.3
/// progress.clear()
/// ```
public final class ProgressLine {
  /// How the line is drawn.
  enum Style {
    /// Over and over in the same place of a terminal of this size in characters.
    case redrawn(size: () -> (columns: Int, rows: Int))
    /// One line after the other.
    case plain
  }

  private let style: Style
  private let isQuiet: Bool
  private let now: () -> ContinuousClock.Instant
  private let write: (String) -> Void

  private let interval: Duration
  private var nextUpdate: ContinuousClock.Instant
  private var isDrawn = false
  private let picture: (any TerminalPicture)?
  /// How many lines the picture had when it was drawn last, and the terminal's size then.
  private var pictureRows = 0
  private var lastSize = (columns: 0, rows: 0)
  /// What is counted, since when and from which number on.
  private var phase = ""
  private var start: ContinuousClock.Instant
  private var firstDone = 0

  /// Creates the display, on standard error, so that piped results stay clean.
  ///
  /// - Parameters:
  ///   - isQuiet: Whether to write nothing at all.
  ///   - plainInterval: The time between two lines when they do not go to a terminal.
  ///   - picture: What is shown below the line on a terminal.
  public convenience init(
    isQuiet: Bool = false, plainInterval: Duration = .seconds(5),
    picture: (any TerminalPicture)? = nil
  ) {
    let terminal = Terminal(descriptor: STDERR_FILENO)
    self.init(
      isQuiet: isQuiet, plainInterval: plainInterval,
      style: terminal.canRedraw ? .redrawn(size: { terminal.size }) : .plain,
      picture: picture, now: { .now }, write: terminal.write)
  }

  /// Whether there is a terminal on which it is redrawn.
  public static var isOnTerminal: Bool { Terminal(descriptor: STDERR_FILENO).canRedraw }

  init(
    isQuiet: Bool, plainInterval: Duration, style: Style, picture: (any TerminalPicture)? = nil,
    now: @escaping () -> ContinuousClock.Instant, write: @escaping (String) -> Void
  ) {
    self.style = style
    self.isQuiet = isQuiet
    self.picture = picture
    self.now = now
    self.write = write
    start = now()
    interval = if case .redrawn = style { .milliseconds(100) } else { plainInterval }
    nextUpdate = start + interval
  }

  /// Whether the next update is shown.
  public var isDue: Bool { !isQuiet && now() >= nextUpdate }

  /// Shows the state, if the last time was long enough ago.
  ///
  /// - Parameters:
  ///   - phase: What is counted, in the singular: "episode". The time left is counted from its first
  ///     number on.
  ///   - done: How many are done.
  ///   - total: How many there will be; 0 if nobody knows.
  ///   - note: What else to show.
  public func update(_ phase: String, done: Int, of total: Int, _ note: String = "") {
    guard !isQuiet else { return }
    let time = now()
    if phase != self.phase || done < firstDone {
      (self.phase, start, firstDone) = (phase, time, done)
    }
    guard time >= nextUpdate else { return }
    nextUpdate = time + interval

    var parts = ["\(phase) \(done)"]
    if total > 0 {
      parts[0] += "/\(total) (\(Int(Double(done) / Double(total) * 100)) %)"
      if done > firstDone, done < total {
        let left = (time - start) * (Double(total - done) / Double(done - firstDone))
        parts.append("\(Format.duration(left)) left")
      }
    }
    if !note.isEmpty { parts.append(note) }
    let line = parts.joined(separator: ", ")
    switch style {
    case .redrawn(let size):
      draw(line, size())
      // Drawing takes a thirtieth of the time at most.
      let end = now()
      nextUpdate = end + max(interval, (end - time) * 30)
    case .plain:
      write("\(line)\n")
    }
  }

  private func draw(_ line: String, _ size: (columns: Int, rows: Int)) {
    var text = ""
    if pictureRows > 0 {
      // In a terminal of another size, lines have moved to nobody knows where.
      text = size == lastSize ? "\u{1b}[\(pictureRows)A" : "\u{1b}[H\u{1b}[2J"
    }
    // A line that fills the last column would wrap, and the next one start below it.
    text += "\r\(line.prefix(max(0, size.columns - 1)))\u{1b}[K"
    // Room for what a terminal writes at the cursor when Ctrl-C is pressed.
    let lines = picture?.lines(columns: size.columns - 4, rows: size.rows - 2) ?? []
    if lines.count > pictureRows {
      // What lies below the last line of the screen has to be there before a picture reaches into it.
      text += String(repeating: "\r\n", count: lines.count) + "\u{1b}[\(lines.count)A"
    }
    for line in lines { text += "\r\n\(line)\u{1b}[K" }
    if lines.count < pictureRows { text += "\u{1b}[J" }
    (pictureRows, lastSize, isDrawn) = (lines.count, size, true)
    write(text)
  }

  /// Takes the line off the terminal, and what is below it, so that something else can be printed; the next
  /// update draws it again.
  public func clear() {
    guard isDrawn else { return }
    if pictureRows > 0 {
      write("\(picture?.erasure ?? "")\u{1b}[\(pictureRows)A\r\u{1b}[J")
    } else {
      write("\r\u{1b}[K")
    }
    (isDrawn, pictureRows) = (false, 0)
  }
}
