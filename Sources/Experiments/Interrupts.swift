import Foundation
import Synchronization

/// The first signal that asked the program to end, or 0.
private let firstSignal = Atomic<Int32>(0)

/// What runs when a signal arrives, between any two instructions of the program. It may therefore
/// neither allocate nor lock: it does nothing but an atomic exchange and `_exit`.
private func noteSignal(_ signal: Int32) {
  if firstSignal.exchange(signal, ordering: .relaxed) != 0 { _exit(128 + signal) }
}

/// Turns the first Ctrl-C (SIGINT), SIGTERM or SIGHUP into a flag, so that what is finished can be
/// saved. The second one ends the program at once.
public enum Interrupts {
  /// Takes charge of these signals from now on, in the whole process.
  public static func install() {
    // A global is initialised when it is first touched, which must not be in the handler.
    _ = firstSignal.load(ordering: .relaxed)
    signal(SIGINT, noteSignal)
    signal(SIGTERM, noteSignal)
    // nohup has it ignored, which is to stay so.
    var action = sigaction()
    sigaction(SIGHUP, nil, &action)
    let isIgnored = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    if !isIgnored { signal(SIGHUP, noteSignal) }
  }

  /// Whether a signal has arrived. As cheap as reading a variable.
  public static var isRequested: Bool { firstSignal.load(ordering: .relaxed) != 0 }

  /// The code to end an interrupted program with, as shells have it: 130 after Ctrl-C, 143 after
  /// SIGTERM, 129 after SIGHUP.
  public static var exitCode: Int32 {
    let signal = firstSignal.load(ordering: .relaxed)
    return 128 + (signal == 0 ? SIGINT : signal)
  }
}
