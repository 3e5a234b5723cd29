import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import Testing

@testable import Agents

@Suite struct PolicyStepTests {
  private struct Sample {
    var policy: CategoricalPolicy
    var variables: CategoricalPolicy
    var estimates: [PolicyEstimate]
    var hyperparameters: Hyperparameters

    init(adjust: (inout Hyperparameters) -> Void) {
      var generator = PCG64(seed: 1)
      let setting = smallSetting(actions: 3) {
        $0.optimizer = .sgd
        $0.learningRate = 0.5
        $0.entropyCoefficient = 0
        adjust(&$0)
      }
      policy = CategoricalPolicy(setting, using: &generator)
      policy.randomize(using: &generator)
      variables = policy.asVariables()
      hyperparameters = setting.hyperparameters
      estimates = []
      for count in [2, 5] {
        let observations = randomObservations(count, width: 3, seed: UInt64(count))
        let gradient = policy.parameters.map { parameter in
          Tensor(parameter.values.map { _ in Float(generator.standardNormal()) })
            .reshaped(parameter.shape)
        }
        estimates.append(
          PolicyEstimate(
            distribution: variables(Tensor(observations.flatMap { $0 }, shape: [count, 3])),
            gradient: gradient))
      }
    }

    /// The policy's change, and the step.
    func applied(progress: Double = 0) -> (change: [Double], step: PolicyStep) {
      let step = PolicyStep(along: estimates, policy: variables, hyperparameters: hyperparameters)
      var moved = policy
      var optimizer = hyperparameters.optimizer.makeOptimizer()
      step.apply(to: &moved, with: &optimizer, progress: progress)
      let (after, before) = (
        moved.parameters.flatMap(\.values), policy.parameters.flatMap(\.values)
      )
      return (zip(after, before).map { Double($0) - Double($1) }, step)
    }

    var mean: [Double] {
      zip(estimates[0].scalars, estimates[1].scalars).map { (Double($0) + Double($1)) / 2 }
    }
  }

  @Test func ascendsTheMeanOfTheEstimates() {
    let sample = Sample { _ in }
    let (change, step) = sample.applied()
    #expect(relativeDistance(change, sample.mean.map { 0.5 * $0 }) < 1e-5)
    let norm = sample.mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(step.norm / norm - 1) < 1e-5)
  }

  /// The bonus is the sum of the entropies over an episode's steps.
  @Test func entropyBonusIsAdded() {
    let sample = Sample { $0.entropyCoefficient = 2 }
    let entropies = sample.estimates.map { $0.distribution.entropy().sum() }
    let slopes = gradients(
      of: entropies[0] + entropies[1], withRespectTo: sample.variables.parameters
    ).flatMap { $0.values.map { Double($0) } }
    let expected = zip(sample.mean, slopes).map { 0.5 * ($0 + 2 * $1 / 2) }
    let (change, step) = sample.applied()
    #expect(relativeDistance(change, expected) < 1e-5)
    // The mean over all seven steps.
    let total = Double(entropies[0].scalar + entropies[1].scalar)
    #expect(abs(step.entropy - total / 7) < 1e-6)
  }

  @Test func longGradientsAreClipped() {
    let sample = Sample { $0.maximumGradientNorm = 0.25 }
    let (change, step) = sample.applied()
    let norm = sample.mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(step.norm / norm - 1) < 1e-5)
    #expect(relativeDistance(change, sample.mean.map { 0.5 * 0.25 / norm * $0 }) < 1e-5)
  }

  @Test func scheduleScalesTheStep() {
    let sample = Sample { $0.learningRateSchedule = .linear }
    let change = sample.applied(progress: 0.75).change
    #expect(relativeDistance(change, sample.mean.map { 0.125 * $0 }) < 1e-5)
  }
}
