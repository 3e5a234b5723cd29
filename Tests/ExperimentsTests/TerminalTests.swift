import Foundation
import Testing

@testable import Experiments

/// The two ends of a new pseudo-terminal: what a terminal emulator holds and what a program gets.
private func openTerminal() throws -> (emulator: Int32, program: Int32) {
  var emulator: Int32 = -1
  var program: Int32 = -1
  try #require(openpty(&emulator, &program, nil, nil, nil) == 0)
  return (emulator, program)
}

@Suite struct TerminalTests {
  @Test func knowsTerminalsFromFiles() async {
    await #expect(processExitsWith: .success) {
      let (emulator, program) = try openTerminal()
      setenv("TERM", "xterm", 1)
      #expect(Terminal(descriptor: program).canRedraw)
      setenv("TERM", "dumb", 1)
      #expect(!Terminal(descriptor: program).canRedraw)
      unsetenv("TERM")
      #expect(Terminal(descriptor: program).canRedraw)
      let file = open("/dev/null", O_WRONLY)
      #expect(!Terminal(descriptor: file).canRedraw)
      #expect(Terminal(descriptor: file).size.columns == 80)
      close(emulator)
    }
  }

  @Test func asksForTheWidthEachTime() throws {
    let (emulator, program) = try openTerminal()
    defer {
      close(program)
      close(emulator)
    }
    let terminal = Terminal(descriptor: program)
    for width: UInt16 in [132, 40, 0] {
      var size = winsize()
      size.ws_col = width
      #expect(ioctl(program, UInt(TIOCSWINSZ), &size) == 0)
      #expect(terminal.size.columns == (width == 0 ? 80 : Int(width)))
    }
  }

  @Test func writesWhatItIsGiven() throws {
    let (emulator, program) = try openTerminal()
    defer {
      close(program)
      close(emulator)
    }
    Terminal(descriptor: program).write("\rä 5 %\u{1b}[K")
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(emulator, &bytes, bytes.count)
    #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "\rä 5 %\u{1b}[K")
    // Nothing to report, nothing to crash on.
    Terminal(descriptor: -1).write("lost")
  }
}
