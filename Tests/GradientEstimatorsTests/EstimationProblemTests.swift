import Autodiff
import Distributions
import RandomNumbers
import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct EstimationProblemTests {
  private static let samples = Tensor([1, 0, 1, 1, 0, 0], shape: [2, 3])

  @Test func formsOfTheObjective() {
    let parameters = sampleTensor([2, 3], seed: 1)
    let sum = { @Sendable (b: Tensor) in b.sumOverColumns() }
    for objective in [
      Objective(sum), Objective.blackBox(sum), Objective.rowByRow({ $0.reduce(0, +) }),
    ] {
      #expect(objective(Self.samples, parameters: parameters).values == [2, 1])
    }
    #expect(Objective(sum).isDifferentiable && !Objective.blackBox(sum).isDifferentiable)
    #expect(!Objective.rowByRow({ $0.reduce(0, +) }).isDifferentiable)
    let product = Objective.dependingOnParameters({ ($0 * $1).sumOverColumns() })
    let expected = (Self.samples * parameters).sumOverColumns()
    #expect(product(Self.samples, parameters: parameters).values == expected.values)
    #expect(product.isDifferentiable)
  }

  /// f follows its direct dependence on θ, f inside a control variate does not.
  @Test func frozenValueDoesNotDependOnTheParameters() {
    let alpha = sampleTensor([2, 3], seed: 2).asVariable()
    let problem = EstimationProblem(
      distribution: Bernoulli(logits: alpha),
      objective: Objective.dependingOnParameters({ ($0 * $1).sumOverColumns() }))
    let (value, frozen) = (
      problem.value(at: Self.samples), problem.frozenValue(atSoft: Self.samples)
    )
    #expect(value.values == frozen.values && value.isRecorded && !frozen.isRecorded)
    let slope = gradients(of: value.sum(), withRespectTo: [alpha])[0]
    #expect(slope.values == Self.samples.values)
  }

  @Test func valueWithSlope() {
    let problem = EstimationProblem(
      distribution: bernoulliRows([0, 0, 0], 2), objective: squaredDistance(from: 0.25))
    let (value, slope) = problem.valueWithSlope(at: Self.samples, .sample)
    #expect(isClose(value, (Self.samples - 0.25).squared().sumOverColumns()))
    #expect(isClose(slope, 2 * (Self.samples - 0.25)) && !slope.isRecorded)
    // Where f is constant the slope is zero.
    let constant = EstimationProblem(
      distribution: problem.distribution, objective: Objective({ _ in Tensor([1, 2]) }))
    #expect(constant.valueWithSlope(at: Self.samples, .sample).slope.values.allSatisfy { $0 == 0 })
  }

  @Test func contextIsAConstant() {
    let context = Tensor([1, 2], shape: [2, 1]).asVariable()
    let problem = EstimationProblem(
      distribution: bernoulliRows([0], 2), objective: squaredDistance(from: 0), context: context)
    #expect(problem.context?.isRecorded == false && problem.context?.values == [1, 2])
  }

  @Test func contextOfOtherRowsStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = EstimationProblem(
        distribution: bernoulliRows([0], 2), objective: squaredDistance(from: 0),
        context: .zeros([3, 1]))
    }
    expectMessage("a context [3, 1] for 2 rows", of: result)
  }

  @Test func valuesOfTheWrongShapeStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Objective({ $0 })(.zeros([2, 3]), parameters: .zeros([2, 3]))
    }
    expectMessage("f returned the shape [2, 3] for 2 rows", of: result)
  }
}
