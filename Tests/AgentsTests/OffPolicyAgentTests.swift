import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State
import Testing

@testable import Agents

/// What DDPG, TD3, SAC and IPG have in common.
@Suite struct OffPolicyAgentTests {
  enum Kind: String, CaseIterable {
    case ddpg, td3, sac, ipg

    /// Those whose policies learn from nothing but replay.
    static let offPolicy: [Kind] = [.ddpg, .td3, .sac]

    func make(_ setting: AgentSetting<Box>, seed: UInt64) -> any TrainableAgent<[Float]> {
      var generator = PCG64(seed: seed)
      return switch self {
      case .ddpg: DDPGAgent(setting, using: &generator)
      case .td3: TD3Agent(setting, using: &generator)
      case .sac: SACAgent(setting, using: &generator)
      case .ipg: IPGAgent(setting, using: &generator)
      }
    }
  }

  private func trained<A: TrainableAgent<[Float]>, E: Environment>(
    _ agent: A, in environment: E, episodes: Int, seed: UInt64 = 0
  ) -> any TrainableAgent<[Float]> where E.ActionSpace == Box {
    var (agent, environment) = (agent, ClipAction(environment))
    let plan = TrainingPlan(episodes: episodes, seed: seed)
    sound { try train(&agent, in: &environment, plan: plan) }
    return agent
  }

  @Test(arguments: Kind.offPolicy)
  func findsTheTarget(kind: Kind) {
    let setting = TargetTask.setting { $0.temperature = 0.1 }
    var agent = trained(kind.make(setting, seed: 1), in: TargetTask(), episodes: 900)
    var generator = PCG64(seed: 1)
    for x: Float in [-0.8, -0.4, 0, 0.4, 0.8] {
      let action = agent.action(on: [x, 1], using: &generator)[0]
      #expect(abs(action / 2 - x) < 0.2, "\(action) at \(x)")
    }
  }

  /// The critics' value at the only state there is, of any action.
  private func value(of agent: any TrainableAgent<[Float]>) -> Float {
    let (state, action) = (Tensor([1], shape: [1, 1]), Tensor([0.3], shape: [1, 1]))
    return switch agent {
    case let agent as DDPGAgent: agent.critic(state, action).values[0]
    case let agent as TD3Agent: agent.critic.minimum(state, action).values[0]
    case let agent as SACAgent: agent.critic.minimum(state, action).values[0]
    case let agent as IPGAgent: agent.values(state, action, by: agent.critic).values[0]
    default: .nan
    }
  }

  private func constantSetting() -> AgentSetting<Box> {
    ConstantTask.setting {
      $0.discount = 0.5
      $0.targetRate = 0.1
      $0.policyDelay = 1
      $0.temperature = 1e-6
      $0.learnsTemperature = false
    }
  }

  /// A reward of 1 for ever, of which a time limit shows four steps: 1 / (1 − γ) = 2.
  @Test(arguments: Kind.allCases)
  func valuesReachBeyondATimeLimit(kind: Kind) {
    let task = TimeLimit(ConstantTask(), maxEpisodeSteps: 4)
    let agent = trained(kind.make(constantSetting(), seed: 2), in: task, episodes: 120)
    let value = value(of: agent)
    #expect(abs(value - 2) < 0.1, "\(value)")
  }

  /// Four rewards of 1 that cannot be told apart: v = 1 + ¾ γ v, v = 1.6.
  @Test(arguments: Kind.allCases)
  func valuesEndWithTheProcess(kind: Kind) {
    let task = TimeLimit(ConstantTask(steps: 4), maxEpisodeSteps: 4)
    let agent = trained(kind.make(constantSetting(), seed: 2), in: task, episodes: 120)
    let value = value(of: agent)
    #expect(abs(value - 1.6) < 0.15, "\(value)")
  }

  /// Before the learning starts, actions are uniform and nothing moves; greedy ones are the policy's.
  @Test(arguments: Kind.offPolicy)
  func warmsUp(kind: Kind) throws {
    let setting = TargetTask.setting { $0.learningStarts = 10 }
    var agent = kind.make(setting, seed: 3)
    let start = agent.namedParameters
    func hasMoved() -> Bool {
      zip(start, agent.namedParameters).contains {
        !$0.name.hasPrefix("warm_up") && $0.tensor.values != $1.tensor.values
      }
    }
    var generator = PCG64(seed: 3)
    let greedy = agent.action(on: [0.5, 1], using: &generator)
    #expect(greedy == agent.action(on: [0.5, 1], using: &generator))
    let draws = (0..<500).map { _ in
      agent.action(on: [0.5, 1], isGreedy: false, using: &generator)[0]
    }
    #expect(draws.min() ?? 0 < -1.8 && draws.max() ?? 0 > 1.8)

    var report = try agent.update(
      on: [randomEpisode(steps: 9, using: &generator)], progress: 0, using: &generator)
    #expect(!hasMoved() && report.gradientNorm == 0 && report.controlVariateLoss == nil)
    report = try agent.update(
      on: [randomEpisode(steps: 1, using: &generator)], progress: 0, using: &generator)
    #expect(hasMoved() && report.controlVariateLoss != nil)
    let nearby = (0..<100).filter { _ in
      abs(agent.action(on: [0.5, 1], isGreedy: false, using: &generator)[0] - greedy[0]) < 1
    }
    #expect(kind == .sac || nearby.count == 100)
  }

  /// A saved agent, which has no memory of transitions, does not start with random actions again.
  @Test(arguments: Kind.allCases)
  func parametersKnowThatTheWarmUpIsOver(kind: Kind) {
    let setting = TargetTask.setting { $0.explorationNoise = 0 }
    let agent = trained(kind.make(setting, seed: 4), in: TargetTask(), episodes: 60)
    var loaded = kind.make(setting, seed: 5)
    loaded.setParameters(agent.parameters)
    var (first, second, original) = (PCG64(seed: 6), PCG64(seed: 6), agent)
    for isGreedy in [true, false] {
      let expected = original.action(on: [0.1, 1], isGreedy: isGreedy, using: &first)
      #expect(
        loaded.action(on: [0.1, 1], isGreedy: isGreedy, using: &second) == expected)
    }
    let episode = randomEpisode(steps: 3, using: &first)
    second = first
    let gradient = original.policyGradient(of: episode, using: &first)
    #expect(gradient == loaded.policyGradient(of: episode, using: &second))
    #expect(gradient.contains { $0 != 0 })
  }

  /// A training that goes on from its state does the same to the bit.
  @Test(arguments: Kind.allCases, [ObservationScaling.none, .running])
  func goesOnExactly(kind: Kind, scaling: ObservationScaling) throws {
    let setting = TargetTask.setting {
      $0.bufferSize = 60
      $0.policyDelay = 3
      $0.observationScaling = scaling
    }
    func run<A: TrainableAgent<[Float]>>(_ agent: A, _ fresh: any TrainableAgent<[Float]>) throws {
      let plan = TrainingPlan(episodes: 110, seed: 7)
      var training = Training(of: agent, in: ClipAction(TargetTask()), plan: plan)
      while training.progress.episodes < 76 {
        _ = try training.advance()
      }
      let snapshot = try StateSnapshot(of: &training)
      var other = Training(of: try #require(fresh as? A), in: ClipAction(TargetTask()), plan: plan)
      try snapshot.restore(&other)
      // The environment is not stateful; both have the same episodes from here on.
      while !training.isFinished {
        #expect(try training.advance() == other.advance())
      }
      #expect(training.agent.parameters.map(\.values) == other.agent.parameters.map(\.values))
    }
    try run(kind.make(setting, seed: 8), kind.make(setting, seed: 9))
  }

  @Test(arguments: Kind.allCases)
  func gradientStepsFollowTheSteps(kind: Kind) throws {
    var generator = PCG64(seed: 10)
    let episode = randomEpisode(steps: 6, using: &generator)
    func draws(_ stepsPerStep: Double) throws -> PCG64 {
      let setting = TargetTask.setting {
        $0.learningStarts = 0
        $0.gradientStepsPerStep = stepsPerStep
      }
      var (agent, generator) = (kind.make(setting, seed: 11), PCG64(seed: 12))
      _ = try agent.update(on: [episode], progress: 0, using: &generator)
      return generator
    }
    #expect(try draws(0) == PCG64(seed: 12))
    #expect(try draws(0.5) != draws(1))
    #expect(try draws(0.5) == draws(0.5))
    guard kind == .ddpg else { return }
    // DDPG draws nothing but its batches, from six transitions: 32 at each of three steps.
    var expected = PCG64(seed: 12)
    for _ in 0..<3 * 32 { _ = expected.integers(0, 6) }
    #expect(try draws(0.5) == expected)
  }

  /// Step sizes follow the schedule of the run: at its end nothing moves but the averages.
  @Test(arguments: Kind.offPolicy)
  func stepSizesFollowTheSchedule(kind: Kind) throws {
    let setting = TargetTask.setting {
      $0.learningStarts = 0
      $0.learningRateSchedule = .linear
    }
    var agent = kind.make(setting, seed: 13)
    var generator = PCG64(seed: 14)
    let before = agent.namedParameters
    _ = try agent.update(
      on: [randomEpisode(steps: 4, using: &generator)], progress: 1, using: &generator)
    for (old, new) in zip(before, agent.namedParameters) where !old.name.hasPrefix("warm_up") {
      #expect(old.tensor.values == new.tensor.values, "\(old.name)")
    }
  }
}
