import Autodiff
import Foundation
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

@Suite struct SACAgentTests {
  private func randomAgent(
    adjust: (inout Hyperparameters) -> Void = { _ in }, using generator: inout PCG64
  ) -> SACAgent {
    let setting = stepSetting {
      $0.temperature = 0.3
      adjust(&$0)
    }
    var agent = SACAgent(setting, using: &generator)
    agent.actor.randomize(using: &generator) { _ in 0.5 }
    agent.critic.randomize(using: &generator)
    agent.targetCritic.randomize(using: &generator)
    return agent
  }

  /// A draw of the policy and its log-density, by the plain formulas.
  private func draw(
    _ agent: SACAgent, at state: [Double], noise: [Double], _ parameters: [Double]? = nil
  ) -> (action: [Double], logProbability: Double) {
    let output = handMade(agent.actor.network, state, parameters)
    var (action, total) = ([Double](), 0.0)
    for i in 0..<2 {
      let scale = exp(output[2 + i])
      let u = output[i] + scale * noise[i]
      action.append(tanh(u))
      total -= 0.5 * noise[i] * noise[i] + log(scale) + 0.5 * log(2 * .pi)
      total -= log(1 - tanh(u) * tanh(u))
    }
    return (action, total)
  }

  /// One gradient step of critics, policy, temperature and averages against hand-made ones.
  @Test(arguments: [true, false])
  func stepIsThatOfThePaper(isTerminated: Bool) throws {
    var generator = PCG64(seed: 1)
    var agent = randomAgent(using: &generator)
    let before = agent
    let episode = randomEpisode(
      steps: 1, actions: 2, isTerminated: isTerminated, isTruncated: true, using: &generator)
    var (draws, again) = (generator, generator)
    let report = try agent.update(on: [episode], progress: 0, using: &draws)

    let sample = agent.replay.sample(6, using: &again)
    let nextNoise = rows(Tensor.standardNormal([6, 2], using: &again))
    let noise = rows(Tensor.standardNormal([6, 2], using: &again))
    #expect(draws == again)
    let (states, actions) = (rows(sample.observations), rows(sample.actions))
    func smaller(_ critic: TwinCritic, _ state: [Double], _ action: [Double]) -> Double {
      min(
        handMade(critic.first.network, state + action)[0],
        handMade(critic.second.network, state + action)[0])
    }
    let targets = (0..<6).map { row in
      let next = rows(sample.nextObservations)[row]
      let (action, logProbability) = draw(before, at: next, noise: nextNoise[row])
      let value = smaller(before.targetCritic, next, action) - 0.3 * logProbability
      return Double(sample.rewards.values[row]) + (isTerminated ? 0 : 0.8 * value)
    }
    for path in [\TwinCritic.first, \TwinCritic.second] {
      let network = before.critic[keyPath: path].network
      expectDescent(
        from: before.critic[keyPath: path], to: agent.critic[keyPath: path], rate: 0.25
      ) { parameters in
        (0..<6).reduce(0) { sum, row in
          let value = handMade(network, states[row] + actions[row], parameters)[0]
          return sum + (value - targets[row]) * (value - targets[row]) / 6
        }
      }
    }
    expectDescent(from: before.actor, to: agent.actor, rate: 0.5) { parameters in
      (0..<6).reduce(0) { sum, row in
        let (action, logProbability) = draw(
          before, at: states[row], noise: noise[row], parameters)
        return sum + (0.3 * logProbability - smaller(agent.critic, states[row], action)) / 6
      }
    }
    let entropy = (0..<6).reduce(0) { sum, row in
      sum - draw(before, at: states[row], noise: noise[row]).logProbability / 6
    }
    #expect(abs(report.entropy - entropy) < 1e-4)
    let expected = log(0.3) - 0.5 * (entropy + 2)
    #expect(abs(Double(agent.logTemperature.tensor.scalar) - expected) < 1e-4)
    expectAverage(
      agent.targetCritic, of: before.targetCritic, and: agent.critic, rate: 0.1)
  }

  @Test func temperatureCanBeHeld() throws {
    var generator = PCG64(seed: 2)
    var agent = randomAgent(adjust: { $0.learnsTemperature = false }, using: &generator)
    let episode = randomEpisode(steps: 5, actions: 2, using: &generator)
    _ = try agent.update(on: [episode], progress: 0, using: &generator)
    #expect(abs(agent.temperature - 0.3) < 1e-6)
  }

  /// With rewards that do not matter the temperature leads the entropy to −1 nat a scalar.
  @Test func entropyGoesToItsTarget() throws {
    var generator = PCG64(seed: 3)
    var agent = SACAgent(
      TargetTask.setting {
        $0.learningStarts = 0
        $0.learningRate = 0.02
        $0.temperature = 0.5
      }, using: &generator)
    var (task, entropy) = (TargetTask(), 0.0)
    let plan = TrainingPlan(episodes: 800, seed: 3)
    try train(&agent, in: &task, plan: plan) { record, _ in
      if record.episode > 700 { entropy += (record.update?.entropy ?? .nan) / 100 }
      return true
    }
    #expect(abs(entropy + 1) < 0.3, "the entropy is \(entropy)")
  }

  /// Actions at a state follow the distribution that is learned.
  @Test func actionsAreDrawsOfThePolicy() {
    var generator = PCG64(seed: 4)
    var agent = randomAgent(using: &generator)
    let observation: [Float] = [0.4, -0.7]
    let distribution = agent.actor(Tensor(observation, shape: [1, 2]))
    let greedy = agent.action(on: observation, using: &generator)
    for (action, median) in zip(greedy, distribution.median.values) {
      #expect(abs(action - 2 * median) < 1e-5)
    }
    let (location, scale) = (
      Double(distribution.location.values[1]), exp(Double(distribution.logScale.values[1]))
    )
    let draws = (0..<4000).map { _ in
      atanh(Double(agent.action(on: observation, isGreedy: false, using: &generator)[1]) / 2)
    }
    let mean = draws.reduce(0, +) / 4000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
    #expect(abs(mean - location) < 0.08 * scale)
    #expect(abs(variance.squareRoot() / scale - 1) < 0.06)
  }
}
