import Testing

@testable import Parallelism

@Suite struct ConcurrentMapTests {
  @Test(arguments: [1, 2, 7, 100])
  func resultsComeInOrderWhateverTheNumberOfThreads(jobs: Int) {
    #expect(concurrentMap(50, jobs: jobs) { $0 * $0 } == (0..<50).map { $0 * $0 })
  }

  @Test func nothingGivesNothing() {
    #expect(concurrentMap(0) { $0 } == [])
  }
}
