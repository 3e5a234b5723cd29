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
/// (arXiv:1602.04951). Where actions are continuous the network sees the action beside the state, and
/// the sum over all actions is the mean over a few draws.
public struct ActionValueFunction: Module {
  private var body: NormalizedNetwork
  /// Whether the action is an input, and not the number of an output.
  private let seesAction: Bool
  private var optimizer: any Optimizer

  /// Steps for which the copy m̄ stands still, where there are more of them in one fit.
  private static let stepsPerCopy = 50

  /// Draws of an action in the place of all of them, where it is an input.
  private static let drawsPerExpectation = 4

  /// The network, whose unit is the spread of the returns about V.
  public var network: MLP {
    get { body.network }
    set { body.network = newValue }
  }

  /// A function that starts at zero everywhere.
  ///
  /// - Parameters:
  ///   - inputCount: The number of scalars of a state.
  ///   - actionCount: The number of actions, or of scalars of one that the network sees.
  ///   - seesAction: Whether the network sees the action, as where they are continuous.
  ///   - hyperparameters: The settings.
  ///   - generator: Where the initial weights come from.
  public init(
    inputCount: Int, actionCount: Int, seesAction: Bool = false, hyperparameters: Hyperparameters,
    using generator: inout PCG64
  ) {
    self.seesAction = seesAction
    body = NormalizedNetwork(
      inputCount: inputCount + (seesAction ? actionCount : 0),
      outputCount: seesAction ? 1 : actionCount, hyperparameters: hyperparameters,
      using: &generator)
    optimizer = hyperparameters.optimizer.makeOptimizer()
  }

  /// The values of all actions in states [rows, width], relative to V: [rows, actions].
  public func callAsFunction(_ states: Tensor) -> Tensor { body(states) }

  /// The values of actions [rows, scalars] that the network sees, relative to V: a vector [rows].
  func callAsFunction(_ states: Tensor, action: Tensor) -> Tensor {
    body(.concatenatingColumns([states, action])).reshaped([states.shape[0]])
  }

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
    let actions = seesAction ? [] : window.episodes.flatMap(\.categories)
    let samples = seesAction ? Tensor.concatenatingRows(window.episodes.map(\.samples)) : nil
    let distributions = withoutRecording { window.episodes.map { policy($0.states).detached() } }
    var targets: [Float] = []
    for step in 0..<steps {
      try monitor.check("fit of action values, step", step, of: steps)
      if step % Self.stepsPerCopy == 0 {
        targets = window.episodes.indices.flatMap { index in
          let baseline = baselines[index]
          let targets = differenceTargets(
            of: window.episodes[index], baseline, under: distributions[index], hyperparameters,
            using: &generator)
          return (Tensor(targets) - baseline).values
        }
      }
      let (states, indices) = sampler.draw(hyperparameters.valueBatchSize, using: &generator)
      let target = (1 / spread) * (Tensor(indices.map { targets[$0] }) - center)
      let (_, slopes) = valueWithGradients(at: body.network) { network in
        if let samples {
          let input = Tensor.concatenatingColumns([states, samples.rows(at: indices)])
          return (network(input).reshaped(target.shape) - target).squared().mean()
        }
        let taken = indices.map { actions[$0] }
        return (network(states).selecting(columns: taken) - target).squared().mean()
      }
      let rate = hyperparameters.valueLearningRate * (decays ? 1 - Double(step) / Double(steps) : 1)
      optimizer.update(&body.network, along: slopes, learningRate: Float(rate))
    }
  }

  /// The targets of one episode with the values of the copy m̄, V included.
  private func differenceTargets(
    of episode: EpisodeFeatures, _ baseline: Tensor,
    under distribution: any ReparameterizedDistribution, _ hyperparameters: Hyperparameters,
    using generator: inout PCG64
  ) -> [Float] {
    let states = episode.timedStates
    if let distribution = distribution as? OneHotCategorical, !seesAction {
      let values = self(states)
      return temporalDifferenceTargets(
        of: episode, values: values + baseline.repeatedAsColumns(values.shape[1]),
        probabilities: distribution.probabilities, discount: hyperparameters.discount,
        lambda: hyperparameters.trajectoryLambda)
    }
    let draws = (0..<Self.drawsPerExpectation).map { _ in
      self(states, action: distribution.sample(using: &generator))
    }
    let sum = draws.dropFirst().reduce(draws[0]) { $0 + $1 }
    return temporalDifferenceTargets(
      rewards: episode.rewards, taken: (self(states, action: episode.samples) + baseline).values,
      expected: ((1 / Float(draws.count)) * sum + baseline).values,
      discount: hyperparameters.discount, lambda: hyperparameters.trajectoryLambda)
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
  temporalDifferenceTargets(
    rewards: episode.rewards, taken: values.selecting(columns: episode.categories).values,
    expected: (values * probabilities).sumOverColumns().values, discount: discount, lambda: lambda)
}

/// The same from the values of the actions taken and the expected ones, T of each.
private func temporalDifferenceTargets(
  rewards: [Float], taken: [Float], expected: [Float], discount: Double, lambda: Double
) -> [Float] {
  var targets = taken
  // Of the step after this one: its expected value, and how far its target is from its value.
  var (following, correction) = (0.0, 0.0)
  for t in targets.indices.reversed() {
    let difference = Double(rewards[t]) + discount * following - Double(taken[t])
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
