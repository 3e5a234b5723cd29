import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

/// Every algorithm learns the smallest tasks there are with every kind of actions it has agents for.
@Suite struct ActionKindsTests {
  /// What makes a small task easy: a quick policy, no bonus, a short memory.
  private static var hyperparameters: Hyperparameters {
    var hyperparameters = Hyperparameters()
    hyperparameters.hiddenSizes = [8]
    hyperparameters.controlVariateHiddenSizes = [8]
    hyperparameters.learningRate = 0.04
    hyperparameters.entropyCoefficient = 0
    hyperparameters.windowEpisodes = 8
    hyperparameters.valueSteps = 4
    hyperparameters.valueBatchSize = 64
    hyperparameters.returnScale = 2
    hyperparameters.learningStarts = 200
    hyperparameters.replayBatchSize = 32
    return hyperparameters
  }

  /// The mean return of greedy actions after some training; `nil` where the algorithm has no agent for
  /// such actions.
  private func learn<T: Environment>(
    _ algorithm: String, _ task: T, episodes: Int, timeLimit: Int? = 5, seed: UInt64 = 1
  ) throws -> Double? where T.ActionSpace: PolicySpace {
    let algorithm = try #require(Algorithm.all.first { $0.name == algorithm })
    var generator = PCG64(seed: seed)
    var hyperparameters = Self.hyperparameters
    // Its several passes over a batch would follow the noise of whole returns.
    if algorithm.parts.contains(.proximal) { hyperparameters.advantageLambda = 0.95 }
    let setting = AgentSetting(
      observationSpace: task.observationSpace, actionSpace: task.actionSpace,
      timeLimit: timeLimit, hyperparameters: hyperparameters)
    guard let agent = algorithm.makeAgent(setting, using: &generator) else { return nil }
    func run<A: Agent<T.ActionSpace.Element>>(_ agent: A) throws -> Double {
      var (agent, environment) = (agent, task)
      try train(
        &agent, in: &environment,
        plan: TrainingPlan(episodes: episodes, episodesPerBatch: 4, seed: seed))
      return try evaluate(agent, in: &environment, episodes: 20, seed: 9, isGreedy: true).meanReturn
    }
    return try run(agent)
  }

  /// Those that learn from nothing but replay have settings of their own, in `OffPolicyAgentTests`.
  private static let names =
    Algorithm.all.filter { !$0.parts.contains(.replay) || $0.name == "ipg" }.map(\.name)

  /// Show x, reward −(a − x)²: the best return is 0, that of a = 0 is −5/3.
  @Test(arguments: names)
  func continuousIdentity(name: String) throws {
    guard let result = try learn(name, ContinuousIdentity(), episodes: 500) else { return }
    #expect(result > -0.35)
  }

  /// Three switches, each right half of the time at first: 5 steps of at most 3, 7.5 by chance.
  @Test(arguments: names)
  func severalSwitches(name: String) throws {
    guard let result = try learn(name, SwitchIdentity(), episodes: 500) else { return }
    #expect(result > 11)
  }

  /// Choices of different length: at most 10, 4.2 by chance.
  @Test(arguments: names)
  func severalChoices(name: String) throws {
    guard let result = try learn(name, ChoiceIdentity(), episodes: 500) else { return }
    #expect(result > 8)
  }

  /// All kinds have agents of the algorithms that say nothing else.
  @Test func mostAlgorithmsKnowAllKinds() throws {
    let spaces: [any PolicySpace] = [
      Discrete(2), Box(low: -1, high: 1, count: 1), MultiBinary(2), MultiDiscrete([2, 3]),
    ]
    for algorithm in Algorithm.all
    where algorithm.name != "lax" && !algorithm.parts.contains(.replay) {
      for space in spaces {
        let isSupported = algorithm.supports(space)
        #expect(isSupported, "\(algorithm.name) \(space)")
      }
    }
  }
}

/// Shows a random sign pattern; each task below rewards its own answer, five times an episode.
private struct Riddle {
  var generator = PCG64(seed: 0)
  var steps = 0

  mutating func reset(seed: UInt64?) {
    if let seed { generator = PCG64(seed: seed) }
    steps = 0
  }
}

private struct ContinuousIdentity: Environment {
  let observationSpace = Box(low: -1, high: 1, count: 1)
  let actionSpace = Box(low: -2, high: 2, count: 1)
  private var riddle = Riddle()
  private var shown: Float = 0

  private mutating func show() -> [Float] {
    shown = Float(riddle.generator.uniform(-1, 1))
    return [shown]
  }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    riddle.reset(seed: seed)
    return show()
  }

  mutating func step(_ action: [Float]) -> Step<[Float]> {
    let distance = Double(action[0] - shown)
    riddle.steps += 1
    return Step(observation: show(), reward: -distance * distance, isTerminated: riddle.steps == 5)
  }
}

private struct SwitchIdentity: Environment {
  let observationSpace = Box(low: -1, high: 1, count: 3)
  let actionSpace = MultiBinary(3)
  private var riddle = Riddle()
  private var shown: [Int] = []

  private mutating func show() -> [Float] {
    shown = actionSpace.sample(using: &riddle.generator)
    return shown.map { Float(2 * $0 - 1) }
  }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    riddle.reset(seed: seed)
    return show()
  }

  mutating func step(_ action: [Int]) -> Step<[Float]> {
    precondition(actionSpace.contains(action), "\(action) are no switches")
    let right = zip(action, shown).count { $0 == $1 }
    riddle.steps += 1
    return Step(observation: show(), reward: Double(right), isTerminated: riddle.steps == 5)
  }
}

private struct ChoiceIdentity: Environment {
  let observationSpace = Box(low: 0, high: 1, count: 4)
  let actionSpace = MultiDiscrete([3, 2])
  private var riddle = Riddle()
  private var shown: [Int] = []

  private mutating func show() -> [Float] {
    shown = actionSpace.sample(using: &riddle.generator)
    var row = [Float](repeating: 0, count: 4)
    row[shown[0]] = 1
    row[3] = Float(shown[1])
    return row
  }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    riddle.reset(seed: seed)
    return show()
  }

  mutating func step(_ action: [Int]) -> Step<[Float]> {
    precondition(actionSpace.contains(action), "\(action) are no choices")
    let right = zip(action, shown).count { $0 == $1 }
    riddle.steps += 1
    return Step(observation: show(), reward: Double(right), isTerminated: riddle.steps == 5)
  }
}
