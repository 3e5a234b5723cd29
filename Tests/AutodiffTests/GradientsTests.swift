import Autodiff
import TestSupport
import Testing

struct GradientsTests {
  private let x = Tensor([0.5, -1.5, 2]).asVariable()
  private let y = Tensor([1.25, 0.75, -2]).asVariable()

  // MARK: Variables

  @Test func addsUpAllUsesOfAVariable() {
    let z = x * x + x * y + 3 * x
    let slopes = gradients(of: z.sum(), withRespectTo: [x, y])
    expectClose(slopes[0].values, zip(x.values, y.values).map { Double(2 * $0 + $1 + 3) })
    #expect(slopes[1].values == x.values)
  }

  @Test func answersForTheSameVariableTwice() {
    let slopes = gradients(of: (x * y).sum(), withRespectTo: [x, y, x])
    #expect(slopes.map(\.values) == [y.values, x.values, y.values])
  }

  @Test func answersForNoVariable() {
    #expect(gradients(of: x.sum(), withRespectTo: []).isEmpty)
  }

  @Test func differentiatesWithRespectToIntermediateResults() {
    let square = x.squared()
    let cube = square * x
    let loss = (cube + square).sum()
    let slopes = gradients(of: loss, withRespectTo: [cube, square, x, loss])
    #expect(slopes[0].values == [1, 1, 1])
    // x² is used in x³ = x² x as well.
    #expect(slopes[1].values == x.values.map { $0 + 1 })
    expectClose(slopes[2].values, x.values.map { Double(3 * $0 * $0 + 2 * $0) })
    #expect(slopes[3].scalar == 1)
  }

  @Test func theOutputMayItselfBeTheVariable() {
    let cotangent = Tensor([1, 2, 3])
    #expect(gradients(of: x, withRespectTo: [x], cotangent: cotangent)[0].values == [1, 2, 3])
  }

  @Test func givesZerosWhereTheOutputDoesNotDependOnAVariable() {
    let other = Tensor.zeros([2, 4]).asVariable()
    let slopes = gradients(of: x.sum(), withRespectTo: [other, x])
    #expect(slopes[0].shape == [2, 4])
    #expect(slopes[0].values == [Float](repeating: 0, count: 8))
    #expect(slopes[1].values == [1, 1, 1])
    let constant = gradients(of: Tensor(1), withRespectTo: [x])
    #expect(constant[0].values == [0, 0, 0])
    let step = gradients(of: x.unitStep().sum(), withRespectTo: [x], recorded: true)
    #expect(step[0].values == [0, 0, 0])
  }

  @Test func aVariableBehindTheOutputIsNotReached() {
    let square = x.squared()
    let later = square.exp()
    let slopes = gradients(of: square.sum(), withRespectTo: [later, x])
    #expect(slopes[0].values == [0, 0, 0])
    expectClose(slopes[1].values, x.values.map { 2 * Double($0) })
  }

  @Test func theCotangentWeighsTheOutput() {
    let slopes = gradients(of: x * y, withRespectTo: [x], cotangent: Tensor([1, 0, -2]))
    #expect(slopes[0].values == [1.25, 0, 4])
  }

  @Test func oneElementOfAnyShapeNeedsNoCotangent() {
    let single = Tensor([3], shape: [1, 1]).asVariable()
    let slope = gradients(of: single.squared(), withRespectTo: [single])[0]
    #expect(slope.shape == [1, 1])
    #expect(slope.values == [6])
  }

  @Test func gradientsCanBeTakenAgain() {
    let loss = (x * y).squaredNorm()
    let first = gradients(of: loss, withRespectTo: [x, y])
    let second = gradients(of: loss, withRespectTo: [x, y])
    #expect(first.map(\.values) == second.map(\.values))
  }

  @Test(.timeLimit(.minutes(1)))
  func doesNotWalkEveryPath() {
    // There are 2⁶⁰ paths from the output to x.
    var sum = x
    for _ in 0..<60 { sum = sum + sum }
    let slope = gradients(of: sum.sum(), withRespectTo: [x])[0]
    #expect(slope.values == [Float](repeating: 0x1p60, count: 3))
    // Nor every path that leads to no variable.
    let other = gradients(of: (sum + y).sum(), withRespectTo: [y])[0]
    #expect(other.values == [1, 1, 1])
  }

  // MARK: Recording

  @Test func aFirstOrderGradientRecordsNothing() {
    let loss = (x.tanh() * y.exp()).sum()
    let slopes = gradients(of: loss, withRespectTo: [x, y])
    #expect(slopes.map(\.isRecorded) == [false, false])
  }

  @Test func aRecordedGradientIsAFunctionOfTheVariables() {
    let loss = (x.tanh() * y.exp()).sum()
    let slopes = gradients(of: loss, withRespectTo: [x, y], recorded: true)
    #expect(slopes.map(\.isRecorded) == [true, true])
  }

  @Test func withoutRecordingOutweighsARecordedGradient() {
    let loss = x.tanh().sum()
    let slopes = withoutRecording {
      gradients(of: loss, withRespectTo: [x], recorded: true)
    }
    #expect(!slopes[0].isRecorded)
    #expect(slopes[0].values == gradients(of: loss, withRespectTo: [x])[0].values)
  }

  @Test func differentiatesARecordedCotangent() {
    // ∇x of cᵀ(x y) is c y, whose derivative in c is y.
    let cotangent = Tensor([1, 2, 3]).asVariable()
    let slope = gradients(
      of: x * y, withRespectTo: [x], cotangent: cotangent, recorded: true)[0]
    let back = gradients(of: slope.sum(), withRespectTo: [cotangent, y, x])
    #expect(back[0].values == y.values)
    #expect(back[1].values == [1, 2, 3])
    #expect(back[2].values == [0, 0, 0])
  }

  @Test func recordedAndUnrecordedGradientsAgree() {
    let loss = (x.tanh() * y.sigmoid() + (x * y).softplus()).squaredNorm()
    let plain = gradients(of: loss, withRespectTo: [x, y])
    let recorded = gradients(of: loss, withRespectTo: [x, y], recorded: true)
    #expect(plain.map(\.values) == recorded.map(\.values))
  }

  // MARK: Misuse

  @Test func namesTheShapeThatNeedsACotangent() async {
    let vector = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor([1, 2]).asVariable()
      _ = gradients(of: x.squared(), withRespectTo: [x])
    }
    expectMessage("gradients: an output of shape [2] needs a cotangent; sum it first", of: vector)
    let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor([1, 2]).asVariable()
      _ = gradients(of: x, withRespectTo: [x], cotangent: .zeros([2, 1]))
    }
    expectMessage("gradients: a cotangent of shape [2, 1] for an output of shape [2]", of: shapes)
  }

  @Test func namesTheVariableThatIsAConstant() async {
    let constant = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor([1, 2]).asVariable()
      _ = gradients(of: x.sum(), withRespectTo: [x, Tensor(1)])
    }
    expectMessage("gradients: variable 1 is a constant; call asVariable() first", of: constant)
  }
}
