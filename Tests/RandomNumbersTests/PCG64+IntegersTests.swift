import RandomNumbers
import Testing

@Suite struct PCG64IntegersTests {
  @Test func halfOpenRangesMatchNumPy() throws {
    var compared = 0
    for integers in try NumPyFixture.shared.get().integers where integers.type == "int64" {
      let low = try #require(Int(integers.low))
      let high = try #require(Int(integers.high))
      // The half-open form cannot name the range that ends with the largest integer.
      if high == .max { continue }
      var generator = PCG64(seed: integers.seed)
      let values = integers.array.map { _ in String(generator.integers(low, high + 1)) }
      #expect(values == integers.array, "\(low)...\(high)")
      #expect(generator == (try integers.arrayEnd.generator()), "\(low)...\(high)")
      compared += 1
    }
    #expect(compared >= 25)
  }

  @Test func rangeOfOneValueDrawsNothing() {
    var generator = PCG64(seed: 1)
    #expect(generator.integers(-3, -2) == -3)
    #expect(generator == PCG64(seed: 1))
  }

  @Test func emptyRangeStops() async {
    await #expect(processExitsWith: .failure) {
      var generator = PCG64(seed: 1)
      _ = generator.integers(4, 4)
    }
  }
}
