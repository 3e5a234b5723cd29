import Autodiff
import Distributions
import Foundation
import RandomNumbers
import Testing

@Suite struct LatentDistributionTests {
  private static let kinds: [any LatentDistribution] = [
    Bernoulli(logits: .zeros([2, 4])), DiagonalGaussian(parameters: .zeros([2, 4])),
    OneHotCategorical(logits: .zeros([2, 4]), categoryCount: 2),
  ]

  /// A leaf is cut off from what led to the parameters; a detached distribution records nothing.
  @Test(arguments: 0..<3)
  func leavesAndConstants(kind: Int) {
    let variable = Tensor([0.1, 0.2, 0.3, 0.4, 0, 0, 1, 1], shape: [2, 4]).asVariable()
    let distribution = Self.kinds[kind].replacing(parameters: 2 * variable)
    #expect(distribution.parameters.isRecorded && !distribution.detached().parameters.isRecorded)
    let leaf = distribution.atLeaf()
    #expect(leaf.parameters.values == distribution.parameters.values)
    let output = leaf.mean.squaredNorm()
    #expect(gradients(of: output, withRespectTo: [variable])[0].values.allSatisfy { $0 == 0 })
    let slope = gradients(of: output, withRespectTo: [leaf.parameters])[0]
    #expect(slope.shape == [2, 4])
    #expect(leaf.rowCount == 2 && leaf.parameterCount == 4)
    #expect(leaf.sampleShape == [2, kind == 1 ? 2 : 4])
    #expect(type(of: leaf).name == ["Bernoulli", "Gaussian", "categorical"][kind])
  }

  /// A relaxed sample is the relaxation of a sample of its own.
  @Test func relaxedSampleIsLogistic() {
    let leaf = Bernoulli(logits: Tensor(repeating: 0.6, shape: [20_000, 1])).atLeaf()
    var generator = PCG64(seed: 1)
    let z = leaf.relaxedSample(using: &generator)
    #expect(kolmogorovSmirnov(column(0, of: z.values, width: 1)) { 1 / (1 + exp(0.6 - $0)) } < 1.95)
    let slope = gradients(of: z.sum(), withRespectTo: [leaf.logits])[0]
    #expect(slope.values.allSatisfy { $0 == 1 })
  }
}
