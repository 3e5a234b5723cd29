import Autodiff
import NeuralNetworks
import RandomNumbers
import Testing

@Suite struct GradientClippingTests {
  private let gradients = [Tensor([3, 0]), Tensor([0, 0, -4], shape: [1, 3])]

  @Test func normIsThatOfAllTensorsTogether() {
    #expect(globalNorm(gradients) == 5)
    #expect(globalNorm([]) == 0)
  }

  @Test(arguments: [0.5, 4.9] as [Float])
  func longGradientsKeepTheirDirection(maximum: Float) {
    let (clipped, norm) = clipByGlobalNorm(gradients, maximum: maximum)
    #expect(norm == 5)
    #expect(abs(globalNorm(clipped) - maximum) < 1e-6)
    let expected: [Float] = [0.6, 0, 0, 0, -0.8]
    for (found, value) in zip(clipped.flatMap(\.values), expected) {
      #expect(abs(found - maximum * value) < 1e-6)
    }
    #expect(clipped.map(\.shape) == gradients.map(\.shape))
  }

  @Test(arguments: [nil, 5, 7] as [Float?])
  func shortOnesStayAsTheyAre(maximum: Float?) {
    let (clipped, norm) = clipByGlobalNorm(gradients, maximum: maximum)
    #expect(norm == 5)
    #expect(clipped.map(\.values) == gradients.map(\.values))
  }

  /// Their squares are outside the range of `Float`.
  @Test(arguments: [1e20, 3e38, 1e-20, 1e-30, 0x1p-149] as [Float])
  func normsBeyondTheRangeOfSquares(size: Float) {
    #expect(globalNorm([Tensor([size, 0])]) == size)
    let twice = globalNorm([Tensor([size]), Tensor([0, -size, size, size], shape: [2, 2])])
    #expect(twice == 2 * size)
  }

  @Test func smallSquaresDoNotGetLostBesideLargeOnes() {
    #expect(globalNorm([Tensor([3e-25]), Tensor([0, 4e-25])]) == 5e-25)
    #expect(globalNorm([Tensor([3e20]), Tensor([1, -4e20])]) == 5e20)
    #expect(globalNorm([Tensor([1e-25]), Tensor([3, 4])]) == 5)
  }

  @Test(
    arguments: [
      ([1e20, 0], 0.5), ([3e38, -3e38], 0.5), ([1e-20, 1e-20], 1e-21), ([1e38, 2e38], 1e-10),
      ([3e38, 3e38], 1e38), ([1e20, 1e20], 1e-30),
    ] as [([Float], Float)])
  func clippedToTheMaximumAtAnySize(values: [Float], maximum: Float) {
    let clipped = clipByGlobalNorm([Tensor(values)], maximum: maximum).gradients[0].values
    let norm = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    for (found, value) in zip(clipped, values) {
      let expected = Double(maximum) * Double(value) / norm
      #expect(abs(Double(found) - expected) <= 1e-6 * abs(expected))
    }
  }

  /// Ordinary norms keep the digits of a sum in `Float`.
  @Test func ordinaryNormsAreSummedInFloat() {
    var generator = PCG64(seed: 1)
    for exponent in stride(from: -14, through: 17, by: 1) {
      let size = Float(exponent) * 2.302585
      let tensor = withoutRecording { Tensor([size]).exp() }.scalar
      let values = (0..<50).map { _ in tensor * Float(generator.standardNormal()) }
      let expected = Float(Double(Tensor(values).squaredNorm().scalar).squareRoot())
      #expect(globalNorm([Tensor(values)]) == expected)
    }
  }

  @Test func whatIsNotFiniteShows() {
    #expect(globalNorm([Tensor([1, .nan])]).isNaN)
    #expect(globalNorm([Tensor([1, -.infinity])]) == .infinity)
    let clipped = clipByGlobalNorm([Tensor([1, .infinity])], maximum: 1)
    #expect(clipped.norm == .infinity && clipped.gradients[0].values[1].isNaN)
  }
}
