import Testing

/// Expects that what a process wrote to its standard error contains `message`.
///
/// Release builds leave the messages of `precondition` out; there nothing is expected.
///
/// - Parameter result: What `#expect(processExitsWith:observing:)` returned for
///   `[\.standardErrorContent]`.
public func expectMessage(
  _ message: String, of result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
) {
  #if DEBUG
    // Without a result, the exit test has already recorded its failure.
    guard let result else { return }
    let written = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(written.contains(message), sourceLocation: sourceLocation)
  #endif
}
