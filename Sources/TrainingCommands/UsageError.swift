import ReinforcementLearning

/// Something wrong with the command line or with a configuration file: one sentence that says what,
/// and how to put it right. The program ends with exit code 64.
struct UsageError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Something that went wrong while a command ran: one sentence that says what, and how to go on.
/// The program ends with exit code 1.
struct CommandFailure: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The name that takes the fewest changed characters to get from `name`; `nil` without any.
func nearestName(to name: String, among names: [String]) -> String? {
  names.map { (name: $0, distance: editDistance(name.lowercased(), $0.lowercased())) }
    .min { $0.distance < $1.distance }?.name
}
