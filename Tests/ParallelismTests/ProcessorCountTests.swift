import Parallelism
import Testing

@Suite struct ProcessorCountTests {
  @Test func thereIsACore() {
    #expect(processorCount >= 1)
  }
}
