import Autodiff
import NeuralNetworks
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
}
