import ExperimentLogging
import Foundation
import ReinforcementLearning

/// What a command runs in: the environments there are, and where its words go.
struct CommandContext {
  /// The environments that can be named.
  var environments: EnvironmentRegistry
  /// The arguments that the program was started with, its own name first.
  var commandLine: [String] = CommandLine.arguments
  /// Writes a line of results.
  var output: (String) -> Void = { print($0) }
  /// Writes a line for whoever watches.
  var note: (String) -> Void = { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }
  /// Whether someone has asked the program to end.
  var isInterrupted: () -> Bool = { InterruptHandler.isInterrupted }

  /// The command line as one would type it in a shell.
  var command: String { commandLine.map(shellQuoted).joined(separator: " ") }

  /// Tells whoever waits for a debug build that there is a faster one.
  func warnOfDebugBuild() {
    #if DEBUG
      note("This is a debug build; built with -c release, training is much faster.")
    #endif
  }

  /// The name that the program was started by.
  static var programName: String {
    CommandLine.arguments.first.map { URL(filePath: $0).lastPathComponent } ?? "train-agent"
  }
}

extension EnvironmentRegistry {
  /// The specification of that name, its absence being a matter of the command line.
  func requiredSpecification(named name: String) throws(UsageError) -> EnvironmentSpecification {
    do {
      return try specification(named: name)
    } catch {
      throw UsageError("\(error)")
    }
  }
}

/// An argument as one would type it in a shell.
func shellQuoted(_ argument: String) -> String {
  let plain = argument.unicodeScalars.allSatisfy {
    $0.isASCII && ($0.properties.isAlphabetic || "0123456789._-/,=:+@%".unicodeScalars.contains($0))
  }
  if plain && !argument.isEmpty { return argument }
  return "'" + argument.replacing("'", with: #"'\''"#) + "'"
}
