import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State
import Testing

@testable import Agents

@Suite struct DQNAgentTests {
  /// Three actions from 4 on at observations of two scalars, and plain descent.
  private func randomAgent(
    using generator: inout PCG64, adjust: (inout Hyperparameters) -> Void = { _ in }
  ) -> DQNAgent {
    let setting = AgentSetting(
      observationSpace: Box(low: -1, high: 1, count: 2), actionSpace: Discrete(3, start: 4),
      timeLimit: nil, hyperparameters: stepSetting(adjust: adjust).hyperparameters)
    var agent = DQNAgent(setting, using: &generator)
    agent.network.randomize(using: &generator)
    agent.targetNetwork.randomize(using: &generator)
    return agent
  }

  private func discreteEpisode(
    steps: Int, isTerminated: Bool = true, using generator: inout PCG64
  ) -> Episode<Int> {
    let other = randomEpisode(steps: steps, using: &generator)
    var episode = Episode<Int>(observationCount: 2)
    episode.observations = other.observations
    episode.finalObservation = other.finalObservation
    episode.actions = (0..<steps).map { _ in 4 + generator.integers(0, 3) }
    for reward in other.rewards { episode.add(reward: Double(reward)) }
    (episode.isTerminated, episode.isTruncated) = (isTerminated, !isTerminated)
    return episode
  }

  /// Half a square, and straight on from 1.
  private func huber(_ error: Double) -> Double {
    abs(error) < 1 ? error * error / 2 : abs(error) - 0.5
  }

  private func largest(_ values: [Double]) -> Int {
    values.indices.max { values[$0] < values[$1] } ?? 0
  }

  /// One gradient step of the values and of the average against hand-made ones.
  @Test(arguments: [true, false], [true, false])
  func stepIsThatOfThePaper(isDouble: Bool, isTerminated: Bool) throws {
    var generator = PCG64(seed: 1)
    var agent = randomAgent(using: &generator) {
      $0.usesDoubleQ = isDouble
      $0.gradientStepsPerStep = 0.1
      $0.replayBatchSize = 40
    }
    let before = agent
    let episode = discreteEpisode(steps: 8, isTerminated: isTerminated, using: &generator)
    var (draws, again) = (generator, generator)
    let report = try agent.update(on: [episode], progress: 0, using: &draws)

    let sample = agent.replay.sample(40, using: &again)
    #expect(draws == again)
    let (states, next) = (rows(sample.observations), rows(sample.nextObservations))
    let actions = sample.actions.values.map { Int($0) }
    #expect(Set(actions) == [0, 1, 2])
    let last = episode.finalObservation.map { Double($0) }
    var differences = 0
    let targets = (0..<40).map { row in
      let values = handMade(before.targetNetwork, next[row])
      let own = largest(handMade(before.network, next[row]))
      if own != largest(values) { differences += 1 }
      let value = values[isDouble ? own : largest(values)]
      let isEnd = isTerminated && next[row] == last
      return Double(sample.rewards.values[row]) + (isEnd ? 0 : 0.8 * value)
    }
    #expect(next.contains(last) && differences > 0)
    func errors(_ parameters: [Double]) -> [Double] {
      (0..<40).map {
        handMade(before.network, states[$0], parameters)[actions[$0]] - targets[$0]
      }
    }
    func loss(_ parameters: [Double]) -> Double {
      errors(parameters).reduce(0) { $0 + huber($1) / 40 }
    }
    let start = flatParameters(of: before.network)
    #expect(errors(start).contains { abs($0) < 1 } && errors(start).contains { abs($0) > 1 })
    expectDescent(from: before.network, to: agent.network, rate: 0.5, on: loss)
    #expect(abs(try #require(report.controlVariateLoss) - loss(start)) < 1e-4 * loss(start))
    expectAverage(agent.targetNetwork, of: before.targetNetwork, and: agent.network, rate: 0.1)
  }

  /// With priorities the mean is weighted, half-way through the run by β = 0.4 + 0.6 / 2, and the errors
  /// of a step decide what the next one sees.
  @Test func prioritizedStepIsWeighted() throws {
    var generator = PCG64(seed: 11)
    var agent = randomAgent(using: &generator) {
      $0.gradientStepsPerStep = 0.1
      $0.replayBatchSize = 40
      $0.priorityExponent = 0.7
    }
    let episodes = (0..<2).map { _ in discreteEpisode(steps: 8, using: &generator) }
    _ = try agent.update(on: [episodes[0]], progress: 0, using: &generator)
    let before = agent
    var (replay, again) = (agent.replay, generator)
    let report = try agent.update(on: [episodes[1]], progress: 0.5, using: &generator)

    replay.append(episodes[1], actions: episodes[1].actions.map { [Float($0 - 4)] })
    let sample = replay.sample(40, importanceExponent: 0.7, using: &again)
    let targets = before.targets(of: sample, from: before.targetNetwork).values
    let weights = try #require(sample.weights).values
    #expect(Set(weights).count > 4)
    let states = rows(sample.observations)
    let loss = (0..<40).reduce(0.0) { sum, row in
      let values = handMade(before.network, states[row])
      let error = values[Int(sample.actions.values[row])] - Double(targets[row])
      return sum + Double(weights[row]) * huber(error) / 40
    }
    #expect(abs(try #require(report.controlVariateLoss) - loss) < 1e-4 * loss)
    #expect(agent.replay.sample(40, using: &again).weights?.values != weights)
  }

  /// The norm that is told is that before clipping; the step is not longer than allowed.
  @Test func longGradientsAreClipped() throws {
    var generator = PCG64(seed: 2)
    var agent = randomAgent(using: &generator) { $0.maximumGradientNorm = 0.01 }
    let before = flatParameters(of: agent.network)
    let episode = discreteEpisode(steps: 1, using: &generator)
    let report = try agent.update(on: [episode], progress: 0, using: &generator)
    let squares = zip(before, flatParameters(of: agent.network)).map { ($0 - $1) * ($0 - $1) }
    #expect(report.gradientNorm > 0.05)
    #expect(abs(squares.reduce(0, +).squareRoot() - 0.5 * 0.01) < 1e-5)
  }

  /// With τ = 1 the target network is a copy, after every third step and also across updates.
  @Test func targetNetworkIsCopiedNowAndThen() throws {
    var generator = PCG64(seed: 3)
    var agent = randomAgent(using: &generator) {
      $0.targetEvery = 3
      $0.targetRate = 1
    }
    for step in 1...7 {
      let old = agent.targetNetwork.parameters.map(\.values)
      let episode = discreteEpisode(steps: 1, using: &generator)
      _ = try agent.update(on: [episode], progress: 0, using: &generator)
      let new = agent.network.parameters.map(\.values)
      #expect(new != old)
      #expect(agent.targetNetwork.parameters.map(\.values) == (step % 3 == 0 ? new : old))
    }
  }

  @Test func epsilonFallsOnAStraightLine() {
    var some = Hyperparameters()
    (some.epsilonStart, some.epsilonEnd, some.epsilonFraction) = (0.9, 0.1, 0.25)
    for (fraction, expected) in [(0, 0.9), (0.125, 0.5), (0.25, 0.1), (0.3, 0.1), (1, 0.1)] {
      #expect(abs(some.epsilon(atFraction: fraction) - expected) < 1e-12)
    }
    some.epsilonFraction = 0
    #expect(some.epsilon(atFraction: 0) == 0.1)
  }

  /// Any action with the probability ε of the run's fraction, the best one being among them.
  @Test func exploresByTheSchedule() throws {
    var generator = PCG64(seed: 4)
    var agent = randomAgent(using: &generator) {
      $0.learningRate = 0
      ($0.epsilonStart, $0.epsilonEnd, $0.epsilonFraction) = (1, 0.3, 0.5)
    }
    let best = agent.action(on: [0.3, 1], isGreedy: true, using: &generator)
    let values = handMade(agent.network, [Double(Float(0.3)), 1])
    #expect(best == 4 + largest(values))
    for (progress, epsilon) in [(0, 1), (0.25, 0.65), (0.8, 0.3)] {
      let episode = discreteEpisode(steps: 1, using: &generator)
      _ = try agent.update(on: [episode], progress: progress, using: &generator)
      var counts = [0, 0, 0]
      for _ in 0..<3000 {
        counts[agent.action(on: [0.3, 1], using: &generator) - 4] += 1
      }
      for action in 0..<3 {
        let share = epsilon / 3 + (action == best - 4 ? 1 - epsilon : 0)
        // The standard deviation is 0.009 at most.
        #expect(abs(Double(counts[action]) / 3000 - share) < 0.04)
      }
    }
  }

  /// Before the learning starts, all actions are random and nothing moves but the statistics.
  @Test func warmsUp() throws {
    var generator = PCG64(seed: 5)
    var agent = randomAgent(using: &generator) {
      $0.learningStarts = 10
      ($0.epsilonStart, $0.epsilonEnd) = (0, 0)
    }
    let start = agent.network.parameters.map(\.values)
    let draws = (0..<100).map { _ in agent.action(on: [0.5, 1], using: &generator) }
    #expect(Set(draws) == [4, 5, 6])
    for (steps, moves) in [(9, false), (1, true)] {
      let episode = discreteEpisode(steps: steps, using: &generator)
      let report = try agent.update(on: [episode], progress: 0, using: &generator)
      #expect((agent.network.parameters.map(\.values) != start) == moves)
      #expect((report.controlVariateLoss != nil) == moves)
    }
    let greedy = agent.action(on: [0.5, 1], isGreedy: true, using: &generator)
    for _ in 0..<50 { #expect(agent.action(on: [0.5, 1], using: &generator) == greedy) }
  }

  /// Rewards of 1 for ever, of which a time limit shows four steps: 1 / (1 − γ) = 2. Where the process
  /// ends with the fourth, which cannot be told from the others, v = 1 + ¾ γ v; with targets of two
  /// steps half of them reach the end, and v = (5½ + 2 γ² v) / 4.
  @Test(arguments: [(false, 1, 2), (false, 2, 2), (true, 1, 1.6), (true, 2, 1.375 / 0.875)])
  func valuesKnowTheEndOfTheProcess(ends: Bool, steps: Int, expected: Double) throws {
    let base = ConstantTask.setting {
      $0.discount = 0.5
      $0.targetRate = 0.1
      $0.returnSteps = steps
    }
    let setting = AgentSetting(
      observationSpace: base.observationSpace, actionSpace: Discrete(2), timeLimit: nil,
      hyperparameters: base.hyperparameters)
    var generator = PCG64(seed: 6)
    var agent = DQNAgent(setting, using: &generator)
    var task = TimeLimit(
      DiscreteConstantTask(base: ConstantTask(steps: ends ? 4 : .max)), maxEpisodeSteps: 4)
    try train(&agent, in: &task, plan: TrainingPlan(episodes: 150, seed: 0))
    let values = agent.network(Tensor([1], shape: [1, 1])).values
    for value in values { #expect(abs(Double(value) - expected) < 0.15, "\(value)") }
  }

  /// What a measurement takes for the gradient is what the values descend, with themselves as target.
  @Test func policyGradientIsTheDescentOfTheValues() {
    var generator = PCG64(seed: 7)
    let agent = randomAgent(using: &generator)
    let episode = discreteEpisode(steps: 5, using: &generator)
    let gradient = agent.policyGradient(of: episode, using: &generator)
    var moved = agent.network
    var rest = gradient[...]
    moved.visitParameters { _, parameter in
      parameter.updateValues { values in
        for i in values.indices { values[i] += 0.5 * (rest.popFirst() ?? 0) }
      }
    }
    let states = rows(Tensor(episode.observations + episode.finalObservation, shape: [6, 2]))
    let targets = (0..<5).map { t in
      let next = handMade(agent.network, states[t + 1]).max() ?? 0
      return Double(episode.rewards[t]) + (t < 4 ? 0.8 * next : 0)
    }
    expectDescent(from: agent.network, to: moved, rate: 0.5) { parameters in
      (0..<5).reduce(0) { sum, t in
        let values = handMade(agent.network, states[t], parameters)
        return sum + huber(values[episode.actions[t] - 4] - targets[t])
      }
    }
  }

  /// A training that goes on from its state does the same to the bit.
  @Test(arguments: [ObservationScaling.none, .running], [0, 0.6])
  func goesOnExactly(scaling: ObservationScaling, priorityExponent: Double) throws {
    let setting = IdentityTask.setting {
      $0.observationScaling = scaling
      ($0.bufferSize, $0.learningStarts, $0.replayBatchSize) = (60, 20, 16)
      ($0.targetEvery, $0.targetRate, $0.returnSteps) = (7, 1, 2)
      $0.epsilonFraction = 0.9
      $0.priorityExponent = priorityExponent
    }
    let plan = TrainingPlan(episodes: 40, seed: 7)
    func training(seed: UInt64) -> Training<IdentityTask, DQNAgent> {
      var generator = PCG64(seed: seed)
      return Training(of: DQNAgent(setting, using: &generator), in: IdentityTask(), plan: plan)
    }
    var (training, other) = (training(seed: 8), training(seed: 9))
    while training.progress.episodes < 23 { _ = try training.advance() }
    let snapshot = try StateSnapshot(of: &training)
    try snapshot.restore(&other)
    while !training.isFinished {
      #expect(try training.advance() == other.advance())
    }
    #expect(training.agent.parameters.map(\.values) == other.agent.parameters.map(\.values))
  }

  @Test func listsAllParameters() {
    var generator = PCG64(seed: 10)
    let layers = ["0.weight", "0.bias", "1.weight", "1.bias"]
    let expected =
      layers.map { "network.\($0)" }
      + ["offset", "factor", "squares", "count"].map { "observation_scaler.\($0)" }
      + ["warm_up.seen", "epsilon.value"]
    #expect(randomAgent(using: &generator).namedParameters.map(\.name) == expected)
  }
}

/// `ConstantTask` with two actions, which make no difference.
private struct DiscreteConstantTask: Environment {
  var base: ConstantTask
  let actionSpace = Discrete(2)

  var observationSpace: Box { base.observationSpace }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    base.reset(seed: seed, options: options)
  }

  mutating func step(_ action: Int) -> Step<[Float]> { base.step([0]) }
}
