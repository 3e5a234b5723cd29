import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// m(a, s), or m(a, s, t): the action values of the current policy, V(s) and a normalised network that
/// is fitted to the recent episodes by temporal differences.
///
/// Actions make small differences beside those between states, so the network gives the values
/// relative to V, in units of what V leaves of the returns.
///
/// The target of a step is Q^π(λ), an expected SARSA(λ):
///
///     G_t = m̄(a_t, s_t) + Σ_k (γλ)^k δ_{t+k}
///     δ_t = r_t + γ Σ_a π(a | s_{t+1}) m̄(a, s_{t+1}) − m̄(a_t, s_t)
///
/// with π the current policy, although episodes of the window are from slightly older ones, and m̄ a
/// copy of m that stands still for a while. Nothing follows an episode, as in the Monte-Carlo returns.
/// A. Harutyunyan, M. Bellemare, T. Stepleton, R. Munos, "Q(λ) with Off-Policy Corrections", 2016
/// (arXiv:1602.04951).
public struct ActionValueFunction: Module {
  private var body: NormalizedNetwork
  private var optimizer: any Optimizer

  /// Steps for which the copy m̄ stands still, where there are more of them in one fit.
  private static let stepsPerCopy = 50

  /// The network, whose unit is the spread of the returns about V.
  public var network: MLP {
    get { body.network }
    set { body.network = newValue }
  }

  /// A function that starts at zero everywhere.
  public init(
    inputCount: Int, actionCount: Int, hyperparameters: Hyperparameters,
    using generator: inout PCG64
  ) {
    body = NormalizedNetwork(
      inputCount: inputCount, outputCount: actionCount, hyperparameters: hyperparameters,
      using: &generator)
    optimizer = hyperparameters.optimizer.makeOptimizer()
  }

  /// The values of all actions in states [rows, width], relative to V: [rows, actions].
  public func callAsFunction(_ states: Tensor) -> Tensor { body(states) }

  /// Takes gradient steps on the mean squared error over transitions drawn from the window.
  ///
  /// - Parameters:
  ///   - window: The episodes to fit.
  ///   - policy: π, whose values these are.
  ///   - value: V, as it is now.
  ///   - steps: How many steps.
  ///   - hyperparameters: γ, λ, the step size, and the transitions in a step.
  ///   - decays: Whether the step size falls to zero on a straight line, for one long fit.
  ///   - generator: Where the choice of transitions comes from.
  ///   - monitor: Tells when to end.
  mutating func fit(
    to window: EpisodeWindow, of policy: some Policy, beyond value: ValueFunction,
    steps: Int, hyperparameters: Hyperparameters, decays: Bool = false,
    using generator: inout PCG64, _ monitor: Monitor = .silent
  ) throws(Failure) {
    guard steps > 0, let sampler = TransitionSampler(window) else { return }
    let baselines = window.episodes.map { value($0.timedStates) }
    body.normalize(
      for: zip(window.episodes, baselines).flatMap { ($0.returns - $1).values })
    let (center, spread) = (body.center.scalar, body.spread.scalar)
    let actions = window.episodes.flatMap(\.categories)
    let probabilities = withoutRecording {
      window.episodes.map { policy.categorical(at: $0.states).probabilities }
    }
    var targets: [Float] = []
    for step in 0..<steps {
      try monitor.check("fit of action values, step", step, of: steps)
      if step % Self.stepsPerCopy == 0 {
        targets = window.episodes.indices.flatMap { index in
          let (episode, baseline) = (window.episodes[index], baselines[index])
          let values = self(episode.timedStates)
          let targets = temporalDifferenceTargets(
            of: episode, values: values + baseline.repeatedAsColumns(values.shape[1]),
            probabilities: probabilities[index], discount: hyperparameters.discount,
            lambda: hyperparameters.trajectoryLambda)
          return (Tensor(targets) - baseline).values
        }
      }
      let (states, indices) = sampler.draw(hyperparameters.valueBatchSize, using: &generator)
      let taken = indices.map { actions[$0] }
      let target = (1 / spread) * (Tensor(indices.map { targets[$0] }) - center)
      let (_, slopes) = valueWithGradients(at: body.network) { network in
        (network(states).selecting(columns: taken) - target).squared().mean()
      }
      let rate = hyperparameters.valueLearningRate * (decays ? 1 - Double(step) / Double(steps) : 1)
      optimizer.update(&body.network, along: slopes, learningRate: Float(rate))
    }
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    body.visitParameters(visit)
  }

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try body.visitState(&visitor)
    try visitor.visit("optimizer", &optimizer, of: body.network)
  }
}

/// The targets G_t of Q^π(λ) along an episode, after whose last step nothing follows.
///
/// - Parameters:
///   - episode: T steps.
///   - values: m̄ of all actions at its states, [T, actions].
///   - probabilities: π of all actions at its states, [T, actions].
///   - discount: γ.
///   - lambda: λ, from 0 for the one-step target to 1 for differences along the whole episode.
/// - Returns: G_t, T of them.
func temporalDifferenceTargets(
  of episode: EpisodeFeatures, values: Tensor, probabilities: Tensor, discount: Double,
  lambda: Double
) -> [Float] {
  let expected = (values * probabilities).sumOverColumns().values
  let taken = values.selecting(columns: episode.categories).values
  var targets = taken
  // Of the step after this one: its expected value, and how far its target is from its value.
  var (following, correction) = (0.0, 0.0)
  for t in targets.indices.reversed() {
    let difference = Double(episode.rewards[t]) + discount * following - Double(taken[t])
    correction = difference + discount * lambda * correction
    targets[t] = Float(Double(taken[t]) + correction)
    following = Double(expected[t])
  }
  return targets
}

extension EpisodeFeatures {
  /// The column of the 1 in each sample, where these stand for one of a few actions; [T].
  var categories: [Int32] {
    let (values, width) = (samples.values, samples.shape[1])
    return (0..<length).map { row in
      let start = row * width
      return Int32((0..<width).first { values[start + $0] == 1 } ?? 0)
    }
  }
}
