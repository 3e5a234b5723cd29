import Autodiff
import GradientEstimators
import RandomNumbers
import Testing

@testable import EstimatorComparison

@Suite struct ToyProblemTests {
  /// The closed forms against sums over every value of b.
  @Test(arguments: [
    ToyProblem.bernoulli(target: 0.499), .bernoulli(target: -1.5), .chain(dimensions: 1),
    .chain(dimensions: 2), .chain(dimensions: 7), .levels(count: 8, target: 0.45),
    .levels(count: 1, target: 0.2),
  ])
  func expectationIsTheEnumeratedOne(problem: ToyProblem) throws {
    var generator = PCG64(seed: 1)
    let parameters = problem.start.values.map { _ in Float(generator.standardNormal()) }
    let theta = Tensor(parameters, shape: problem.start.shape)
    let exact = try ExactEnumeration().estimate(problem.problem(at: theta, rows: 1))
    let closed = problem.expectation(parameters)
    #expect(abs(Double(exact.values.scalar) - closed.loss) < 1e-6)
    for (found, expected) in zip(exact.gradient.values, closed.gradient) {
      #expect(abs(Double(found) - expected) < 1e-6)
    }
  }

  @Test func expectationOfTheGaussianIsTheMeanOfDraws() throws {
    let problem = ToyProblem.gaussian(target: 0.3)
    let theta = Tensor([0.5, -0.4], shape: [1, 2])
    let report = try moments(
      of: Reparameterization(),
      on: EstimationProblem(
        distribution: problem.distribution(theta), objective: problem.objective),
      samples: 200_000, seed: 3)
    let scores = report.zScores(against: problem.expectation(theta.values).gradient)
    #expect(scores.allSatisfy { abs($0) < 4 })
  }

  @Test func rowsAreCopies() {
    let problem = ToyProblem.chain(dimensions: 3)
    let rows = problem.problem(at: problem.start, rows: 5)
    #expect(rows.distribution.parameters.shape == [5, 3])
  }
}
