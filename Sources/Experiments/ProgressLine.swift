import Foundation
import Statistics

/// Tells a person how far a long computation is.
///
/// On a terminal, one line is drawn over and over, ten times a second at most; it vanishes at the
/// end. Elsewhere, in a file or a pipe, plain lines appear every few seconds.
///
/// ```swift
/// let progress = ProgressLine("episode", total: 1000)
/// progress.update(done: 120, [("return", Format.fixed(mean, decimals: 1))])
/// // episode 120/1000 (12 %), 1 min 05 s left, return 21.3
/// progress.finish()
/// ```
public final class ProgressLine {
  /// Where the line goes.
  public enum Stream: Sendable {
    case standardOutput, standardError
  }

  /// How the line is drawn.
  enum Style {
    /// Over and over in one line of a terminal with so many columns.
    case redrawn(columns: () -> Int)
    /// One line after the other.
    case plain
  }

  private let unit: String
  private let total: Int?
  private let style: Style
  private let isQuiet: Bool
  private let now: () -> ContinuousClock.Instant
  private let write: (String) -> Void

  private let start: ContinuousClock.Instant
  private let interval: Duration
  private var nextUpdate: ContinuousClock.Instant
  private var isDrawn = false

  /// Creates the display; the clock for the time left starts now.
  ///
  /// - Parameters:
  ///   - unit: What is counted, in the singular: "episode".
  ///   - total: How many there will be, or `nil` if nobody knows.
  ///   - stream: Where to write; standard error unless asked otherwise, so that piped results stay
  ///     clean.
  ///   - quiet: Whether to write nothing at all.
  ///   - plainInterval: The time between two lines when they do not go to a terminal.
  public convenience init(
    _ unit: String, total: Int?, to stream: Stream = .standardError, quiet: Bool = false,
    plainInterval: Duration = .seconds(5)
  ) {
    let terminal = Terminal(descriptor: stream == .standardError ? STDERR_FILENO : STDOUT_FILENO)
    self.init(
      unit, total: total, quiet: quiet, plainInterval: plainInterval,
      style: terminal.canRedraw ? .redrawn(columns: { terminal.columns }) : .plain,
      now: { .now }, write: terminal.write)
  }

  init(
    _ unit: String, total: Int?, quiet: Bool, plainInterval: Duration, style: Style,
    now: @escaping () -> ContinuousClock.Instant, write: @escaping (String) -> Void
  ) {
    self.unit = unit
    self.total = total
    self.style = style
    self.isQuiet = quiet
    self.now = now
    self.write = write
    start = now()
    interval = if case .redrawn = style { .milliseconds(100) } else { plainInterval }
    nextUpdate = start + interval
  }

  /// Shows the state, if the last time was long enough ago.
  ///
  /// - Parameters:
  ///   - done: How many are done.
  ///   - fields: What else to show, in order; evaluated only when it is shown.
  public func update(done: Int, _ fields: @autoclosure () -> [(label: String, value: String)] = [])
  {
    guard !isQuiet else { return }
    let time = now()
    guard time >= nextUpdate else { return }
    nextUpdate = time + interval

    var parts = [position(done)]
    if let left = timeLeft(done: done, elapsed: time - start) { parts.append(left) }
    parts += fields().map { "\($0.label) \($0.value)" }
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

  /// Ends the display: the terminal is left as if it had never been there.
  public func finish() {
    clear()
  }

  private func position(_ done: Int) -> String {
    guard let total, total > 0 else { return "\(unit) \(done)" }
    return "\(unit) \(done)/\(total) (\(Int(Double(done) / Double(total) * 100)) %)"
  }

  private func timeLeft(done: Int, elapsed: Duration) -> String? {
    guard let total, done > 0, done < total else { return nil }
    let left = elapsed * (Double(total - done) / Double(done))
    return "\(Format.duration(left)) left"
  }
}
