import AgentExperiments
import Agents
import Experiments
import Files
import Foundation
import RandomNumbers
import ReinforcementLearning
import SavedAgents
import State
import TestSupport
import Testing

@Suite struct AgentTrainingTests {
  private func specification(
    _ steps: Int? = nil, threshold: Double? = nil, make: @escaping @Sendable () -> any Environment
  ) -> EnvironmentSpecification {
    EnvironmentSpecification(
      name: "payer", maxEpisodeSteps: steps, rewardThreshold: threshold, make: make)
  }

  /// Shows a mask of two actions, the second of which is forbidden, and ends the program where it is taken.
  private struct OnlyFirst: Environment {
    var actionMask: Range<Int>?
    private var steps = 0

    init(mask: Range<Int>?) { actionMask = mask }

    let observationSpace = Box(low: 0, high: 1, count: 3)
    let actionSpace = Discrete(2)

    mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
      steps = 0
      return [0, 1, 0]
    }

    mutating func step(_ action: Int) -> Step<[Float]> {
      precondition(action == 0, "the second action is forbidden")
      steps += 1
      return Step(observation: [0, 1, 0], reward: 1, isTerminated: steps == 5)
    }
  }

  // MARK: Masks

  /// In training, in evaluations, and by what was saved.
  @Test(arguments: ["a2c", "ppo", "dqn"])
  func masksReachTheAgent(algorithm: String) throws {
    let place = specification { OnlyFirst(mask: 1..<3) }
    let settings = try smallSettings("env=payer algo=\(algorithm) episodes=12", in: context(place))
    var training = try AgentTraining(settings, in: context(place))
    while !training.position.isFinished { _ = try training.advance(.silent) }
    let (saved, task) = (training.model, try AgentTask(place, actionRepeat: 1))
    #expect(saved.description.actionMask == 1..<3)
    let report = try task.evaluate(saved.agent, episodes: 3, seed: 1)
    #expect(report.sampled.meanReturn == 5 && report.greedy.meanReturn == 5)
  }

  @Test(arguments: [0..<3, 2..<4, 1..<2, -1..<1])
  func aMaskThatDoesNotFitIsRefused(mask: Range<Int>) throws {
    let place = specification { OnlyFirst(mask: mask) }
    let failure = #expect(throws: Failure.self) { try AgentTask(place, actionRepeat: 1) }
    #expect(failure?.description.contains("a mask of actions that does not fit") == true)
  }

  // MARK: What a run gives

  /// The episodes of a batch have places of their own in a log, in whatever a run is counted.
  @Test(arguments: ["episodes=12", "steps=100"])
  func everyEpisodeTellsWhereItEnded(length: String) throws {
    let settings = try smallSettings("algo=a2c seed=5 environments=4 \(length)")
    var training = try AgentTraining(settings, in: context())
    var positions: [Int] = []
    var expected: [Int] = []
    while !training.position.isFinished {
      let advance = try training.advance(.silent)
      positions += try #require(advance.positions)
      let column = settings.steps == nil ? "episode" : "step"
      expected += advance.rows.compactMap { row in
        if case .integer(let position)? = row[column] { position } else { nil }
      }
      #expect(positions.last == training.position.done)
    }
    #expect(positions == expected && positions.count >= 8)
    #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test(arguments: ["relax", "a2c", "reinforce"])
  func theRowsAreThoseOfTheFunction(algorithm: String) throws {
    let flags = "algo=\(algorithm) episodes=12 seed=5 batch-episodes=2"
    let settings = try smallSettings(flags)
    let task = try AgentTask(Corridor.specification, actionRepeat: 1)
    var streams = RandomStreams(seed: 5)
    var records: [EpisodeRecord] = []
    func train(_ agent: some TrainableAgent<Int>) throws -> [Float] {
      var agent = agent
      var environment = TimeLimit(Corridor(), maxEpisodeSteps: 20)
      let plan = TrainingPlan(episodes: 12, episodesPerBatch: 2, seed: 5)
      try ReinforcementLearning.train(&agent, in: &environment, plan: plan) { record, _ in
        records.append(record)
        return true
      }
      return agent.namedParameters.flatMap(\.tensor.values)
    }
    let actions = try #require(task.actionSpace as? Discrete)
    let agent = try #require(
      try context().algorithm(named: algorithm).makeAgent(
        task.setting(settings, actions), using: &streams.initialization))
    let parameters = try train(agent)

    let (result, training) = try run(flags)
    let columns = result.values.columns
    #expect(columns["return"] == records.map(\.episodeReturn))
    #expect(columns["step"] == records.map { Double($0.totalSteps) })
    #expect(columns["entropy"] == records.map { $0.update?.entropy })
    #expect(columns["gradient_norm"] == records.map { $0.update?.gradientNorm })
    #expect(
      columns["entropy"]?.indices.filter { $0 % 2 == 0 }.allSatisfy {
        columns["entropy"]?[$0] == .some(nil)
      } == true, "an update after every second episode")
    #expect(training.model.agent.namedParameters.flatMap(\.tensor.values) == parameters)
    #expect(result.status == .finished)
    #expect(result.values.result("final_mean_return")?.double == records.last?.recentMeanReturn)
  }

  @Test func measurementsDoNotDisturbTheTraining() throws {
    let plain = try run("episodes=12").result.values.columns
    var measured = try run(
      "episodes=12 variance-every=4 variance-episodes=5 eval-every=3 eval-episodes=2"
    ).result.values.columns
    let variances = try #require(measured["log_variance"])
    #expect(variances.indices.filter { variances[$0] != nil } == [3, 7, 11])
    #expect(Set(variances).count == 4, "each measurement has episodes of its own")
    measured["log_variance"] = plain["log_variance"]
    #expect(measured == plain)
  }

  @Test func keepsTheAgentOfTheBestHundredEpisodes() throws {
    try withTemporaryFolder { folder in
      let settings = try smallSettings("algo=reinforce episodes=150 learning-rate=0.02")
      var best: (mean: Double, model: SavedAgent)?
      var run = try makeRun(settings, in: folder)
      _ = try run.execute { training, clock in
        let members = training.summary(clock).members
        guard training.position.done >= 100,
          let mean = members.first(where: { $0.name == "final_mean_return" })?.value.double,
          mean > best?.mean ?? -.infinity
        else { return }
        best = (mean, training.model)
      }
      let expected = try #require(best)
      #expect(expected.model.description.episodes < 150, "otherwise the last one would do")
      #expect(
        try contents(folder.appending("checkpoints/best.safetensors"))
          == expected.model.file().encoded())
    }
  }

  @Test func aSolvedEnvironmentStopsTheRunIfThatIsAsked() throws {
    let (result, _) = try run("algo=a2c episodes=400 learning-rate=0.05 solve-stop=true")
    let returns = result.values.numbers("return")
    #expect(result.values.result("solved_at_episode")?.integer == returns.count)
    #expect(returns.count >= 100 && returns.count < 400)
    #expect(returns.suffix(100).reduce(0, +) / 100 >= 0.5)
    #expect(returns.dropLast().suffix(100).reduce(0, +) / 100 < 0.5 || returns.count == 100)
    #expect(
      result.values.result("solved_at_step")?.double == result.values.numbers("step").last)
  }

  /// As a sum of 32-bit numbers, these miss their thresholds by rounding.
  @Test(arguments: [(-0.1, -10.0), (0.7, 70.0)])
  func returnsAreAddedAsTheyCome(reward: Double, threshold: Double) throws {
    let names = context(specification(100, threshold: threshold) { Payer(reward: reward) })
    let result = try run("env=payer algo=reinforce episodes=100 hidden=none", in: names).result
    #expect(result.values.result("solved_at_episode")?.integer == 100)
  }

  @Test func repeatedActionsShortenEpisodes() throws {
    let (result, training) = try run("algo=a2c episodes=20 action-repeat=6")
    #expect(result.values.numbers("length").allSatisfy { $0 <= 4 })
    #expect(training.model.description.timeLimit == 20)
    #expect(training.model.description.decisionLimit == 4)
  }

  /// The rate of an update is that of the run's beginning if nothing was over when the batch began.
  @Test func theFirstBatchTakesTheWholeRate() throws {
    func parameters(_ flags: String) throws -> [Float] {
      try run("algo=a2c episodes=10 \(flags)").training.model.agent.namedParameters
        .flatMap(\.tensor.values)
    }
    let constant = try parameters("batch-episodes=10")
    #expect(try parameters("batch-episodes=10 learning-rate-schedule=linear") == constant)
    #expect(try parameters("batch-episodes=10 learning-rate=0") != constant)
    #expect(
      try parameters("batch-episodes=5 learning-rate-schedule=linear")
        != parameters("batch-episodes=5"))
  }

  // MARK: Ends

  @Test func stepsCutTheLastEpisode() throws {
    let result = try run("algo=a2c steps=37").result
    #expect(result.values.numbers("step").last == 37)
    #expect(result.values.result("steps")?.integer == 37)
    let names = context(specification { Payer() })
    let endless = try run("env=payer algo=a2c steps=300", in: names).result
    #expect(endless.values.numbers("length") == [300])
    #expect(endless.status == .finished)
  }

  @Test(arguments: [
    "episodes=3", "steps=7 eval-every=1 eval-episodes=1", "steps=7 eval-episodes=1",
  ])
  func anEpisodeWithoutAnEndIsInterrupted(flags: String) throws {
    let names = context(specification { Payer() })
    // In the training, in a measurement or in the evaluation at the end.
    let result = try run(
      "env=payer algo=reinforce \(flags)", in: names,
      Watch().monitor { phase, done in phase == "step of this episode" && done >= 1000 }
    ).result
    #expect(result.status == .interrupted)
  }

  // MARK: Faults of environments

  @Test func anEnvironmentsFaultIsToldByEpisodeAndStep() throws {
    let faults: [(Payer.Fault, Failure.Kind, String)] = [
      (
        { if ($0, $1) == (2, 3) { $2.observation.append(1) } }, .failed,
        "The observation after step 3 of episode 2 has 3 scalars, the first one 2"
      ),
      (
        { if ($0, $1) == (2, 3) { $2.observation[1] = .nan } }, .divergence,
        "The observation after step 3 of episode 2 holds a number that is not finite"
      ),
      (
        { if ($0, $1) == (2, 3) { $2.reward = .nan } }, .divergence,
        "The reward of step 3 of episode 2 is nan"
      ),
      (
        { if ($0, $1) == (3, 1) { $2.reward = .infinity } }, .divergence,
        "The reward of step 1 of episode 3 is inf"
      ),
    ]
    for (fault, kind, sentence) in faults {
      try withTemporaryFolder { folder in
        let names = context(specification(5) { Payer(fault: fault) })
        var run = try makeRun(
          smallSettings("env=payer episodes=9", in: names), in: folder, names)
        let failure = #expect(throws: Failure.self) { try run.execute() }
        #expect(failure?.kind == kind)
        #expect(failure?.description.hasPrefix(sentence) == true, "\(failure?.description ?? "")")
      }
    }
  }

  @Test func warnsOfWhatBreaksThePromises() throws {
    struct Careless: Environment {
      var base = Corridor()
      var actionSpace: Discrete { base.actionSpace }
      var observationSpace: Box { base.observationSpace }
      mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
        base.reset(seed: .random(in: 0 ... .max))
      }
      mutating func step(_ action: Int) -> Step<SIMD2<Float>> { base.step(action) }
    }
    let names = context(
      EnvironmentSpecification(name: "careless", maxEpisodeSteps: 20, make: { Careless() }))
    let watch = Watch()
    _ = try run("env=careless episodes=2", in: names, watch.monitor())
    #expect(watch.warnings.contains { $0.hasPrefix("careless: ") && $0.contains("seed") })
    let other = Watch()
    _ = try run("episodes=2", other.monitor())
    #expect(other.warnings.isEmpty)
  }

  @Test(arguments: ["algo=a2c seed=1", "algo=relax"])
  func anAgentThatDivergesIsKeptAsItWasBefore(flags: String) throws {
    try withTemporaryFolder { folder in
      let settings = try smallSettings(
        "env=cartpole optimizer=sgd learning-rate=10 value-learning-rate=10 episodes=60 \(flags)")
      var run = try makeRun(settings, in: folder)
      let failure = #expect(throws: Failure.self) { try run.execute() }
      #expect(failure?.kind == .divergence)
      #expect(failure?.description.contains("try smaller step sizes") == true)
      for name in ["final", "best"] {
        let saved = try SavedAgent(
          contentsOf: folder.appending("checkpoints/\(name).safetensors"))
        let values = saved.agent.namedParameters.flatMap(\.tensor.values)
        #expect(!values.isEmpty && values.allSatisfy(\.isFinite))
      }
      let result = try JSONValue(parsing: contents(folder.appending("result.json")))
      #expect(result["status"]?.text == "diverged")
    }
  }

  // MARK: Tasks

  @Test func environmentsThatDoNotFitAreRefused() throws {
    let discrete = #expect(throws: Failure.self) { try run("env=cartpole algo=lax") }
    #expect(
      discrete?.description
        == "lax has no agent for the 2 actions of cartpole; choose --algo relax, a2c, reinforce, "
        + "ppo, dqn, running-mean, constant-baseline, nvil, relax-memory, reinforce-memory.")
    let form = #expect(throws: Failure.self) {
      try run("env=lunarlander-continuous cv-form=trajectory refinement-steps=1")
    }
    #expect(
      form?.description
        == "--refinement-steps stands for discrete actions, and lunarlander-continuous has 2 "
        + "continuous ones; leave it out.")
    let names = context(EnvironmentSpecification(name: "liar", make: { Liar() }))
    let liar = #expect(throws: Failure.self) { try run("env=liar", in: names) }
    #expect(
      liar?.description
        == "liar gives observations of 2 scalars, but its observation space has 3; make them agree "
        + "in the environment.")
  }

  private struct Liar: Environment {
    var base = Corridor()
    var actionSpace: Discrete { base.actionSpace }
    var observationSpace: Box { Box(low: 0, high: 1, count: 3) }
    mutating func reset(seed: UInt64?, options: [String: Double]) -> SIMD2<Float> {
      base.reset(seed: seed)
    }
    mutating func step(_ action: Int) -> Step<SIMD2<Float>> { base.step(action) }
  }
}
