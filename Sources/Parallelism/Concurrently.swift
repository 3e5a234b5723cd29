import Dispatch
import Synchronization

/// How many threads a computation may use.
public enum ThreadBudget {
  /// For what is called on this thread; whoever starts a long computation sets it. Nothing that comes
  /// out may depend on it.
  @TaskLocal public static var threads = 1
}

/// Sets the thread budget for as long as `body` runs.
public func withThreads<Result, Failure: Error>(
  _ threads: Int, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  try ThreadBudget.$threads.withValue(threads) {
    Swift.Result(catching: body)
  }.get()
}

/// Does two things, at the same time where the thread budget allows it; they share it.
///
/// - Parameters:
///   - other: Runs on another thread, which is all that it may use; or on this one afterwards.
///   - here: Runs on this thread, and may use the others.
/// - Returns: What both have come to.
public func concurrently<Other: Sendable, Here>(
  _ other: @escaping @Sendable () -> Other, _ here: () -> Here
) -> (other: Other, here: Here) {
  if ThreadBudget.threads < 2 {
    let mine = here()
    return (other(), mine)
  }
  let result = Mutex<Other?>(nil)
  let done = DispatchSemaphore(value: 0)
  // A serial queue gets a thread even where all that the system has lent out are waiting.
  DispatchQueue(label: "concurrently").async {
    let value = other()
    result.withLock { $0 = value }
    done.signal()
  }
  let mine = withThreads(ThreadBudget.threads - 1, here)
  done.wait()
  guard let value = result.withLock({ $0 }) else {
    preconditionFailure("concurrently: the other thread has left nothing")
  }
  return (value, mine)
}
