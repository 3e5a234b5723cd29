import Dispatch
import Foundation
import Synchronization

/// Threads that share the tasks of a list, while the thread that started them looks on.
public final class WorkerPool: Sendable {
  private let taskCount: Int
  private let task: @Sendable (Int, WorkerPool) throws -> Void
  private let nextTask = Atomic(0)
  private let hasStopped = Atomic(false)
  private let failure = Mutex<(any Error)?>(nil)

  /// Whether tasks are to end as soon as they can, because someone wants so or one has failed.
  public var isStopped: Bool { hasStopped.load(ordering: .relaxed) }

  /// Runs all tasks and returns when they have ended.
  ///
  /// - Parameters:
  ///   - count: How many tasks there are.
  ///   - threads: How many may run at once, one at least.
  ///   - task: Runs the task of that index on one of the threads.
  ///   - watch: Called on this thread all the while; `false` stops the pool.
  /// - Throws: What a task has thrown first; the others are stopped then.
  public static func run(
    tasks count: Int, threads: Int, task: @escaping @Sendable (Int, WorkerPool) throws -> Void,
    watch: () -> Bool
  ) throws {
    precondition(threads > 0, "WorkerPool: \(threads) threads run nothing")
    let pool = WorkerPool(taskCount: count, task: task)
    let group = DispatchGroup()
    for _ in 0..<min(threads, count) {
      group.enter()
      let thread = Thread {
        pool.work()
        group.leave()
      }
      // That of a main thread, which not every system gives to others.
      thread.stackSize = 8 << 20
      thread.start()
    }
    while group.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
      if !watch() { pool.stop() }
    }
    if let error = pool.failure.withLock({ $0 }) { throw error }
  }

  private init(taskCount: Int, task: @escaping @Sendable (Int, WorkerPool) throws -> Void) {
    self.taskCount = taskCount
    self.task = task
  }

  private func work() {
    while !isStopped {
      let index = nextTask.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < taskCount else { return }
      do {
        try task(index, self)
      } catch {
        failure.withLock { $0 = $0 ?? error }
        stop()
      }
    }
  }

  private func stop() { hasStopped.store(true, ordering: .relaxed) }
}
