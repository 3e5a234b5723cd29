import Synchronization
import Testing

@testable import Parallelism

@Suite struct ConcurrentMapTests {
  @Test(arguments: [1, 2, 5], [0, 1, 64, 1000, 1001])
  func rangesMakeUpTheWhole(threads: Int, count: Int) {
    let ranges = Mutex<[Range<Int>]>([])
    withThreads(threads) {
      concurrentRanges(of: count, atLeast: 100) { range in ranges.withLock { $0.append(range) } }
    }
    let sorted = ranges.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
    #expect(sorted.flatMap { Array($0) } == Array(0..<count))
    #expect(sorted.count == max(1, min(threads, count / 100)))
    #expect(sorted.allSatisfy { $0.lowerBound.isMultiple(of: 64) })
  }

  @Test(arguments: [1, 2, 7, 100])
  func resultsComeInOrderWhateverTheNumberOfThreads(jobs: Int) {
    #expect(concurrentMap(50, jobs: jobs) { $0 * $0 } == (0..<50).map { $0 * $0 })
  }

  @Test func nothingGivesNothing() {
    #expect(concurrentMap(0) { $0 } == [])
  }
}
