import Autodiff
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

@Suite struct TD3AgentTests {
  private func randomAgent(
    delay: Int, noise: Double = 0.2, clip: Double = 0.1, using generator: inout PCG64
  ) -> TD3Agent {
    let setting = stepSetting {
      $0.policyDelay = delay
      $0.targetNoise = noise
      $0.targetNoiseClip = clip
    }
    var agent = TD3Agent(setting, using: &generator)
    agent.actor.randomize(using: &generator)
    agent.critic.randomize(using: &generator)
    agent.targetActor.randomize(using: &generator)
    agent.targetCritic.randomize(using: &generator)
    return agent
  }

  /// One gradient step of the critics, the policy and the averages against hand-made ones.
  @Test(arguments: [true, false])
  func stepIsThatOfThePaper(isTerminated: Bool) throws {
    var generator = PCG64(seed: 1)
    var agent = randomAgent(delay: 1, using: &generator)
    let before = agent
    let episode = randomEpisode(
      steps: 1, actions: 2, isTerminated: isTerminated, isTruncated: true, using: &generator)
    var (draws, again) = (generator, generator)
    _ = try agent.update(on: [episode], progress: 0, using: &draws)

    let sample = agent.replay.sample(6, using: &again)
    let noise = rows(Tensor.standardNormal([6, 2], using: &again))
    #expect(draws == again)
    // The clipping of both kinds has something to do.
    #expect(noise.joined().contains { abs($0) > 0.5 })
    let (states, actions) = (rows(sample.observations), rows(sample.actions))
    var second = 0
    let targets = (0..<6).map { row in
      let next = rows(sample.nextObservations)[row]
      let mean = handMade(before.targetActor.network, next).map { tanh($0) }
      let action = zip(mean, noise[row]).map {
        min(max($0 + min(max(0.2 * $1, -0.1), 0.1), -1), 1)
      }
      let values = [before.targetCritic.first, before.targetCritic.second].map {
        handMade($0.network, next + action)[0]
      }
      if values[1] < values[0] { second += 1 }
      return Double(sample.rewards.values[row])
        + (isTerminated ? 0 : 0.8 * min(values[0], values[1]))
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
        let action = handMade(before.actor.network, states[row], parameters).map { tanh($0) }
        return sum - handMade(agent.critic.first.network, states[row] + action)[0] / 6
      }
    }
    expectAverage(
      agent.targetCritic, of: before.targetCritic, and: agent.critic, rate: 0.1)
    expectAverage(agent.targetActor, of: before.targetActor, and: agent.actor, rate: 0.1)
  }

  /// The target is the smaller of the two values, whichever critic it comes from.
  @Test func targetsAreOfTheSmallerValue() throws {
    var generator = PCG64(seed: 2)
    var agent = randomAgent(delay: 1, noise: 0, using: &generator)
    let episode = randomEpisode(
      steps: 40, actions: 2, isTerminated: false, isTruncated: true, using: &generator)
    _ = try agent.update(on: [episode], progress: 0, using: &generator)
    let sample = agent.replay.sample(50, using: &generator)
    let (next, actions) = (
      sample.nextObservations, agent.targetActor(sample.nextObservations)
    )
    let values = [agent.targetCritic.first, agent.targetCritic.second].map {
      $0(next, actions).values
    }
    let targets = agent.targets(of: sample, using: &generator).values
    var firsts = 0
    for row in 0..<50 {
      let smaller = min(values[0][row], values[1][row])
      if smaller == values[0][row] { firsts += 1 }
      #expect(abs(targets[row] - (sample.rewards.values[row] + 0.8 * smaller)) < 1e-4)
    }
    #expect(firsts > 0 && firsts < 50)
  }

  /// The policy and the averages move at every third step, also across updates.
  @Test func policyWaitsForTheCritics() throws {
    var generator = PCG64(seed: 3)
    var agent = randomAgent(delay: 3, using: &generator)
    for step in 1...7 {
      let before = agent
      let episode = randomEpisode(steps: 1, actions: 2, using: &generator)
      let report = try agent.update(on: [episode], progress: 0, using: &generator)
      let moves = step % 3 == 0
      func hasMoved<Part: Module>(_ part: KeyPath<TD3Agent, Part>) -> Bool {
        agent[keyPath: part].parameters.map(\.values)
          != before[keyPath: part].parameters.map(\.values)
      }
      #expect(hasMoved(\.critic))
      #expect(hasMoved(\.actor) == moves && hasMoved(\.targetActor) == moves)
      #expect(hasMoved(\.targetCritic) == moves)
      #expect((report.gradientNorm > 0) == moves)
    }
  }
}
