import Autodiff
import Distributions
import Foundation
import ManyMachines
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State
import Statistics

/// Proximal policy optimisation: several passes over each batch of steps or episodes, with an objective
/// that has no slope where the policy would go far from the one that acted.
///
///     r(θ) = π_θ(a | s) / π_old(a | s)
///     L(θ) = mean min[r(θ) Â, clip(r(θ), 1 − ε, 1 + ε) Â] + c mean H[π_θ(· | s)]
///     L(φ) = mean [V_φ(s) − (V_old(s) + Â)]²
///
/// The policy climbs L(θ), V descends L(φ), both by minibatches. Â are the generalised advantage
/// estimates, of mean 0 and variance 1 over the batch in L(θ); where an episode was cut, V of what
/// was observed then takes the place of the rest. J. Schulman et al., "Proximal Policy Optimization
/// Algorithms", 2017 (arXiv:1707.06347), equations 7 and 9, with networks of their own for the policy
/// and V, which learn from the same minibatches side by side. `Preset.proximal` has settings to start from, λ
/// = 0.95 among them.
public struct PPOAgent<ActionPolicy: Policy>: PolicyGradientAgent {
  // MARK: Settings and state

  public let hyperparameters: Hyperparameters
  public var policy: ActionPolicy
  public var value: ValueFunction
  private let timeLimit: Int?
  private var policyOptimizer: any Optimizer

  /// An untrained agent.
  ///
  /// - Parameters:
  ///   - setting: The spaces, the time limit and the hyper-parameters.
  ///   - generator: Where the initial weights come from.
  public init(_ setting: AgentSetting<ActionPolicy.ActionSpace>, using generator: inout PCG64) {
    hyperparameters = setting.hyperparameters
    timeLimit = hyperparameters.usesTime ? setting.timeLimit : nil
    let stateCount = setting.observationSpace.count + (timeLimit == nil ? 0 : 1)
    policy = ActionPolicy(setting, using: &generator)
    value = ValueFunction(
      inputCount: stateCount, hyperparameters: hyperparameters, using: &generator)
    policyOptimizer = hyperparameters.optimizer.makeOptimizer()
  }

  // MARK: Learning

  public mutating func update(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateReport {
    var seen = transitions(of: batch)
    seen.actions.advantages = standardized(seen.actions.advantages)
    let (actions, values) = seen
    let entropy = policy(actions.states).entropy().mean()
    value.normalize(for: values.targets.values)
    let minibatches = (0..<hyperparameters.epochs).flatMap { _ in
      self.minibatches(of: values.targets.shape[0], using: &generator)
    }
    let factor = hyperparameters.learningRateSchedule.factor(atFraction: progress)

    // Neither network asks for the other any more, so that two threads or ranks learn one each.
    let start = Learner(agent: self)
    let (climber, fitter) = (0, 1)
    let learners = try sharedStates(costs: [3, 2], like: start) { index in
      var learner = start
      for rows in minibatches {
        if index == fitter {
          learner.results.add(learner.agent.improveValue(on: values.rows(at: rows), factor))
        } else if let norm = learner.agent.improvePolicy(on: actions.rows(at: rows), factor) {
          learner.results.add(norm)
        } else {
          break
        }
      }
      return learner
    }
    policy = learners[climber].agent.policy
    policyOptimizer = learners[climber].agent.policyOptimizer
    value = learners[fitter].agent.value
    for episode in batch { policy.scaler.absorb(episode.observations) }
    return UpdateReport(
      entropy: Double(entropy.scalar), gradientNorm: learners[climber].results.value ?? 0,
      controlVariateLoss: learners[fitter].results.value)
  }

  /// The agent while one of its networks learns, and what its steps report.
  private struct Learner: Stateful, Sendable {
    var agent: PPOAgent
    var results = RunningMean()

    mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
      try agent.visitState(&visitor)
      try visitor.visit("results", &results)
    }
  }

  /// A step of V down L(φ), whose loss before the step is returned.
  private mutating func improveValue(on some: ValueRows, _ factor: Float) -> Float {
    value.improve(
      at: some.states, targets: some.targets,
      learningRate: Float(hyperparameters.valueLearningRate) * factor,
      reach: hyperparameters.valueClipRange.map { (some.values, Float($0)) })
  }

  /// A step of the policy up L(θ), whose norm before clipping is returned; none, and `nil`, where the
  /// policy has gone too far already.
  private mutating func improvePolicy(on some: ActionRows, _ factor: Float) -> Float? {
    let variables = policy.asVariables()
    let distribution = variables(some.states)
    let logRatios = distribution.logProbability(of: some.samples) - some.logProbabilities
    if let limit = hyperparameters.targetDivergence,
      estimatedDivergence(logRatios: logRatios) > limit
    {
      return nil
    }
    var objective = clippedSurrogate(
      logRatios: logRatios, advantages: some.advantages, clipRange: hyperparameters.clipRange)
    if hyperparameters.entropyCoefficient != 0 {
      let weight = Float(hyperparameters.entropyCoefficient)
      objective = objective + weight * distribution.entropy().mean()
    }
    let (descent, norm) = clipByGlobalNorm(
      gradients(of: -objective, withRespectTo: variables.parameters),
      maximum: hyperparameters.maximumGradientNorm.map { Float($0) })
    policyOptimizer.update(
      &policy, along: descent, learningRate: Float(hyperparameters.learningRate) * factor)
    return norm
  }

  /// What is learned from a batch, at the policy and the V that have seen none of it.
  private func transitions(of batch: [Episode<Action>]) -> (actions: ActionRows, values: ValueRows)
  {
    let states = policy.scaler(batch.flatMap(\.observations))
    let samples = policy.samples(of: batch.flatMap(\.actions))
    let timedStates = EpisodeFeatures.timed(
      states, at: batch.flatMap(\.times), timeLimit: timeLimit)
    let values = value(timedStates)
    let advantages = Tensor(advantages(of: batch, values.values))
    return (
      ActionRows(
        states: states, samples: samples,
        logProbabilities: policy(states).logProbability(of: samples), advantages: advantages),
      ValueRows(states: timedStates, values: values, targets: advantages + values)
    )
  }

  /// Â of all steps of a batch, where V is known of each.
  private func advantages(of batch: [Episode<Action>], _ values: [Float]) -> [Float] {
    let finalValues = finalValues(of: batch)
    var advantages: [Float] = []
    advantages.reserveCapacity(values.count)
    for (episode, finalValue) in zip(batch, finalValues) {
      let steps = advantages.count..<advantages.count + episode.length
      advantages += generalizedAdvantageEstimates(
        rewards: episode.rewards, values: Array(values[steps]), finalValue: finalValue,
        discount: hyperparameters.discount, lambda: hyperparameters.advantageLambda)
    }
    return advantages
  }

  /// V of what was observed last where an episode was cut, 0 where it ended.
  private func finalValues(of batch: [Episode<Action>]) -> [Float] {
    let cut = batch.filter { !$0.isTerminated }
    guard !cut.isEmpty else { return batch.map { _ in 0 } }
    for episode in cut where episode.finalObservation.isEmpty {
      preconditionFailure(
        "PPOAgent: an episode was cut after \(episode.length) steps without a final observation")
    }
    let states = EpisodeFeatures.timed(
      policy.scaler(cut.flatMap(\.finalObservation)), at: cut.map(\.times.upperBound),
      timeLimit: timeLimit)
    var values = value(states).values[...]
    return batch.map { $0.isTerminated ? 0 : values.removeFirst() }
  }

  /// The indices of all rows in a random order, in parts of nearly the size that is asked for: a rest of a
  /// few transitions would make a noisy step.
  private func minibatches(of count: Int, using generator: inout PCG64) -> [[Int]] {
    let order = generator.permutation(of: 0..<count)
    let size = Double(hyperparameters.minibatchSize)
    let parts = max(1, Int((Double(count) / size).rounded()))
    return (0..<parts).map { part in
      Array(order[part * count / parts..<(part + 1) * count / parts])
    }
  }

  /// Σ_t Â_t ∂ log π(a_t | s_t) / ∂θ, with Â as they are: biased by the error of V unless λ is 1.
  public func policyGradient(of episode: Episode<Action>, using generator: inout PCG64) -> [Float] {
    let (seen, variables) = (transitions(of: [episode]).actions, policy.asVariables())
    let distribution = variables(seen.states)
    let score = distribution.detached().score(of: seen.samples)
    return PolicyEstimate(
      distribution, gradient: score.multiplyingRows(by: seen.advantages), policy: variables
    ).scalars
  }

  // MARK: Parameters

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&policy, "policy", visit)
    Self.visit(&policy.scaler, "observation_scaler", visit)
    Self.visit(&value, "value", visit)
  }

  // MARK: State

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("policy", &policy)
    try visitor.visit("observation_scaler", &policy.scaler)
    try visitor.visit("value", &value)
    try visitor.visit("policy_optimizer", &policyOptimizer, of: policy)
  }
}

/// What the policy learns from, a row of each tensor for a step; all are constants.
private struct ActionRows {
  /// The inputs of the policy.
  let states: Tensor
  /// What was done, and log π_old of it.
  let samples, logProbabilities: Tensor
  /// Â, a vector.
  var advantages: Tensor

  func rows(at indices: [Int]) -> ActionRows {
    ActionRows(
      states: states.rows(at: indices), samples: samples.rows(at: indices),
      logProbabilities: logProbabilities.rows(at: indices),
      advantages: advantages.rows(at: indices))
  }
}

/// What V learns from, a row of each tensor for a step; all are constants.
private struct ValueRows {
  /// The inputs of V.
  let states: Tensor
  /// V_old and V_old + Â, vectors.
  let values, targets: Tensor

  func rows(at indices: [Int]) -> ValueRows {
    ValueRows(
      states: states.rows(at: indices), values: values.rows(at: indices),
      targets: targets.rows(at: indices))
  }
}

/// mean min[r Â, clip(r, 1 − ε, 1 + ε) Â], a scalar.
///
/// - Parameters:
///   - logRatios: log r, [rows].
///   - advantages: Â, constants, [rows].
///   - clipRange: ε.
func clippedSurrogate(logRatios: Tensor, advantages: Tensor, clipRange: Double) -> Tensor {
  precondition(
    logRatios.shape == advantages.shape && clipRange > 0,
    """
    clippedSurrogate: ratios of shape \(logRatios.shape) and advantages of shape \
    \(advantages.shape), clipped at \(clipRange)
    """)
  let ratios = logRatios.exp()
  let clipped = ratios.clamped(to: Float(1 - clipRange)...Float(1 + clipRange))
  return .minimum(ratios * advantages, clipped * advantages).mean()
}

/// An estimate of KL(π_old ‖ π) from actions of π_old, mean (r − 1 − log r), whose terms are never
/// negative. J. Schulman, "Approximating KL Divergence", 2020.
///
/// - Parameter logRatios: log r, [rows].
func estimatedDivergence(logRatios: Tensor) -> Double {
  let terms = logRatios.values.map { Double($0) }.map { expm1($0) - $0 }
  return mean(terms)
}

/// The elements of a vector less their mean, in units of their standard deviation; one alone stays.
private func standardized(_ vector: Tensor) -> Tensor {
  if vector.shape[0] < 2 { return vector }
  let values = vector.values.map { Double($0) }
  let (center, spread) = (mean(values), sampleVariance(values).squareRoot())
  return Tensor(values.map { Float(($0 - center) / (spread + 1e-8)) })
}
