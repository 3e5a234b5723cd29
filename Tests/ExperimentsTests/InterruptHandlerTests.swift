import ExperimentLogging
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
@Suite struct InterruptHandlerTests {
  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func exitCodesFollowTheShell(signal: Int32, code: Int32) async {
    await #expect(processExitsWith: .success) { [signal, code] in
      InterruptHandler.install()
      #expect(!InterruptHandler.isInterrupted)
      #expect(InterruptHandler.exitCode == nil)
      #expect(deliver(signal) == 0)
      #expect(InterruptHandler.isInterrupted)
      #expect(InterruptHandler.exitCode == code)
    }
  }

  @Test func theSecondCtrlCEndsTheProgram() async {
    await #expect(processExitsWith: .exitCode(130)) {
      InterruptHandler.install()
      deliver(SIGINT)
      guard InterruptHandler.isInterrupted else { exit(1) }
      deliver(SIGINT)
    }
  }

  @Test func withoutInstallationCtrlCKills() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      _ = InterruptHandler.isInterrupted
      signal(SIGINT, SIG_DFL)
      deliver(SIGINT)
    }
  }
}
