import Autodiff
import Distributions
import RandomNumbers
import Statistics
import Synchronization
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

  // MARK: A sample that exists already

  private static let withSample = EstimatorRegistry.all.map { $0.traits }.filter {
    $0.supports.contains(.bernoulli)
      && !["straight-through", "concrete", "double-cv", "exact"].contains($0.name)
  }.map(\.name)

  /// 1000 equal rows of three Bernoullis, with a sample of each.
  private func drawnProblem(
    _ objective: Objective, using generator: inout PCG64
  ) -> EstimationProblem {
    let distribution = bernoulliRows([0.5, -1.5, 1], 1000)
    let sample = distribution.sample(using: &generator)
    return EstimationProblem(
      distribution: distribution, objective: objective,
      context: Tensor([0.5, -1]).repeatedAsRows(1000),
      drawn: (sample, objective(sample, parameters: distribution.parameters)))
  }

  /// An estimator that takes it as its first sample estimates the same gradient.
  @Test(arguments: withSample)
  func drawnSamplesKeepEstimatesUnbiased(name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let estimator = randomized(type, width: 3, contextWidth: 2)
    let objective = Objective({ b in
      let weights = Tensor([1, -2, 3]).repeatedAsRows(b.shape[0])
      return (b * weights).sumOverColumns().squared()
    })
    var generator = PCG64(seed: 3)
    var moments = SampleMoments()
    for _ in 0..<20 {
      let problem = drawnProblem(objective, using: &generator)
      moments.add(rows: try estimator.estimate(problem, using: &generator).gradient)
    }
    let exact = enumeratedGradient([0.5, -1.5, 1]) { b in
      (b[0] - 2 * b[1] + 3 * b[2]) * (b[0] - 2 * b[1] + 3 * b[2])
    }
    checkUnbiased(moments, exact: exact, familyWiseError: 1e-4)
  }

  /// f is not evaluated at it once more.
  @Test(arguments: withSample)
  func drawnSamplesSpareAnEvaluation(name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let rows = Mutex(0)
    let objective = Objective({ b in
      rows.withLock { $0 += b.shape[0] }
      return b.sumOverColumns()
    })
    var generator = PCG64(seed: 4)
    let problem = drawnProblem(objective, using: &generator)
    let estimate = try randomized(type, width: 3, contextWidth: 2)
      .estimate(problem, using: &generator)
    #expect(rows.withLock { $0 } == 1000 * (type.traits.evaluationCount ?? 0))
    if type.traits.evaluationCount == 1 {
      #expect(estimate.values.values == problem.drawn?.values.values)
    }
  }

  @Test func drawnSampleOfOtherShapeStopsTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = EstimationProblem(
        distribution: bernoulliRows([0], 2), objective: squaredDistance(from: 0),
        drawn: (.zeros([2, 1]), .zeros([3])))
    }
    expectMessage("a drawn sample [2, 1], f [3]", of: result)
  }

  // MARK: What stands in the place of b

  @Test(
    arguments: EstimatorRegistry.all.map { $0.traits }.filter {
      $0.supports.contains(.bernoulli)
    }.map(\.name))
  func objectiveIsToldItsArgument(name: String) throws {
    let type = try #require(EstimatorRegistry.estimator(named: name))
    let seen = Mutex<Set<Objective.Argument>>([])
    let problem = EstimationProblem(
      distribution: bernoulliRows([0.5, -1.5, 1], 20),
      objective: .dependingOnArgument { b, _, argument in
        _ = seen.withLock { $0.insert(argument) }
        let isBinary = b.values.allSatisfy { $0 == 0 || $0 == 1 }
        #expect(isBinary == [.sample, .straightThrough].contains(argument))
        if argument == .mean { #expect(isClose(b, bernoulliRows([0.5, -1.5, 1], 20).mean)) }
        return b.squared().sumOverColumns()
      }, context: Tensor([0.5, -1]).repeatedAsRows(20))
    #expect(problem.objective.isDifferentiable)
    _ = try randomized(type, width: 3, contextWidth: 2).estimate(problem, seed: 5)
    let expected: Set<Objective.Argument> =
      switch name {
      case "straight-through", "double-cv": [.straightThrough]
      case "concrete": [.soft]
      case "rebar", "relaxed-rebar": [.sample, .soft]
      case "muprop": [.sample, .mean]
      default: [.sample]
      }
    #expect(seen.withLock { $0 } == expected)
  }
}
