import Testing

@testable import Checkpoints

@Suite struct NamedArrayTests {
  @Test(arguments: [([], 1), ([0], 0), ([3, 0, 5], 0), ([2, 3, 4], 24)] as [([Int], Int)])
  func countIsTheProductOfTheShape(shape: [Int], count: Int) {
    #expect(NamedArray.count(ofShape: shape) == count)
    let array = NamedArray(name: "w", shape: shape, values: Array(repeating: 1, count: count))
    #expect(array.values.count == count)
  }

  @Test(arguments: [[-1], [2, -3], [Int.max], [1 << 31, 1 << 31], [-1, -4]])
  func impossibleShapesHaveNoCount(shape: [Int]) {
    #expect(NamedArray.count(ofShape: shape) == nil)
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
