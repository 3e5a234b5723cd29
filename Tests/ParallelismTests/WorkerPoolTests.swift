import Foundation
import Parallelism
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
  private struct Failure: Error {}

  @Test(arguments: [1, 3, 50])
  func runsEveryTaskOnce(threads: Int) throws {
    let counts = Mutex([Int](repeating: 0, count: 20))
    try WorkerPool.run(tasks: 20, threads: threads) { index, _ in
      counts.withLock { $0[index] += 1 }
    } watch: {
      true
    }
    #expect(counts.withLock { $0 } == [Int](repeating: 1, count: 20))
  }

  @Test func nothingToDoIsDone() throws {
    try WorkerPool.run(tasks: 0, threads: 2) { _, _ in
      throw Failure()
    } watch: {
      true
    }
  }

  @Test func tasksRunAtTheSameTime() throws {
    let waiting = Atomic(0)
    try WorkerPool.run(tasks: 2, threads: 2) { _, _ in
      waiting.add(1, ordering: .relaxed)
      let deadline = ContinuousClock.now + .seconds(20)
      while waiting.load(ordering: .relaxed) < 2 && ContinuousClock.now < deadline { usleep(100) }
      #expect(waiting.load(ordering: .relaxed) == 2)
    } watch: {
      true
    }
  }

  @Test func theFirstFailureStopsTheOthers() {
    let started = Atomic(0)
    #expect(throws: Failure.self) {
      try WorkerPool.run(tasks: 1000, threads: 2) { index, pool in
        started.add(1, ordering: .relaxed)
        if index == 1 { throw Failure() }
        while !pool.isStopped { usleep(100) }
      } watch: {
        true
      }
    }
    #expect(started.load(ordering: .relaxed) <= 3)
  }

  @Test func whoeverWatchesCanStopIt() throws {
    let started = Atomic(0)
    try WorkerPool.run(tasks: 1000, threads: 2) { _, pool in
      started.add(1, ordering: .relaxed)
      while !pool.isStopped { usleep(100) }
    } watch: {
      false
    }
    #expect(started.load(ordering: .relaxed) == 2)
  }
}
