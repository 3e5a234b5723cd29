import Autodiff
import Distributions
import Foundation
import RandomNumbers
import ReinforcementLearning
import Statistics
import TestSupport
import Testing

@testable import Agents

/// The family from LAX to DDPG where the gradient is known. What its critic learns is tested in
/// `OffPolicyAgentTests`.
@Suite struct IPGAgentTests {
  #if DEBUG
    private let episodeCount = 20_000
  #else
    private let episodeCount = 1_000_000
  #endif

  private func agent(
    _ problem: LinearQuadraticProblem, adjust: (inout Hyperparameters) -> Void = { _ in }
  ) -> IPGAgent {
    var generator = PCG64(seed: 7)
    var setting = problem.setting
    setting.hyperparameters.learningStarts = 0
    setting.hyperparameters.hiddenSizes = []
    adjust(&setting.hyperparameters)
    var agent = IPGAgent(setting, using: &generator)
    agent.policy = problem.policy
    return agent
  }

  private func samples(
    _ problem: LinearQuadraticProblem, of agent: IPGAgent, episodes: Int
  ) -> SampleMoments {
    let policy = agent.policy.asVariables()
    return problem.moments(episodes: episodes) { batch, _ in
      agent.estimate(batch, policy).scalars
    }
  }

  /// With large random V and Q.
  @Test(arguments: 1...4)
  func meanIsTheGradient(dimension: Int) {
    let problem = LinearQuadraticProblem(dimension: dimension)
    var agent = agent(problem)
    var generator = PCG64(seed: 8)
    agent.value.randomize(using: &generator)
    agent.critic.randomize(using: &generator)
    checkUnbiased(
      samples(problem, of: agent, episodes: episodeCount), exact: problem.gradient)
  }

  @Test(arguments: [0, 0.5, 0.9])
  func residualWeightBelowOneIsBiased(weight: Double) {
    let problem = LinearQuadraticProblem(dimension: 2)
    var agent = agent(problem) { $0.residualWeight = weight }
    var generator = PCG64(seed: 8)
    agent.critic.randomize(using: &generator)
    let moments = samples(problem, of: agent, episodes: 20_000)
    #expect(describeBias(of: moments, exact: problem.gradient) != nil)
  }

  /// Before there is a critic ν counts for nothing.
  @Test func beginsAsA2C() {
    let problem = LinearQuadraticProblem(dimension: 2)
    let agent = agent(problem) {
      $0.residualWeight = 0.5
      $0.learningStarts = 1
    }
    checkUnbiased(
      samples(problem, of: agent, episodes: 20_000), exact: problem.gradient)
  }

  /// Bias and variance over ν with V and Q as they are after some hundred episodes of the policy: the
  /// table of `Docs/agents.md`, which SWIFT_RELAX_TABLES=1 prints.
  @Test func biasForVariance() throws {
    let problem = LinearQuadraticProblem(dimension: 2)
    func fitted(_ weight: Double, hasCritic: Bool = true) throws -> IPGAgent {
      var agent = agent(problem) {
        $0.residualWeight = weight
        $0.hiddenSizes = [32]
        $0.criticLearningRate = 0.003
        $0.replayBatchSize = 64
        $0.targetRate = 0.02
        $0.learningStarts = hasCritic ? 0 : .max
        $0.controlVariateHiddenSizes = [32]
        $0.windowEpisodes = 400
        $0.valueBatchSize = 128
        $0.learningRate = 0
      }
      var generator = PCG64(seed: 4)
      for _ in 0..<20 {
        let batch = (0..<20).map { _ in problem.episode(using: &generator) }
        _ = try agent.update(on: batch, progress: 0, using: &generator)
      }
      return agent
    }
    let printsTable = ProcessInfo.processInfo.environment["SWIFT_RELAX_TABLES"] != nil
    let exact = problem.gradient
    let length = exact.reduce(0) { $0 + $1 * $1 }.squareRoot()
    func measured(_ agent: IPGAgent) -> (bias: Double, variance: Double) {
      let moments = samples(problem, of: agent, episodes: printsTable ? 40_000 : 8_000)
      let bias = zip(moments.mean, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return (
        bias.squareRoot() / length,
        moments.variances.reduce(0, +) * Double(LinearQuadraticProblem.episodesPerSample)
      )
    }
    let a2c = measured(try fitted(1, hasCritic: false))
    let weights = printsTable ? [0, 0.25, 0.5, 0.75, 1] : [0, 0.5, 1]
    let rows = try weights.map { measured(try fitted($0)) }
    if printsTable {
      print("ν, bias as a share of the gradient, variance\nA2C", a2c.bias, a2c.variance)
      for (weight, row) in zip(weights, rows) { print(weight, row.bias, row.variance) }
    }
    let last = rows[rows.count - 1]
    #expect(rows[0].bias > 0.3 && last.bias < 0.06 && a2c.bias < 0.06)
    for (less, more) in zip(rows, rows.dropFirst()) {
      #expect(less.bias > more.bias && less.variance < more.variance)
    }
    #expect(last.variance < a2c.variance)
  }
}
