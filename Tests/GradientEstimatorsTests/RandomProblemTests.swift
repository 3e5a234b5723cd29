import Autodiff
import Distributions
import RandomNumbers
import Testing

@testable import GradientEstimators

@Suite struct RandomProblemTests {
  @Test(arguments: EstimatorTraits.Support.allCases, [1, 2, 6])
  func problemIsOfTheKindAndSize(support: EstimatorTraits.Support, size: Int) {
    let problem = randomProblem(support, size)
    #expect(problem.distribution.rowCount == 1 && problem.distribution.sampleWidth == size)
    let name = ["Bernoulli", "categorical", "Gaussian"][
      EstimatorTraits.Support.allCases.firstIndex(of: support) ?? 0]
    #expect(type(of: problem.distribution).name == name)
    #expect(problem.context?.shape == [1, 2] && problem.objective.isDifferentiable)
    let location = problem.distribution.parameters.values.prefix(size).sorted()
    if size == 1 {
      #expect(location == [0.7])
    } else {
      #expect(location.first == -3 && location.last == 3)
    }
  }

  @Test func seedDecidesEverything() {
    let (first, same, other) = (
      randomProblem(.bernoulli, 5), randomProblem(.bernoulli, 5),
      randomProblem(.bernoulli, 5, seed: 2)
    )
    let b = bernoulliRows([1, 1, 0, 1, 0], 1).logits
    #expect(first.distribution.parameters.values == same.distribution.parameters.values)
    #expect(first.value(at: b).values == same.value(at: b).values)
    #expect(first.value(at: b).values != other.value(at: b).values)
    #expect(first.distribution.parameters.values != other.distribution.parameters.values)
  }

  @Test func objectiveDependsOnSampleAndParameters() {
    let problem = randomProblem(.bernoulli, 3)
    let (zeros, ones) = (Tensor.zeros([1, 3]), Tensor(repeating: 1, shape: [1, 3]))
    let f = problem.objective
    #expect(f(zeros, parameters: zeros).scalar != f(ones, parameters: zeros).scalar)
    #expect(f(zeros, parameters: zeros).scalar != f(zeros, parameters: ones).scalar)
  }

  /// The noise is large but for temperatures.
  @Test func randomizedParameters() {
    var generator = PCG64(seed: 1)
    var relax = RELAX(
      EstimatorSetting(sampleWidth: 30, hiddenSizes: [30]), using: &generator)
    let before = relax.parameters
    relax.randomize(using: &generator)
    #expect(zip(relax.parameters, before).allSatisfy { $0.values != $1.values })
    let weights = relax.parameters[0]
    #expect(abs(weights.squaredNorm().scalar / 900 - 4) < 1)
    #expect(abs(relax.controlVariate.logTemperature.scalar) < 2.5)
  }
}
