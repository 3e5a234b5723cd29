import Autodiff
import NeuralNetworks
import Parallelism
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

@Suite struct RELAXAgentTests {
  /// Two episodes as the agent lives them.
  private func batch(of agent: RELAXAgent<CategoricalPolicy>) -> [Episode<Int>] {
    var (agent, task, generator) = (agent, IdentityTask(), PCG64(seed: 3))
    return (0..<2).map { seed in
      sound { try collectEpisode(in: &task, with: &agent, seed: seed, using: &generator) }
    }
  }

  /// Random networks and plain gradient descent, so that a step shows its gradient.
  private func agent(
    _ form: ControlVariateForm, adjust: (inout Hyperparameters) -> Void = { _ in }
  ) -> RELAXAgent<CategoricalPolicy> {
    var generator = PCG64(seed: 1)
    let setting = IdentityTask.setting {
      $0.controlVariateForm = form
      $0.optimizer = .sgd
      $0.learningRate = 0.5
      $0.controlVariateLearningRate = 0.25
      $0.entropyCoefficient = 0
      adjust(&$0)
    }
    var agent = RELAXAgent<CategoricalPolicy>(setting, using: &generator)
    agent.policy.randomize(using: &generator) { _ in 0.5 }
    agent.controlVariate.randomize(using: &generator) { _ in 0.5 }
    if form.fitsValue, !form.usesActionValue {
      agent.value.randomize(using: &generator) { _ in 0.5 }
    }
    return agent
  }

  @Test(arguments: [ControlVariateForm.valueAndRelaxation, .relaxation])
  func threadsShareABatchAndChangeNothing(form: ControlVariateForm) throws {
    let agent = agent(form) { $0.entropyCoefficient = 0.01 }
    var results: [[Float]] = []
    for threads in [1, 3] {
      var (updated, generator) = (agent, PCG64(seed: 8))
      let report = try withThreads(threads) {
        try updated.update(on: batch(of: agent), progress: 0, using: &generator)
      }
      results.append(
        change(agent.policy, updated.policy) + change(agent.controlVariate, updated.controlVariate)
          + change(agent.value, updated.value) + [Float(report.gradientNorm)])
    }
    #expect(results[0] == results[1] && results[0].contains { $0 != 0 })
  }

  /// Both steps are taken at the parameters before the update: θ up the estimate, φ down ‖ĝ‖².
  @Test(arguments: ControlVariateForm.relaxed)
  func updateStepsAlongBothGradients(form: ControlVariateForm) throws {
    let agent = agent(form)
    let episodes = batch(of: agent)
    let features = episodes.map {
      EpisodeFeatures($0, policy: agent.policy, discount: 0.99, timeLimit: 5)
    }
    let (policy, c) = (agent.policy.asVariables(), agent.controlVariate.asVariables())
    var generator = PCG64(seed: 8)
    // Each of several episodes has noise of its own.
    let noise = features.map { _ in PCG64(seed: generator.next()) }
    let estimates = zip(features, noise).map { episode, noise in
      var noise = noise
      return agent.estimate(episode, policy, c, using: &noise)
    }
    let loss = varianceLoss(estimates, returnScale: agent.hyperparameters.returnScale)
    let slopes = gradients(of: loss, withRespectTo: c.parameters)

    generator = PCG64(seed: 8)
    var updated = agent
    let report = try updated.update(on: episodes, progress: 0, using: &generator)
    let mean = zip(estimates[0].scalars, estimates[1].scalars).map { ($0 + $1) / 2 }
    expectClose(change(agent.policy, updated.policy), mean.map { 0.5 * $0 })
    expectClose(
      change(agent.controlVariate, updated.controlVariate),
      slopes.flatMap(\.values).map { -0.25 * $0 })
    let square = estimates.reduce(0) { $0 + $1.scalars.reduce(0) { $0 + $1 * $1 } } / 2
    #expect(abs((report.controlVariateLoss ?? 0) / Double(square) - 1) < 1e-4)
    #expect(abs(report.gradientNorm / Double(globalNorm([Tensor(mean)])) - 1) < 1e-4)
    // V is fitted beside ĉ only.
    let isFitted = change(agent.value, updated.value).contains { $0 != 0 }
    #expect(isFitted == form.fitsValue)
  }

  /// The entropy bonus moves θ, but is no part of ‖ĝ‖².
  @Test func entropyStaysOutsideTheVarianceLoss() throws {
    func update(_ coefficient: Double) -> (RELAXAgent<CategoricalPolicy>, UpdateReport) {
      var agent = agent(.valueAndRelaxation) { $0.entropyCoefficient = coefficient }
      var generator = PCG64(seed: 8)
      let report = sound { try agent.update(on: batch(of: agent), progress: 0, using: &generator) }
      return (agent, report)
    }
    let (without, with) = (update(0), update(3))
    #expect(
      without.0.controlVariate.parameters.map(\.values)
        == with.0.controlVariate.parameters.map(\.values))
    #expect(without.1.controlVariateLoss == with.1.controlVariateLoss)
    #expect(without.0.policy.parameters.map(\.values) != with.0.policy.parameters.map(\.values))
  }

  /// c starts at nothing: the first estimates are those of REINFORCE.
  @Test(arguments: ControlVariateForm.allCases)
  func startsAsREINFORCE(form: ControlVariateForm) throws {
    let setting = IdentityTask.setting { $0.controlVariateForm = form }
    var generator = PCG64(seed: 1)
    let agent = RELAXAgent<CategoricalPolicy>(setting, using: &generator)
    var plain = REINFORCEAgent<CategoricalPolicy>(setting, using: &generator)
    plain.policy = agent.policy
    for episode in batch(of: agent) {
      #expect(
        agent.policyGradient(of: episode, using: &generator)
          == plain.policyGradient(of: episode, using: &generator))
    }
  }

  /// A fit lowers the variance on episodes that it has not seen.
  @Test(arguments: ControlVariateForm.allCases)
  func fittedControlVariateLowersTheVariance(form: ControlVariateForm) throws {
    var generator = PCG64(seed: 2)
    var agent = RELAXAgent<CategoricalPolicy>(
      IdentityTask.setting { $0.controlVariateForm = form }, using: &generator)
    var (copy, task) = (agent, IdentityTask())
    let episodes = (0..<60).map { _ in
      sound { try collectEpisode(in: &task, with: &copy, using: &generator) }
    }
    let before = try #require(
      try measureGradientVariance(of: agent, in: &task, episodes: 100, seed: 4))
    try agent.fitControlVariate(
      on: episodes, valueSteps: 100, varianceSteps: 60, actionValueSteps: 100, using: &generator)
    let after = try #require(
      try measureGradientVariance(of: agent, in: &task, episodes: 100, seed: 4))
    #expect(after.logTrace < before.logTrace - 0.6)
    #expect(agent.policy.parameters.map(\.values) == copy.policy.parameters.map(\.values))
  }

  /// θ steps up the estimate as it was before the episodes: neither m, η nor V has seen them.
  @Test(arguments: [ControlVariateForm.trajectory, .actionValue])
  func updateWithActionValuesStepsBeforeItLearns(form: ControlVariateForm) throws {
    var agent = agent(form) { $0.learningRate = 0 }
    var generator = PCG64(seed: 8)
    for _ in 0..<4 { _ = try agent.update(on: batch(of: agent), progress: 0, using: &generator) }
    let trajectory = try #require(agent.trajectory)
    #expect(trajectory.coefficients.values.count == (form == .trajectory ? 2 : 1))
    #expect(trajectory.coefficients.values.contains { $0 > 0.05 })

    var updated = self.agent(form)
    updated.policy = agent.policy
    (updated.value, updated.trajectory) = (agent.value, agent.trajectory)
    let (before, episodes) = (updated, batch(of: agent))
    let report = try updated.update(on: episodes, progress: 0, using: &generator)
    let estimates = episodes.map { before.policyGradient(of: $0, using: &generator) }
    let mean = zip(estimates[0], estimates[1]).map { ($0 + $1) / 2 }
    expectClose(change(before.policy, updated.policy), mean.map { 0.5 * $0 })
    // Then all three learn, and c, which has no part, stays.
    let after = try #require(updated.trajectory)
    #expect(change(trajectory.actionValue, after.actionValue).contains { $0 != 0 })
    #expect(after.coefficients.values != trajectory.coefficients.values)
    #expect(change(before.value, updated.value).contains { $0 != 0 })
    #expect(change(before.controlVariate, updated.controlVariate).allSatisfy { $0 == 0 })
    #expect(report.controlVariateLoss != nil)
  }

  @Test func listsAllParameters() throws {
    var generator = PCG64(seed: 1)
    let agent = RELAXAgent<CategoricalPolicy>(IdentityTask.setting(), using: &generator)
    let layers = ["0.weight", "0.bias", "1.weight", "1.bias"]
    let expected =
      layers.map { "policy.\($0)" }
      + ["offset", "factor", "squares", "count"].map { "observation_scaler.\($0)" }
      + (layers + ["center", "spread"]).map { "value.\($0)" }
      + layers.map { "control_variate.network.\($0)" }
      + ["control_variate.log_temperature", "control_variate.scale"]
    #expect(agent.namedParameters.map(\.name) == expected)
    // Those of action values in the forms that have them alone.
    let other = RELAXAgent<CategoricalPolicy>(
      IdentityTask.setting { $0.controlVariateForm = .trajectory }, using: &generator)
    #expect(
      other.namedParameters.map(\.name)
        == expected + (layers + ["center", "spread"]).map { "trajectory.action_value.\($0)" }
        + ["trajectory.coefficients"])
    var copy = other
    copy.setParameters(other.parameters.map { $0 + 1 })
    #expect(copy.trajectory?.coefficients.values == [1, 1])
  }

  private func change(_ before: some Module, _ after: some Module) -> [Float] {
    zip(after.parameters.flatMap(\.values), before.parameters.flatMap(\.values)).map { $0 - $1 }
  }

  private func expectClose(
    _ found: [Float], _ expected: [Float], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let distance = relativeDistance(
      found.map { Double($0) }, expected.map { Double($0) })
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    #expect(distance < 1e-5, sourceLocation: sourceLocation)
  }
}
