/// Something wrong with the command line: one sentence that says what, and how to put it right. The
/// program ends with exit code 64.
struct UsageError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Something that went wrong while a command ran: one sentence that says what, and how to go on. The
/// program ends with exit code 1.
struct CommandFailure: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
