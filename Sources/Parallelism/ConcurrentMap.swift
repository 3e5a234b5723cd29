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
