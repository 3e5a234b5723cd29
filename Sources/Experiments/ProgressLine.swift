import Foundation
import Statistics

/// Tells a person how far a long computation is.
///
/// On a terminal, one line is drawn over and over, ten times a second at most; it vanishes at the
/// end. Elsewhere, in a file or a pipe, plain lines appear every few seconds.
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
    /// Over and over in one line of a terminal with so many columns.
    case redrawn(columns: () -> Int)
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
  /// What is counted, since when and from which number on.
  private var phase = ""
  private var start: ContinuousClock.Instant
  private var firstDone = 0

  /// Creates the display, on standard error, so that piped results stay clean.
  ///
  /// - Parameters:
  ///   - isQuiet: Whether to write nothing at all.
  ///   - plainInterval: The time between two lines when they do not go to a terminal.
  public convenience init(isQuiet: Bool = false, plainInterval: Duration = .seconds(5)) {
    let terminal = Terminal(descriptor: STDERR_FILENO)
    self.init(
      isQuiet: isQuiet, plainInterval: plainInterval,
      style: terminal.canRedraw ? .redrawn(columns: { terminal.columns }) : .plain,
      now: { .now }, write: terminal.write)
  }

  init(
    isQuiet: Bool, plainInterval: Duration, style: Style,
    now: @escaping () -> ContinuousClock.Instant, write: @escaping (String) -> Void
  ) {
    self.style = style
    self.isQuiet = isQuiet
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
    case .redrawn(let columns):
      // A line that fills the last column would wrap, and the next one start below it.
      write("\r\(line.prefix(max(0, columns() - 1)))\u{1b}[K")
      isDrawn = true
    case .plain:
      write("\(line)\n")
    }
  }

  /// Takes the line off the terminal, so that something else can be printed; the next update draws
  /// it again.
  public func clear() {
    guard isDrawn else { return }
    write("\r\u{1b}[K")
    isDrawn = false
  }
}
