import Autodiff
import Distributions
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// An estimator of gradients through black boxes as an agent: an episode is an estimation problem.
///
///     ĝ = Σ_t ∂E[f(b_t)] / ∂θ,   b_t = a_t ~ π(· | s_t),   f(a_t) = R_t,   x_t = s_t
///
/// The actions are the estimator's samples, the returns the values of f at them, the states its
/// context. So whatever asks for one value of f a sample, and for no derivative of f, serves as an
/// agent. Its parameters descend its own loss after each batch, and its running statistics take the
/// batch in last: ĝ has seen nothing of the episode that it is taken from.
///
/// Where an episode has several steps, an estimator with a memory gets less than R_t for f(a_t), and is told
/// another value to remember (`StepwiseReturns`).
public struct EstimatorAgent<ActionPolicy: Policy, Estimator: GradientEstimator>:
  PolicyGradientAgent, OverlappingAgent
{
  // MARK: Settings and state

  public let hyperparameters: Hyperparameters
  public var policy: ActionPolicy
  public var estimator: Estimator
  /// `nil` without a memory, and where there is one step.
  var stepwise: StepwiseReturns?
  private let timeLimit: Int?
  private var policyOptimizer: any Optimizer
  private var estimatorOptimizer: any Optimizer

  public init(
    _ setting: AgentSetting<ActionPolicy.ActionSpace>, using generator: inout PCG64
  ) {
    hyperparameters = setting.hyperparameters
    timeLimit = hyperparameters.usesTime ? setting.timeLimit : nil
    policy = ActionPolicy(setting, using: &generator)
    let stateCount = setting.observationSpace.count + (timeLimit == nil ? 0 : 1)
    var estimatorSetting = EstimatorSetting(
      sampleWidth: policy.sampleWidth, contextWidth: stateCount,
      hiddenSizes: hyperparameters.controlVariateHiddenSizes,
      objectiveScale: Float(hyperparameters.returnScale))
    estimatorSetting.memory.capacity = hyperparameters.memoryCapacity
    estimatorSetting.memory.fitSteps = hyperparameters.valueSteps
    estimatorSetting.memory.batchSize = hyperparameters.valueBatchSize
    estimatorSetting.memory.learningRate = Float(hyperparameters.valueLearningRate)
    estimator = Estimator(estimatorSetting, using: &generator)
    policyOptimizer = hyperparameters.optimizer.makeOptimizer()
    estimatorOptimizer = hyperparameters.optimizer.makeOptimizer()
    if estimator is any MemoryEstimator, setting.timeLimit != 1 {
      stepwise = StepwiseReturns(
        stateCount: stateCount, hyperparameters: hyperparameters, using: &generator)
    }
  }

  // MARK: Learning

  /// What there is to be learned from an episode after its estimate was used.
  private struct Lesson: Sendable {
    let estimate: GradientEstimate
    /// What was known before, and what the estimate is a combination of, where there are several steps.
    var stepwise: (known: StepwiseReturns.Known, terms: [[Tensor]])?
  }

  /// The estimate ĝ of one episode at the policy `policy`, what the estimator says of it, and what was known
  /// of the episode before, where there are several steps.
  private func estimate(
    _ episode: EpisodeFeatures, _ policy: ActionPolicy, by estimator: Estimator,
    using generator: inout PCG64
  ) throws(Failure) -> (
    ofPolicy: PolicyEstimate, ofDistribution: GradientEstimate, known: StepwiseReturns.Known?
  ) {
    let distribution = policy(episode.states)
    var known: StepwiseReturns.Known?
    if let stepwise, let memory = estimator as? any MemoryEstimator {
      known = stepwise.known(
        of: episode,
        deviations: memory.deviations(
          of: episode.samples, at: episode.timedStates, drawnFrom: distribution.detached(),
          using: &generator))
    }
    let problem = EstimationProblem(
      distribution: distribution.detached(),
      objective: .blackBox { _ in
        preconditionFailure("\(Estimator.traits.name) asks for more than the return of an action")
      },
      context: episode.timedStates,
      drawn: (sample: episode.samples, values: known?.rest ?? episode.returns))
    let estimate = try estimator.estimate(problem, using: &generator)
    return (
      PolicyEstimate(distribution, gradient: estimate.gradient.detached(), policy: policy),
      estimate, known
    )
  }

  public mutating func movePolicy(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateInProgress<Self> {
    let frozen = policy.asVariables()
    let variables = estimator.asVariables()
    var estimates: [PolicyEstimate] = []
    var lessons: [Lesson] = []
    for episode in batch {
      let (ofPolicy, ofDistribution, known) = try estimate(
        features(of: episode), frozen, by: variables, using: &generator)
      estimates.append(ofPolicy)
      var lesson = Lesson(estimate: ofDistribution)
      if let stepwise, let known {
        lesson.stepwise = (known, stepwise.terms(of: ofPolicy, known, policy: frozen))
      }
      lessons.append(lesson)
    }
    let step = PolicyStep(along: estimates, policy: frozen, hyperparameters: hyperparameters)

    step.apply(to: &policy, with: &policyOptimizer, progress: progress)
    for episode in batch { policy.scaler.absorb(episode.observations) }

    return UpdateInProgress(step.report) { [lessons] (agent, generator) throws(Failure) in
      try agent.learn(from: lessons, by: variables, using: &generator)
    }
  }

  /// Lets the estimator learn from its estimates, and returns what it has descended, at the beginning.
  private mutating func learn(
    from lessons: [Lesson], by variables: Estimator, using generator: inout PCG64
  ) throws(Failure) -> Double? {
    let losses = lessons.compactMap { variables.adaptationLoss(of: $0.estimate) }
    var loss: Tensor?
    if let first = losses.first {
      let mean = (1 / Float(losses.count)) * losses.dropFirst().reduce(first) { $0 + $1 }
      let unit = Float(1 / (hyperparameters.returnScale * hyperparameters.returnScale))
      estimatorOptimizer.update(
        &estimator, along: gradients(of: unit * mean, withRespectTo: variables.parameters),
        learningRate: Float(hyperparameters.controlVariateLearningRate))
      loss = mean
    }
    for lesson in lessons {
      var observed = lesson.estimate
      if let stepwise, let known = lesson.stepwise?.known {
        observed = observed.remembering(stepwise.temporalDifferences(known))
      }
      estimator.observe(observed)
    }
    try stepwise?.learn(from: lessons.compactMap(\.stepwise), using: &generator)
    return loss.map { Double($0.scalar) }
  }

  public func policyGradient(of episode: Episode<Action>, using generator: inout PCG64) -> [Float] {
    do {
      return try estimate(
        features(of: episode), policy.asVariables(), by: estimator, using: &generator
      ).ofPolicy.scalars
    } catch {
      preconditionFailure("\(error)")
    }
  }

  private func features(of episode: Episode<Action>) -> EpisodeFeatures {
    EpisodeFeatures(
      episode, policy: policy, discount: hyperparameters.discount, timeLimit: timeLimit)
  }

  // MARK: Parameters

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&policy, "policy", visit)
    Self.visit(&policy.scaler, "observation_scaler", visit)
    Self.visit(&estimator, "estimator", visit)
    if var part = stepwise {
      Self.visit(&part, "stepwise", visit)
      stepwise = part
    }
    // Not trained, but part of what the estimate is.
    let statistics = estimator.runningStatistics.map { Float($0) }
    if statistics.isEmpty { return }
    var visited = Tensor(statistics)
    visit("estimator_statistics", &visited)
    // Unless they were replaced they keep their double precision.
    if visited.values != statistics {
      estimator.runningStatistics = visited.values.map { Double($0) }
    }
  }

  // MARK: State

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("policy", &policy)
    try visitor.visit("observation_scaler", &policy.scaler)
    try visitor.visit("estimator", &estimator)
    try visitor.visit("policy_optimizer", &policyOptimizer, of: policy)
    try visitor.visit("estimator_optimizer", &estimatorOptimizer, of: estimator)
    if var part = stepwise {
      try visitor.visit("stepwise", &part)
      stepwise = part
    }
  }
}

/// The agents of one estimator.
private struct EstimatorFamily<Estimator: GradientEstimator>: AgentFamily {
  func makeAgent<S: PolicySpace>(
    _ setting: AgentSetting<S>, using generator: inout PCG64
  ) -> (any TrainableAgent<S.Element>)? {
    EstimatorAgent<S.StandardPolicy, Estimator>(setting, using: &generator)
  }
}

extension Algorithm {
  /// The estimators that serve as agents under their own names: unbiased ones that take one value of f a
  /// sample, for every kind of actions, and have no agent of their own.
  static let estimators: [Algorithm] = EstimatorRegistry.all.compactMap { type in
    func algorithm<E: GradientEstimator>(_ type: E.Type) -> Algorithm? {
      let traits = type.traits
      guard traits.isUnbiased, traits.evaluationCount == 1, !traits.needsDifferentiable,
        traits.supports == Set(EstimatorTraits.Support.allCases), type != REINFORCE.self
      else { return nil }
      var generator = PCG64(seed: 0)
      let isAdaptive = E(EstimatorSetting(sampleWidth: 1), using: &generator).parameterCount > 0
      var parts: Set<Algorithm.Part> =
        isAdaptive ? [.policy, .value, .window, .controlVariate] : [.policy]
      if type is any MemoryEstimator.Type { parts.insert(.memory) }
      return Algorithm(
        name: traits.name, summary: "The estimator of that name: \(traits.summary)",
        parts: parts, family: EstimatorFamily<E>())
    }
    return algorithm(type)
  }
}
