import Dispatch
import Synchronization

/// Does two things at the same time: one on another thread, one on this.
///
/// - Parameters:
///   - other: Runs on another thread.
///   - here: Runs on this thread.
/// - Returns: What both have come to.
public func concurrently<Other: Sendable, Here>(
  _ other: @escaping @Sendable () -> Other, _ here: () -> Here
) -> (other: Other, here: Here) {
  let result = Mutex<Other?>(nil)
  let done = DispatchSemaphore(value: 0)
  // A serial queue gets a thread even where all that the system has lent out are waiting.
  DispatchQueue(label: "concurrently").async {
    let value = other()
    result.withLock { $0 = value }
    done.signal()
  }
  let mine = here()
  done.wait()
  guard let value = result.withLock({ $0 }) else {
    preconditionFailure("concurrently: the other thread has left nothing")
  }
  return (value, mine)
}
