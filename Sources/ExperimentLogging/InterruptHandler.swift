import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The first signal that asked the program to end, or 0.
private let firstSignal = Atomic<Int32>(0)

/// What runs when a signal arrives, between any two instructions of the program. It may therefore
/// neither allocate nor lock: it does nothing but an atomic exchange and `_exit`.
private func noteSignal(_ signal: Int32) {
  if firstSignal.exchange(signal, ordering: .relaxed) != 0 { _exit(128 + signal) }
}

/// Turns the first Ctrl-C (SIGINT) or SIGTERM into a flag, so that a training loop can finish its
/// update and write a checkpoint. The second one ends the program at once.
///
/// ```swift
/// InterruptHandler.install()
/// while !InterruptHandler.isInterrupted { update() }
/// if let code = InterruptHandler.exitCode { exit(code) }
/// ```
public enum InterruptHandler {
  /// Takes charge of both signals from now on, in the whole process.
  public static func install() {
    // A global is initialised when it is first touched, which must not be in the handler.
    _ = firstSignal.load(ordering: .relaxed)
    signal(SIGINT, noteSignal)
    signal(SIGTERM, noteSignal)
  }

  /// Whether a signal has arrived. As cheap as reading a variable.
  public static var isInterrupted: Bool {
    firstSignal.load(ordering: .relaxed) != 0
  }

  /// The code to end an interrupted program with: 130 after Ctrl-C, 143 after SIGTERM, as shells
  /// have it; `nil` if no signal has arrived.
  public static var exitCode: Int32? {
    let signal = firstSignal.load(ordering: .relaxed)
    return signal == 0 ? nil : 128 + signal
  }
}
