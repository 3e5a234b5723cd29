import Autodiff
import Foundation
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

@Suite struct DDPGAgentTests {
  /// One gradient step of the critic, the policy and the averages against hand-made ones.
  @Test(arguments: [true, false])
  func stepIsThatOfThePaper(isTerminated: Bool) throws {
    var generator = PCG64(seed: 1)
    var agent = DDPGAgent(stepSetting(), using: &generator)
    agent.actor.randomize(using: &generator)
    agent.critic.randomize(using: &generator)
    agent.targetActor.randomize(using: &generator)
    agent.targetCritic.randomize(using: &generator)
    let before = agent
    let episode = randomEpisode(
      steps: 1, actions: 2, isTerminated: isTerminated, isTruncated: true, using: &generator)
    var (draws, again) = (generator, generator)
    let report = try agent.update(on: [episode], progress: 0, using: &draws)

    let sample = agent.replay.sample(6, using: &again)
    #expect(draws == again)
    let (states, actions) = (rows(sample.observations), rows(sample.actions))
    #expect(actions[0].map { Float(2 * $0) } == episode.actions[0])
    let targets = (0..<6).map { row in
      let next = rows(sample.nextObservations)[row]
      let action = handMade(before.targetActor.network, next).map { tanh($0) }
      let value = handMade(before.targetCritic.network, next + action)[0]
      return Double(sample.rewards.values[row]) + (isTerminated ? 0 : 0.8 * value)
    }
    func loss(_ parameters: [Double]) -> Double {
      (0..<6).reduce(0) { sum, row in
        let value = handMade(before.critic.network, states[row] + actions[row], parameters)[0]
        return sum + (value - targets[row]) * (value - targets[row]) / 6
      }
    }
    expectDescent(from: before.critic, to: agent.critic, rate: 0.25, on: loss)
    let found = try #require(report.controlVariateLoss)
    let expected = loss(flatParameters(of: before.critic))
    #expect(abs(found - expected) < 1e-4 * expected)

    expectDescent(from: before.actor, to: agent.actor, rate: 0.5) { parameters in
      (0..<6).reduce(0) { sum, row in
        let action = handMade(before.actor.network, states[row], parameters).map { tanh($0) }
        return sum - handMade(agent.critic.network, states[row] + action)[0] / 6
      }
    }
    expectAverage(
      agent.targetCritic, of: before.targetCritic, and: agent.critic, rate: 0.1)
    expectAverage(agent.targetActor, of: before.targetActor, and: agent.actor, rate: 0.1)
  }

  @Test func policyGradientIsTheSumOverTheStates() {
    var generator = PCG64(seed: 2)
    var agent = DDPGAgent(stepSetting(), using: &generator)
    agent.actor.randomize(using: &generator)
    agent.critic.randomize(using: &generator)
    let episode = randomEpisode(steps: 4, actions: 2, using: &generator)
    let gradient = agent.policyGradient(of: episode, using: &generator)
    var moved = agent.actor
    var rest = gradient[...]
    moved.visitParameters { _, parameter in
      parameter.updateValues { values in
        for i in values.indices { values[i] -= 0.5 * (rest.popFirst() ?? 0) }
      }
    }
    let states = rows(Tensor(episode.observations, shape: [4, 2]))
    expectDescent(from: agent.actor, to: moved, rate: 0.5) { parameters in
      states.reduce(0) { sum, state in
        let action = handMade(agent.actor.network, state, parameters).map { tanh($0) }
        return sum + handMade(agent.critic.network, state + action)[0]
      }
    }
  }

  @Test func noiseHasTheGivenSizeInHalvesOfTheRange() {
    var generator = PCG64(seed: 3)
    var agent = DDPGAgent(
      TargetTask.setting {
        $0.learningStarts = 0
        $0.explorationNoise = 0.1
      }, using: &generator)
    let greedy = agent.action(on: [0.3, 1], using: &generator)[0]
    let distances = (0..<4000).map { _ in
      Double(agent.action(on: [0.3, 1], isGreedy: false, using: &generator)[0] - greedy)
    }
    let variance = distances.reduce(0) { $0 + $1 * $1 } / 4000
    // Of ±2: a standard deviation of 0.2, known to about 1 %.
    #expect(abs(variance.squareRoot() - 0.2) < 0.01)
    #expect(abs(distances.reduce(0, +) / 4000) < 0.015)
  }

  @Test func listsAllParameters() {
    var generator = PCG64(seed: 4)
    let agent = DDPGAgent(stepSetting(), using: &generator)
    let layers = ["0.weight", "0.bias", "1.weight", "1.bias"]
    let expected =
      layers.map { "actor.\($0)" }
      + ["offset", "factor", "squares", "count"].map { "observation_scaler.\($0)" }
      + ["action_scaler.low", "action_scaler.high"] + layers.map { "critic.\($0)" }
      + ["warm_up.seen"]
    #expect(agent.namedParameters.map(\.name) == expected)
  }
}
