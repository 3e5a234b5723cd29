/// How long computations tell how far they are, and hear that they are to end.
///
/// Passed down to whatever may take longer than a moment. The usual one says nothing and never ends
/// anything.
public struct Monitor: Sendable {
  private let isInterrupted: @Sendable () -> Bool
  private let show: @Sendable (_ phase: String, _ done: Int, _ total: Int, _ note: String) -> Void
  private let tell: @Sendable (String) -> Void

  /// Creates a monitor.
  ///
  /// - Parameters:
  ///   - isInterrupted: Whether everything is to end; as cheap as reading a variable.
  ///   - show: Is told how far a phase is, as often as the phase likes.
  ///   - tell: Takes a sentence that a person should see.
  public init(
    isInterrupted: @escaping @Sendable () -> Bool = { false },
    show:
      @escaping @Sendable (
        _ phase: String, _ done: Int, _ total: Int, _ note: String
      ) -> Void = { _, _, _, _ in },
    tell: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.isInterrupted = isInterrupted
    self.show = show
    self.tell = tell
  }

  /// One that says nothing and never ends anything.
  public static let silent = Monitor()

  /// One that tells the same, but never ends anything.
  public var uninterrupted: Monitor { Monitor(show: show, tell: tell) }

  /// Throws if everything is to end.
  public func check() throws(Failure) {
    if isInterrupted() { throw .interruption }
  }

  /// Tells how far a phase is, and throws if everything is to end.
  ///
  /// - Parameters:
  ///   - phase: What goes on, in a few words: "evaluation".
  ///   - done: How much of it is done.
  ///   - total: How much there is; 0 if nobody knows.
  ///   - note: What else is to be said.
  public func check(
    _ phase: String, _ done: Int, of total: Int, _ note: String = ""
  ) throws(Failure) {
    try check()
    show(phase, done, total, note)
  }

  /// Says a sentence to whoever watches.
  public func warn(_ sentence: String) { tell(sentence) }
}
