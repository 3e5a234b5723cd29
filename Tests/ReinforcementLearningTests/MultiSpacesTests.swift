import RandomNumbers
import ReinforcementLearning
import Testing

/// The expected draws are those of Gymnasium 1.4.0.
@Suite struct MultiSpacesTests {
  @Test(arguments: [
    (
      11, UInt64(1),
      [
        [1, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0], [1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1],
        [1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1],
      ]
    ),
    (
      11, 7,
      [
        [1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0], [1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 1],
        [0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0],
      ]
    ),
    // Fewer than the four that a word of the generator holds: what is left of it is not used later.
    (3, 1, [[1, 1, 0], [1, 1, 0], [0, 1, 0], [1, 1, 0]]),
    (3, 7, [[1, 0, 1], [1, 0, 0], [1, 0, 0], [1, 1, 1]]),
  ])
  func switchesEqualGymnasiums(count: Int, seed: UInt64, expected: [[Int]]) {
    let space = MultiBinary(count)
    var generator = PCG64(seed: seed)
    #expect(expected.map { _ in space.sample(using: &generator) } == expected)
    #expect(expected.allSatisfy(space.contains))
  }

  @Test(arguments: [
    (UInt64(1), [[1, 1, 0, 948], [0, 0, 4, 409], [1, 0, 3, 538], [0, 1, 1, 453]]),
    (UInt64(7), [[1, 1, 3, 225], [0, 1, 0, 821], [2, 0, 1, 278], [0, 0, 2, 553]]),
  ])
  func choicesEqualGymnasiums(seed: UInt64, expected: [[Int]]) {
    let space = MultiDiscrete([3, 2, 5, 1000])
    var generator = PCG64(seed: seed)
    #expect(expected.map { _ in space.sample(using: &generator) } == expected)
    #expect(expected.allSatisfy(space.contains))
  }

  @Test(arguments: [
    (
      UInt64(1),
      [[0, 0, 3, 2], [2, 0, 4, 2], [0, 0, 0, 2], [2, 0, 4, 2], [0, 0, 1, 2], [2, 0, 1, 2]]
    ),
    (
      UInt64(7),
      [[2, 0, 3, 2], [2, 0, 4, 2], [2, 0, 4, 2], [2, 0, 0, 2], [0, 0, 1, 2], [0, 0, 4, 2]]
    ),
  ])
  func maskedChoicesEqualGymnasiums(seed: UInt64, expected: [[Int]]) {
    let space = MultiDiscrete([3, 2, 5, 4])
    let mask = [1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0].map { $0 == 1 }
    var generator = PCG64(seed: seed)
    #expect(expected.map { _ in space.sample(mask: mask, using: &generator) } == expected)
    #expect(!space.hasElement(allowedBy: mask))
    #expect(!space.allows([0, 0, 0, 2], by: mask))
    var open = mask
    open[3] = true
    #expect(space.hasElement(allowedBy: open) && space.allows([0, 0, 0, 2], by: open))
    #expect(!space.allows([1, 0, 0, 2], by: open) && !space.allows([0, 0, 2, 2], by: open))
    #expect(space.hasElement(allowedBy: mask.map { _ in true }))
  }
}
