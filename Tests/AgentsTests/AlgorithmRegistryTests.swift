import Autodiff
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

/// What holds for every algorithm.
@Suite struct AlgorithmRegistryTests {
  /// Those with agents for discrete actions.
  private static let names = Algorithm.all.filter { $0.supports(Discrete(2)) }.map(\.name)

  private func algorithm(_ name: String) throws -> Algorithm {
    try #require(Algorithm.all.first { $0.name == name })
  }

  private func agent(
    _ name: String, seed: UInt64 = 1, setting: AgentSetting<Discrete> = IdentityTask.setting()
  ) throws -> any TrainableAgent<Int> {
    var generator = PCG64(seed: seed)
    return try #require(try algorithm(name).makeAgent(setting, using: &generator))
  }

  @Test func namesMakeTheirAgents() throws {
    #expect(
      Algorithm.all.map(\.name) == [
        "relax", "lax", "a2c", "reinforce", "ipg", "ppo", "ddpg", "td3", "sac", "dqn",
        "running-mean", "constant-baseline", "nvil", "relax-memory", "reinforce-memory",
      ])
    #expect(try agent("nvil") is EstimatorAgent<CategoricalPolicy, NVIL>)
    #expect(try agent("relax") is RELAXAgent<CategoricalPolicy>)
    #expect(try agent("a2c") is A2CAgent<CategoricalPolicy>)
    #expect(try agent("ppo") is PPOAgent<CategoricalPolicy>)
    #expect(try agent("reinforce") is REINFORCEAgent<CategoricalPolicy>)
    #expect(try agent("dqn") is DQNAgent)
    #expect(Algorithm.all.allSatisfy { !$0.summary.isEmpty })
  }

  @Test(arguments: names, [0, 5])
  func learnsATrivialTask(name: String, start: Int) throws {
    // The advantages of a batch are standardised in PPO: those of one episode say little.
    let perBatch = name == "ppo" ? 4 : 1
    func solve(_ agent: some Agent<Int>) -> Evaluation {
      let trained = IdentityTask.trained(
        agent, episodes: 120 * perBatch, perBatch: perBatch, start: start)
      var task = IdentityTask(start: start)
      return sound { try evaluate(trained, in: &task, episodes: 20, seed: 9, isGreedy: true) }
    }
    let result = solve(try agent(name, setting: IdentityTask.setting(start: start)))
    #expect(result.meanReturn == 5)
  }

  /// To the bit: parameters, statistics and the order of their names.
  @Test(arguments: names)
  func seedsDecideTheRun(name: String) throws {
    let setting = IdentityTask.setting { $0.observationScaling = .running }
    func parameters(initial: UInt64, run: UInt64) throws -> [[UInt32]] {
      func train(_ agent: some TrainableAgent<Int>) -> [[UInt32]] {
        IdentityTask.trained(agent, episodes: 8, seed: run, perBatch: 2)
          .parameters.map { $0.values.map(\.bitPattern) }
      }
      return train(try agent(name, seed: initial, setting: setting))
    }
    let first = try parameters(initial: 1, run: 2)
    #expect(try parameters(initial: 1, run: 2) == first)
    #expect(try parameters(initial: 1, run: 3) != first)
    #expect(try parameters(initial: 2, run: 2) != first)
  }

  @Test(arguments: names)
  func restoredParametersMakeTheSameAgent(name: String) throws {
    let setting = IdentityTask.setting { $0.observationScaling = .running }
    func check(_ original: some TrainableAgent<Int>, _ other: some TrainableAgent<Int>) {
      var original = IdentityTask.trained(original, episodes: 10)
      let pairs = original.namedParameters
      let saved = Dictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.tensor) })
      #expect(saved.count == pairs.count)
      var restored = other
      restored.visitParameters { name, parameter in
        #expect(saved[name]?.shape == parameter.shape)
        parameter = saved[name] ?? parameter
      }
      var (first, second) = (PCG64(seed: 5), PCG64(seed: 5))
      for observation in randomObservations(100, width: 4, seed: 6) {
        #expect(
          original.action(on: observation, using: &first)
            == restored.action(on: observation, using: &second))
      }
      var (agent, task) = (original, IdentityTask())
      let episode = sound { try collectEpisode(in: &task, with: &agent, seed: 3, using: &first) }
      second = first
      #expect(
        original.policyGradient(of: episode, using: &first)
          == restored.policyGradient(of: episode, using: &second))
    }
    check(try agent(name, seed: 1, setting: setting), try agent(name, seed: 2, setting: setting))
  }

  /// The gradient has one scalar for each parameter of the policy, whatever else the agent has.
  @Test(arguments: names)
  func policyGradientsFitThePolicy(name: String) throws {
    func count(_ agent: some TrainableAgent<Int>) -> Int {
      var (agent, task, generator) = (agent, IdentityTask(), PCG64(seed: 1))
      let episode = sound {
        try collectEpisode(in: &task, with: &agent, seed: 3, using: &generator)
      }
      return agent.policyGradient(of: episode, using: &generator).count
    }
    // 4 → 8 → 3.
    #expect(count(try agent(name)) == 4 * 8 + 8 + 8 * 3 + 3)
  }

  /// Evaluation and the measurement of the variance run on copies; nothing about an episode that was
  /// only measured is learned.
  @Test(arguments: names)
  func measuringChangesNothing(name: String) throws {
    let setting = IdentityTask.setting { $0.observationScaling = .running }
    func check(_ agent: some TrainableAgent<Int>) {
      let agent = IdentityTask.trained(agent, episodes: 4)
      let before = agent.parameters.map(\.values)
      var task = IdentityTask()
      _ = sound { try evaluate(agent, in: &task, episodes: 2, seed: 1, isGreedy: false) }
      let first = sound { try measureGradientVariance(of: agent, in: &task, episodes: 4, seed: 1) }
      let second = sound { try measureGradientVariance(of: agent, in: &task, episodes: 4, seed: 1) }
      #expect(first?.squaredDistances == second?.squaredDistances)
      var (copy, generator) = (agent, PCG64(seed: 3))
      let episode = sound { try collectEpisode(in: &task, with: &copy, seed: 1, using: &generator) }
      _ = copy.policyGradient(of: episode, using: &generator)
      #expect(copy.parameters.map(\.values) == before)
    }
    check(try agent(name, setting: setting))
  }

  /// An update steps along the estimate at the statistics and control variates before it; then the
  /// statistics take in its observations. PPO's many steps along other advantages have their own tests,
  /// and those that learn from replay follow it nowhere.
  @Test(arguments: names.filter { !["ppo", "dqn"].contains($0) })
  func updatesLearnFromAnEpisodeLast(name: String) throws {
    let setting = IdentityTask.setting { $0.observationScaling = .running }
    var plain = setting
    plain.hyperparameters.optimizer = .sgd
    plain.hyperparameters.learningRate = 1
    plain.hyperparameters.entropyCoefficient = 0
    func check(_ original: some TrainableAgent<Int>, _ other: some TrainableAgent<Int>) {
      // The parameters after some training, without the history of the optimisers.
      var agent = other
      agent.setParameters(IdentityTask.trained(original, episodes: 3).parameters)
      var (copy, task, generator) = (agent, IdentityTask(), PCG64(seed: 4))
      let episode = sound { try collectEpisode(in: &task, with: &copy, seed: 7, using: &generator) }
      var noise = generator
      let expected = agent.policyGradient(of: episode, using: &noise)
      let before = agent.namedParameters
      _ = sound { try agent.update(on: [episode], progress: 0, using: &generator) }
      let after = agent.namedParameters

      func values(_ parameters: [(name: String, tensor: Tensor)], _ prefix: String) -> [Double] {
        parameters.filter { $0.name.hasPrefix(prefix) }.flatMap {
          $0.tensor.values.map(Double.init)
        }
      }
      let step = zip(values(after, "policy."), values(before, "policy.")).map { $0 - $1 }
      #expect(relativeDistance(step, expected.map { Double($0) }) < 1e-5)
      #expect(values(before, "observation_scaler.count") == [15])
      #expect(values(after, "observation_scaler.count") == [20])
    }
    check(try agent(name, setting: setting), try agent(name, setting: plain))
  }
}
