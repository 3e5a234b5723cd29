import RandomNumbers
import ReinforcementLearning
import TestSupport
import Testing

@Suite struct BoxTests {
  /// A box, a seed, and the bits of the draws of Gymnasium 1.4.0 with NumPy 2.4.6.
  static let gymnasiumSamples: [(Box, UInt64, [[UInt32]])] = [
    (
      Box(low: [-1, -2.5, 0, 3], high: [1, 2.5, 1e-3, 3]), 11,
      [
        [0xbf3e_2c0c, 0xbb6c_a14a, 0x3a1d_ade0, 0x4040_0000],
        [0xbf34_4308, 0x4009_070c, 0x3893_aec3, 0x4040_0000],
        [0x3f65_8b4f, 0x3f1c_02d1, 0x39c1_756c, 0x4040_0000],
        [0x3ea6_c04e, 0xbf8f_cd67, 0x3910_ab86, 0x4040_0000],
      ]
    ),
    (
      Box(low: -1, high: 1, count: 2), 0,
      [[0x3e8c_3faf, 0xbeeb_bd08], [0xbf6b_0585, 0xbf77_89b1], [0x3f20_64f5, 0x3f53_54b3]]
    ),
    // The width of this range is beyond single precision.
    (Box(low: -3.4e38, high: 3.4e38, count: 2), 7, [[0x7e7f_fba1, 0x7f4b_3467]]),
  ]

  @Test(arguments: gymnasiumSamples)
  func boundedSamplesEqualGymnasiums(space: Box, seed: UInt64, expected: [[UInt32]]) {
    var generator = PCG64(seed: seed)
    let samples = expected.map { _ in space.sample(using: &generator).map(\.bitPattern) }
    #expect(samples == expected)
  }

  @Test func unboundedScalarsFollowTheirDistributions() {
    let infinity = Float.infinity
    let space = Box(low: [-infinity, 5, -infinity, 0], high: [infinity, infinity, -7, 1])
    var generator = PCG64(seed: 3)
    let samples = (0..<20_000).map { _ in space.sample(using: &generator) }
    func moments(_ index: Int) -> (mean: Float, variance: Float) {
      let count = Float(samples.count)
      let mean = samples.reduce(0) { $0 + $1[index] } / count
      return (mean, samples.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) } / count)
    }

    #expect(samples.allSatisfy(space.contains))
    let expected: [(Float, Float)] = [(0, 1), (6, 1), (-8, 1), (0.5, 1 / 12)]
    for (index, (mean, variance)) in expected.enumerated() {
      // Five standard errors: of a mean 0.035 at most, of an exponential's variance 0.1.
      #expect(abs(moments(index).mean - mean) < 0.036)
      #expect(abs(moments(index).variance - variance) < 0.1)
    }
  }

  @Test func boundedScalarsAreDrawnLast() {
    var generator = PCG64(seed: 3)
    var reference = generator
    let sample = Box(low: [0, -.infinity], high: [1, .infinity]).sample(using: &generator)
    #expect(sample[1] == Float(reference.standardNormal()))
    #expect(sample[0] == Float(reference.uniform(0, 1)))
  }

  @Test(arguments: [
    ([0, 0.5], true), ([-1, 3], true), ([-1.0001, 0], false), ([0, 3.0001], false),
    ([0], false), ([0, 0, 0], false), ([.nan, 0], false),
  ])
  func containsWhatLiesWithinTheBounds(element: [Float], isElement: Bool) {
    #expect(Box(low: [-1, 0], high: [1, 3]).contains(element) == isElement)
  }

  @Test func isBoundedNeedsAllBounds() {
    #expect(Box(low: [0, 1], high: [1, 2]).isBounded)
    #expect(!Box(low: [0, 1], high: [1, .infinity]).isBounded)
    #expect(!Box(low: [0, -.infinity], high: [1, 2]).isBounded)
  }

  @Test(arguments: 0..<5)
  func impossibleBoundsStop(index: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index] in
      let infinity = Float.infinity
      let bounds: [[Float]] = [
        [1, 0], [.nan, 0], [0, .nan], [infinity, infinity], [-infinity, -infinity],
      ]
      _ = Box(low: [bounds[index][0]], high: [bounds[index][1]])
    }
    expectMessage("No number lies between the bounds", of: result)
  }

  @Test func unequalCountsStop() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Box(low: [0], high: [1, 2]) }
    expectMessage("as many low as high bounds; got 1 and 2", of: result)
  }
}
