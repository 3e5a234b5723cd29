import Autodiff
import Foundation
import TestSupport
import Testing

struct BernoulliLikelihoodTests {
  private func reference(_ x: Double, _ logit: Double) -> Double {
    x * logit - max(logit, 0) - log1p(Foundation.exp(-abs(logit)))
  }

  /// Rows wider and narrower than the vectors that the kernel goes by.
  @Test(arguments: [1, 3, 16, 37, 200])
  func sumsTheLikelihoodsOfARow(columns: Int) {
    let x = sampleTensor([4, columns], seed: 41, magnitude: 0...1, isPositive: true)
    let logits = sampleTensor([4, columns], seed: 42, magnitude: 0...6)
    let found = x.bernoulliLogLikelihood(logits: logits)
    #expect(found.shape == [4])
    for row in 0..<4 {
      let expected = (0..<columns).reduce(0.0) {
        let index = row * columns + $1
        return $0 + reference(Double(x.values[index]), Double(logits.values[index]))
      }
      expectClose(found.values[row], expected)
    }
  }

  /// In the values, which may lie between 0 and 1, and in the logits; one at a time and both.
  @Test(arguments: 1...3)
  func differentiates(toOrder order: Int) {
    let x = sampleTensor([2, 3], seed: 43, magnitude: 0.1...0.9, isPositive: true)
    let logits = sampleTensor([2, 3], seed: 44)
    checkGradient(
      of: { $0[0].bernoulliLogLikelihood(logits: $0[1]) }, at: [x, logits], order: order)
    checkGradient(
      of: { $0[0].bernoulliLogLikelihood(logits: logits).squared() }, at: [x], order: order)
    checkGradient(
      of: { x.bernoulliLogLikelihood(logits: $0[0]).squared() }, at: [logits], order: order)
    // Values that are a function of the logits, as soft samples are.
    checkGradient(
      of: { $0[0].sigmoid().bernoulliLogLikelihood(logits: $0[0]) }, at: [logits], order: order)
  }

  /// The second derivative is the same where nothing records it any further.
  @Test func curvatureDoesNotDependOnRecording() {
    let x = sampleTensor([3, 20], seed: 45, magnitude: 0...1, isPositive: true)
    let logits = sampleTensor([3, 20], seed: 46, magnitude: 0...4).asVariable()
    let weights = sampleTensor([3, 20], seed: 47)
    let slope = gradients(
      of: x.bernoulliLogLikelihood(logits: logits).squared().sum(), withRespectTo: [logits],
      recorded: true)[0]
    let scalar = (weights * slope).sum()
    let plain = gradients(of: scalar, withRespectTo: [logits])[0]
    let recorded = gradients(of: scalar, withRespectTo: [logits], recorded: true)[0]
    #expect(!plain.isRecorded && recorded.isRecorded)
    expectClose(plain.values, recorded.values.map(Double.init), tolerance: 1e-5)
  }

  @Test func extremeLogitsHaveFiniteDerivatives() {
    let logits = Tensor([80, 80, -80, -80], shape: [1, 4]).asVariable()
    let x = Tensor([0, 1, 0, 1], shape: [1, 4]).asVariable()
    let value = x.bernoulliLogLikelihood(logits: logits)
    expectClose(value.values, [-160])
    let slopes = gradients(of: value, withRespectTo: [x, logits], recorded: true)
    expectClose(slopes[0].values, [80, 80, -80, -80])
    expectClose(slopes[1].values, [-1, 0, 0, 1])
    let curvature = gradients(of: slopes[1].squaredNorm(), withRespectTo: [x, logits])
    expectClose(curvature[0].values, [-2, 0, 0, 2])
    expectClose(curvature[1].values, [0, 0, 0, 0])
    // The likelihoods of what is all but certain are not rounded to 0.
    let certain = Tensor([1, 0], shape: [2, 1])
      .bernoulliLogLikelihood(logits: Tensor([80, -80], shape: [2, 1]))
    #expect(certain.values[0] == 0)
    #expect(certain.values[1] < 0 && certain.values[1] > -2e-35)
  }

  @Test func acceptsEmptyTensors() {
    let none = Tensor.zeros([0, 3]).asVariable()
    #expect(none.bernoulliLogLikelihood(logits: none).shape == [0])
    #expect(Tensor.zeros([2, 0]).bernoulliLogLikelihood(logits: .zeros([2, 0])).values == [0, 0])
  }

  @Test func otherShapesStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = Tensor.zeros([2, 3]).bernoulliLogLikelihood(logits: .zeros([3, 2])) }
    expectMessage(
      "bernoulliLogLikelihood: values [2, 3] and logits [3, 2] differ in shape", of: result)
  }
}
