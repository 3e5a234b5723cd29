import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

/// The expected draws are those of Gymnasium 1.4.0 with NumPy 2.4.6.
@Suite struct DiscreteTests {
  static let gymnasiumSamples: [(Discrete, UInt64, [Int])] = [
    (Discrete(2), 42, [0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1]),
    (Discrete(7, start: -3), 5, [1, 2, -3, 2, 0, 0, 1, -1, 3, -3, -2, -1]),
    (Discrete(1 << 40 + 7), 1, [562_753_827_708, 1_045_045_885_895, 158_505_170_441]),
    (Discrete(1, start: 9), 3, [9, 9, 9]),
  ]

  @Test(arguments: gymnasiumSamples)
  func samplesEqualGymnasiums(space: Discrete, seed: UInt64, expected: [Int]) {
    var generator = PCG64(seed: seed)
    #expect(expected.map { _ in space.sample(using: &generator) } == expected)
  }

  @Test(arguments: [
    (
      Discrete(7, start: -3), [true, false, true, true, false, false, true],
      [0, 3, -3, 3, -1, 0, 0, -1, 3, -3, -1, -1]
    ),
    (Discrete(3, start: 4), [false, false, false], [4, 4, 4]),
    (Discrete(3, start: 4), [false, true, false], [5, 5, 5]),
  ])
  func maskedSamplesEqualGymnasiums(space: Discrete, mask: [Bool], expected: [Int]) {
    var generator = PCG64(seed: 5)
    #expect(expected.map { _ in space.sample(mask: mask, using: &generator) } == expected)
  }

  @Test func masksOfAtMostOneElementDrawNothing() {
    var generator = PCG64(seed: 5)
    let before = generator
    _ = Discrete(3).sample(mask: [false, true, false], using: &generator)
    _ = Discrete(3).sample(mask: [false, false, false], using: &generator)
    #expect(generator == before)
  }

  @Test func containsItsRangeOnly() {
    let space = Discrete(3, start: -1)
    #expect((-3...4).filter(space.contains) == [-1, 0, 1])
    #expect(space.range == -1..<2)
  }

  @Test func emptySpaceStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Discrete(0) }
    expectMessage("needs at least one element; got 0", of: result)
  }

  @Test func maskOfWrongLengthStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = PCG64(seed: 0)
      _ = Discrete(3).sample(mask: [true], using: &generator)
    }
    expectMessage("The mask has 1 entries for 3 elements.", of: result)
  }
}
