import Foundation
import ManyMachines
import Parallelism
import State
import Synchronization

extension Comparison {
  /// Makes the runs of a queue on several threads, until nothing is left.
  ///
  /// - Parameters:
  ///   - queue: The runs, which takes what comes out of them.
  ///   - jobs: How many at once.
  ///   - folder: Where ranks work at them together; `nil` in memory.
  ///   - waits: Whether to wait for the runs of other ranks, too.
  ///   - monitor: Tells when to end.
  ///   - attempt: Tries to begin a run.
  ///   - body: Makes it.
  func execute<Claim: Sendable>(
    _ queue: RunQueue<E.Settings>, jobs: Int, in folder: JobFolder?, waits: Bool = true,
    _ monitor: Monitor,
    attempt: @escaping @Sendable (Int) throws(Failure) -> RunQueue<E.Settings>.Attempt<Claim>,
    body: @escaping @Sendable (Int, Claim, Monitor) throws(Failure) -> RunValues
  ) throws(Failure) {
    let cells = folder.map { self.cells(in: $0.path) } ?? []
    let ranks = folder?.ranks ?? .alone
    let progress = JobProgress(
      runs: plan.runs.count, finished: Set(queue.values.keys), ranks, folder?.gathering
    ) { index in cells[index] }
    var problem: Failure?
    let threads = max(1, ranks.processors / jobs)
    do {
      try WorkerPool.run(
        tasks: jobs, threads: jobs,
        task: { _, pool in
          while !pool.isStopped {
            let next = try queue.next(attempt)
            guard let (index, claim) = next.run else {
              guard waits, next.isWaiting else { return }
              Thread.sleep(forTimeInterval: 0.1)
              continue
            }
            let inner = Monitor(
              isInterrupted: { pool.isStopped },
              show: { phase, done, total, _ in
                if phase == Monitor.steps { progress.set(index, done, of: total) }
              })
            let values = try withThreads(threads) { () throws(Failure) in
              try body(index, claim, inner)
            }
            queue.finish(index, values)
            progress.finish(index)
          }
        },
        watch: {
          do throws(Failure) {
            try progress.exchange(monitor)
            return true
          } catch {
            problem = error
            return false
          }
        })
    } catch let failure as Failure {
      // A pool that is stopped interrupts its runs.
      throw problem ?? failure
    } catch {
      throw problem ?? .failed("\(error)")
    }
    if let problem { throw problem }
    try monitor.check()
    try progress.conclude(monitor)
  }
}
