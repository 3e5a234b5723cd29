import ArgumentParser
import Experiments
import Foundation
import ManyMachines
import State
import Synchronization

/// What a command runs in: what names are looked up in, and where its words go.
public struct CommandContext<Names: Sendable> {
  /// What names are looked up in, such as environments.
  public var names: Names
  /// The version of the program.
  public var version: String
  /// The arguments that the program was started with, its own name first.
  public var commandLine: [String] = CommandLine.arguments
  /// Writes a line of results.
  public var output: @Sendable (String) -> Void = StandardStreams.output
  /// Writes a line for whoever watches.
  public var note: @Sendable (String) -> Void = StandardStreams.note
  /// The processes that the command runs in at once.
  public var ranks = Ranks.alone
  /// Whether someone has asked the program to end.
  public var isInterrupted: @Sendable () -> Bool = { Interrupts.isRequested }

  public init(names: Names, version: String) {
    self.names = names
    self.version = version
  }

  /// Where a run comes from.
  var origin: RunOrigin {
    RunOrigin(
      version: version, command: commandLine.map(shellQuoted).joined(separator: " "))
  }

  /// Tells whoever waits for a debug build that there is a faster one.
  public func noteDebugBuild() {
    #if DEBUG
      note("This is a debug build; built with -c release, it is many times faster.")
    #endif
  }

  /// What long computations are given.
  ///
  /// - Parameters:
  ///   - isQuiet: Whether no progress is to be shown.
  ///   - picture: What is shown below the progress, on a terminal.
  public func makeDisplay(isQuiet: Bool, picture: (any TerminalPicture)? = nil) -> Display {
    // What all ranks could say, the first one does.
    let note = ranks.isFirst ? note : { @Sendable _ in }
    return Display(
      isQuiet: isQuiet || !ranks.isFirst, picture: picture, isInterrupted: isInterrupted, note: note
    )
  }

  /// Makes sure that a command can run in the processes that were started for it: that they know of each
  /// other, and are of the same program.
  func checkRanks() throws(Failure) {
    if let count = Ranks.unknownCount {
      throw .usage(
        "mpirun has started \(count) processes, but this program was built without MPI; build it with "
          + "Scripts/setup --mpi && swift build -c release --traits MPI.")
    }
    try ranks.checkAlike(
      Array(commandLine.dropFirst()), Monitor(isInterrupted: isInterrupted))
  }
}

/// Shows the progress of computations.
public final class Display: Sendable {
  private let line: Mutex<ProgressLine>
  private let isInterrupted: @Sendable () -> Bool
  private let note: @Sendable (String) -> Void

  init(
    isQuiet: Bool, picture: (any TerminalPicture)?, isInterrupted: @escaping @Sendable () -> Bool,
    note: @escaping @Sendable (String) -> Void
  ) {
    line = Mutex(ProgressLine(isQuiet: isQuiet, picture: picture))
    self.isInterrupted = isInterrupted
    self.note = note
  }

  /// The monitor that leads here.
  public var monitor: Monitor {
    Monitor(
      isInterrupted: isInterrupted,
      show: { phase, done, total, note in
        self.show(phase, done, of: total, note)
      },
      tell: { sentence in
        self.clear()
        self.note(sentence)
      })
  }

  /// Whether what is shown next will be seen; what it says need not be put together otherwise.
  var isDue: Bool { line.withLock { $0.isDue } }

  func show(_ phase: String, _ done: Int, of total: Int, _ note: String) {
    line.withLock { $0.update(phase, done: done, of: total, note) }
  }

  /// Takes the line off the terminal.
  public func clear() { line.withLock { $0.clear() } }
}

/// An argument as one would type it in a shell.
public func shellQuoted(_ argument: String) -> String {
  let plain = argument.unicodeScalars.allSatisfy {
    $0.isASCII && ($0.properties.isAlphabetic || "0123456789._-/,=:+@%".unicodeScalars.contains($0))
  }
  if plain && !argument.isEmpty { return argument }
  return "'" + argument.replacing("'", with: #"'\''"#) + "'"
}
