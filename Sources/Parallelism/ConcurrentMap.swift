import Dispatch
import Synchronization

/// The results of `body` for 0 ..< count, in this order, computed on several threads.
///
/// Each call must depend on its index alone: then the results do not depend on the number of
/// threads, nor on which of them computes what.
///
/// - Parameters:
///   - count: How many results.
///   - jobs: How many threads at most; as many as the machine has cores without it.
///   - body: Computes the result of one index.
public func concurrentMap<Result: Sendable>(
  _ count: Int, jobs: Int? = nil, _ body: @Sendable (Int) -> Result
) -> [Result] {
  precondition(count >= 0, "concurrentMap: \(count) results")
  let results = Mutex([Result?](repeating: nil, count: count))
  let next = Mutex(0)
  DispatchQueue.concurrentPerform(iterations: min(count, max(1, jobs ?? processorCount))) { _ in
    while true {
      let index = next.withLock { index in
        defer { index += 1 }
        return index
      }
      guard index < count else { return }
      let result = body(index)
      results.withLock { $0[index] = result }
    }
  }
  return results.withLock { $0.compactMap { $0 } }
}

/// Does `body` for ranges that make up 0 ..< count, at the same time as far as the thread budget allows.
///
/// Where the ranges lie depends on the number of threads: what `body` does to an element must not depend on
/// the others.
///
/// - Parameters:
///   - count: How many elements.
///   - minimum: How many elements are worth a thread.
///   - body: Does the work of a range; ranges begin at multiples of 64.
public func concurrentRanges(
  of count: Int, atLeast minimum: Int, _ body: @Sendable (Range<Int>) -> Void
) {
  let parts = min(ThreadBudget.threads, count / minimum)
  guard parts > 1 else { return body(0..<count) }
  let bounds = (0..<parts).map { count * $0 / parts & ~63 } + [count]
  DispatchQueue.concurrentPerform(iterations: parts) { body(bounds[$0]..<bounds[$0 + 1]) }
}
