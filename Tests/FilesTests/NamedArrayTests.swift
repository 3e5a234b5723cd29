import Files
import Testing

@Suite struct NamedArrayTests {
  @Test(arguments: [([], 1), ([0], 0), ([3, 0, 5], 0), ([2, 3, 4], 24)] as [([Int], Int)])
  func hasAsManyElementsAsItsShapeAsksFor(shape: [Int], count: Int) {
    let array = NamedArray(name: "w", shape: shape, values: Array(repeating: 1, count: count))
    #expect(array.values?.count == count)
    #expect(NamedArray(name: "n", shape: [1], elements: .int64([3])).values == nil)
  }

  @Test func wrongNumberOfValuesIsAMisuse() async {
    await #expect(processExitsWith: .failure) {
      _ = NamedArray(name: "w", shape: [2, 3], values: [1, 2, 3, 4, 5])
    }
  }

  @Test func negativeDimensionIsAMisuse() async {
    await #expect(processExitsWith: .failure) {
      _ = NamedArray(name: "w", shape: [-1, -1], values: [1])
    }
  }

  @Test func reservedNameIsAMisuse() async {
    await #expect(processExitsWith: .failure) {
      _ = NamedArray(name: "__metadata__", shape: [1], values: [1])
    }
  }
}
