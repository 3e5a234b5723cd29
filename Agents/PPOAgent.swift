import Autodiff
import Distributions
import Foundation
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State
import Statistics

/// Proximal policy optimisation: several passes over each batch of episodes, with an objective that has
/// no slope where the policy would go far from the one that acted.
///
///     r(θ) = π_θ(a | s) / π_old(a | s)
///     L(θ) = mean min[r(θ) Â, clip(r(θ), 1 − ε, 1 + ε) Â] + c mean H[π_θ(· | s)]
///     L(φ) = mean [V_φ(s) − (V_old(s) + Â)]²
///
/// The policy climbs L(θ), V descends L(φ), both by minibatches. Â are the generalised advantage
/// estimates, of mean 0 and variance 1 over the batch in L(θ); an episode that was cut goes on with V of
/// its final observation. J. Schulman et al., "Proximal Policy Optimization Algorithms", 2017
/// (arXiv:1707.06347), equations 7 and 9, with networks of their own for the policy and V.
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
    let all = transitions(of: batch)
    let entropy = policy(all.states).entropy().mean()
    value.normalize(for: all.targets.values)
    let factor = hyperparameters.learningRateSchedule.factor(atFraction: progress)
    var (losses, norms) = (RunningMean(), RunningMean())
    learning: for _ in 0..<hyperparameters.epochs {
      for indices in all.minibatches(of: hyperparameters.minibatchSize, using: &generator) {
        let some = all.rows(at: indices)
        guard let norm = improvePolicy(on: some, factor) else { break learning }
        norms.add(norm)
        losses.add(improveValue(on: some, factor))
      }
    }
    for episode in batch { policy.scaler.absorb(episode.observations) }
    return UpdateReport(
      entropy: Double(entropy.scalar), gradientNorm: norms.value ?? 0,
      controlVariateLoss: losses.value)
  }

  /// What is learned from a batch, at the policy and the V that have seen none of it.
  private func transitions(of batch: [Episode<Action>]) -> ProximalBatch {
    let episodes = batch.map(features)
    let states = Tensor.concatenatingRows(episodes.map(\.states))
    let samples = Tensor.concatenatingRows(episodes.map(\.samples))
    let values = Tensor.concatenatingRows(episodes.map { value($0.timedStates) })
    let advantages = Tensor.concatenatingRows(zip(batch, episodes).map(advantages))
    return ProximalBatch(
      states: states, timedStates: .concatenatingRows(episodes.map(\.timedStates)),
      samples: samples, logProbabilities: policy(states).logProbability(of: samples),
      advantages: standardized(advantages), values: values, targets: advantages + values)
  }

  /// Â of an episode, [T].
  private func advantages(of episode: Episode<Action>, _ features: EpisodeFeatures) -> Tensor {
    var finalValue: Float = 0
    if !episode.isTerminated {
      precondition(
        !episode.finalObservation.isEmpty,
        "PPOAgent: an episode was cut after \(episode.length) steps without a final observation")
      let state = EpisodeFeatures.timed(
        policy.scaler(episode.finalObservation), from: episode.length, timeLimit: timeLimit)
      finalValue = value(state).values[0]
    }
    return Tensor(
      generalizedAdvantageEstimates(
        rewards: episode.rewards, values: value(features.timedStates).values,
        finalValue: finalValue, discount: hyperparameters.discount,
        lambda: hyperparameters.advantageLambda))
  }

  /// A step of the policy up L(θ), whose norm before clipping is returned; none, and `nil`, where the
  /// policy has gone too far already.
  private mutating func improvePolicy(on batch: ProximalBatch, _ factor: Float) -> Float? {
    let variables = policy.asVariables()
    let distribution = variables(batch.states)
    let logRatios = distribution.logProbability(of: batch.samples) - batch.logProbabilities
    if let limit = hyperparameters.targetDivergence,
      estimatedDivergence(logRatios: logRatios) > limit
    {
      return nil
    }
    var objective = clippedSurrogate(
      logRatios: logRatios, advantages: batch.advantages, clipRange: hyperparameters.clipRange)
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

  /// A step of V down L(φ), which is returned.
  private mutating func improveValue(on batch: ProximalBatch, _ factor: Float) -> Float {
    value.improve(
      at: batch.timedStates, targets: batch.targets,
      learningRate: Float(hyperparameters.valueLearningRate) * factor,
      reach: hyperparameters.valueClipRange.map { (batch.values, Float($0)) })
  }

  /// Σ_t Â_t ∂ log π(a_t | s_t) / ∂θ, with Â as they are: biased by the error of V unless λ is 1.
  public func policyGradient(of episode: Episode<Action>, using generator: inout PCG64) -> [Float] {
    let (features, variables) = (features(of: episode), policy.asVariables())
    let distribution = variables(features.states)
    let score = distribution.detached().score(of: features.samples)
    return PolicyEstimate(
      distribution, gradient: score.multiplyingRows(by: advantages(of: episode, features)),
      policy: variables
    ).scalars
  }

  private func features(of episode: Episode<Action>) -> EpisodeFeatures {
    EpisodeFeatures(
      episode, policy: policy, discount: hyperparameters.discount, timeLimit: timeLimit)
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

/// The transitions of a batch, a row of each tensor for one; all are constants.
private struct ProximalBatch {
  /// The inputs of the policy and of V.
  let states, timedStates: Tensor
  /// What was done, and log π_old of it.
  let samples, logProbabilities: Tensor
  /// Â, V_old and V_old + Â, vectors.
  let advantages, values, targets: Tensor

  func rows(at indices: [Int]) -> ProximalBatch {
    ProximalBatch(
      states: states.rows(at: indices), timedStates: timedStates.rows(at: indices),
      samples: samples.rows(at: indices), logProbabilities: logProbabilities.rows(at: indices),
      advantages: advantages.rows(at: indices), values: values.rows(at: indices),
      targets: targets.rows(at: indices))
  }

  /// The indices of all rows in a random order, in parts of nearly `size`: a rest of a few transitions
  /// would make a noisy step.
  func minibatches(of size: Int, using generator: inout PCG64) -> [[Int]] {
    let order = generator.permutation(of: 0..<states.shape[0])
    let parts = max(1, Int((Double(order.count) / Double(size)).rounded()))
    return (0..<parts).map { part in
      Array(order[part * order.count / parts..<(part + 1) * order.count / parts])
    }
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
