import Experiments
import Foundation
import Testing

/// Sends a signal to this thread, which has handled it when the call returns. (Threads of a pool
/// block signals; the main thread of a program does not.)
@discardableResult
private func deliver(_ signal: Int32) -> Int32 {
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, signal)
  pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  return raise(signal)
}

/// Signals concern a whole process, hence each test has one of its own.
@Suite struct InterruptsTests {
  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func exitCodesFollowTheShell(signal: Int32, code: Int32) async {
    await #expect(processExitsWith: .success) { [signal, code] in
      Interrupts.install()
      #expect(!Interrupts.isRequested)
      #expect(deliver(signal) == 0)
      #expect(Interrupts.isRequested)
      #expect(Interrupts.exitCode == code)
    }
  }

  @Test func theSecondSignalEndsTheProgram() async {
    await #expect(processExitsWith: .exitCode(143)) {
      Interrupts.install()
      deliver(SIGINT)
      guard Interrupts.isRequested else { exit(1) }
      deliver(SIGTERM)
    }
  }

  @Test func whatNohupHasIgnoredStaysSo() async {
    await #expect(processExitsWith: .success) {
      signal(SIGHUP, SIG_IGN)
      Interrupts.install()
      deliver(SIGHUP)
      #expect(!Interrupts.isRequested)
    }
  }

  @Test func withoutInstallationCtrlCKills() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      _ = Interrupts.isRequested
      signal(SIGINT, SIG_DFL)
      deliver(SIGINT)
    }
  }
}

@Suite struct StandardStreamsTests {
  @Test func closedDescriptorsAreNotTakenByFiles() async {
    await #expect(processExitsWith: .exitCode(7)) {
      for descriptor in Int32(0)...2 { close(descriptor) }
      StandardStreams.prepare()
      let file = open("/dev/null", O_WRONLY)
      StandardStreams.note("nobody hears this")
      exit(file > 2 ? 7 : 1)
    }
  }

  @Test func lostOutputIsKnownAndAReaderThatHasLeftIsNone() async {
    await #expect(processExitsWith: .exitCode(7)) {
      StandardStreams.prepare()
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0, close(ends[0]) == 0, dup2(ends[1], 1) == 1 else { exit(1) }
      StandardStreams.output("nobody reads this")
      guard !StandardStreams.isOutputLost else { exit(2) }
      guard dup2(open("/dev/full", O_WRONLY), 1) == 1 else { exit(3) }
      StandardStreams.output("there is no room for this")
      exit(StandardStreams.isOutputLost ? 7 : 4)
    }
  }
}
