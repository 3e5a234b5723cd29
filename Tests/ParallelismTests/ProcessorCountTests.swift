import Foundation
import Parallelism
import Testing

@Suite struct ProcessorCountTests {
  @Test func thereAreNoMoreThanTheMachineHas() {
    #expect((1...ProcessInfo.processInfo.processorCount).contains(processorCount))
  }
}
