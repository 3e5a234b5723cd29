import Foundation
import Synchronization

/// Does something again and again on another thread, and counts how often a file that was opened here
/// meanwhile had been closed: whoever closes a descriptor twice closes a stranger's.
///
/// - Parameters:
///   - count: How often.
///   - body: What is done.
public func strangersClosed(during count: Int, _ body: @escaping @Sendable () -> Void) -> Int {
  let left = Left(count)
  Thread.detachNewThread {
    for _ in 0..<count {
      body()
      left.count.subtract(1, ordering: .acquiringAndReleasing)
    }
  }
  var closed = 0
  while left.count.load(ordering: .acquiring) > 0 {
    let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { continue }
    for _ in 0..<20 { sched_yield() }
    if close(descriptor) != 0 { closed += 1 }
  }
  return closed
}

private final class Left: Sendable {
  let count: Atomic<Int>
  init(_ count: Int) { self.count = Atomic(count) }
}
