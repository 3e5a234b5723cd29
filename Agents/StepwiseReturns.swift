import Autodiff
import Distributions
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// What makes values of a function of one action out of the returns of episodes of several steps.
///
/// An estimator with a memory takes f for a function of an action and its state. A return is none: what comes
/// after the step is noise in it, and changes with the policy, which has moved on when the return is shown
/// again. So V is taken off, fitted to recent returns by as many steps as the memory, and what later actions
/// added to it, as far as h(a, s) knows that:
///
///     f(a_t) = R_t − V(s_t) − η D_t,   D_t = Σ_{t' > t} γ^{t' − t} Δh(a_t', s_t'),   Δh(a, s) = h(a, s) − E[h(·, s)]
///
/// Given s_t and a_t, D_t has the mean zero whatever h is, and none of V, h and η has seen the episode: the
/// estimate stays unbiased. η is that of the least variance of past estimates. What is remembered of an action
/// is its temporal difference, by the V of its time, with the noise of a single step; its mean is the action's
/// advantage where V is right:
///
///     δ_t = r_t + γ V(s_{t+1}) − V(s_t)
///
/// V is fitted to R_t − η (Δh_t + D_t), returns without the noise that is known. As in the returns, nothing
/// follows the last step. D_t is that part of C.-A. Cheng, X. Yan, B. Boots, "Trajectory-wise Control Variates
/// for Variance Reduction in Policy Gradient Methods", CoRL 2019 (arXiv:1908.03263), which later actions have;
/// h from a memory in the place of action values is this package's own.
struct StepwiseReturns: Module {
  var value: ValueFunction
  /// η, one number.
  var weight = ControlVariateCoefficients(count: 1)
  private var window: EpisodeWindow
  private let hyperparameters: Hyperparameters

  /// - Parameters:
  ///   - stateCount: The number of scalars of a timed state.
  ///   - hyperparameters: The settings of V and of its window.
  ///   - generator: Where V's initial weights come from.
  init(
    stateCount: Int, hyperparameters: Hyperparameters, using generator: inout PCG64
  ) {
    self.hyperparameters = hyperparameters
    value = ValueFunction(
      inputCount: stateCount, hyperparameters: hyperparameters, using: &generator)
    window = EpisodeWindow(capacity: hyperparameters.windowEpisodes)
  }

  /// What is known of an episode before it is learned from.
  struct Known: Sendable {
    fileprivate let episode: EpisodeFeatures
    /// V(s_t), [T].
    fileprivate let values: Tensor
    /// Δh(a_t, s_t), [T].
    fileprivate let deviations: Tensor
    /// D, [T].
    let later: Tensor
    /// f, [T].
    let rest: Tensor
  }

  /// V, Δh, D and f of an episode.
  ///
  /// - Parameters:
  ///   - episode: T steps.
  ///   - deviations: Δh, [T], of the mean zero at each step.
  func known(of episode: EpisodeFeatures, deviations: Tensor) -> Known {
    let later = deviations.discountedSumsAfter(discount: hyperparameters.discount)
    let values = value(episode.timedStates)
    return Known(
      episode: episode, values: values, deviations: deviations, later: later,
      rest: episode.returns - values - weight.values[0] * later)
  }

  /// What an estimate is a combination of: what it would be without η, and the correction that η weighs.
  ///
  /// - Parameters:
  ///   - estimate: What was made of f.
  ///   - known: What was known of its episode.
  ///   - policy: The variables that it was taken at.
  func terms(
    of estimate: PolicyEstimate, _ known: Known, policy: some Policy
  ) -> [[Tensor]] {
    func correction(_ distribution: some ReparameterizedDistribution) -> [Tensor] {
      let score = distribution.detached().score(of: known.episode.samples)
      return PolicyEstimate(
        distribution, gradient: score.multiplyingRows(by: known.later), policy: policy
      ).gradient
    }
    let correction = correction(estimate.distribution)
    return [zip(estimate.gradient, correction).map { $0 + weight.values[0] * $1 }, correction]
  }

  /// δ of an episode, [T].
  func temporalDifferences(_ known: Known) -> Tensor {
    Tensor(
      generalizedAdvantageEstimates(
        rewards: known.episode.rewards, values: known.values.values, finalValue: 0,
        discount: hyperparameters.discount, lambda: 0))
  }

  /// Learns η and V from a batch.
  ///
  /// - Parameters:
  ///   - batch: What was known of its episodes, and the terms of their estimates.
  ///   - generator: Where the choice of transitions comes from.
  mutating func learn(
    from batch: [(known: Known, terms: [[Tensor]])], using generator: inout PCG64
  ) throws(Failure) {
    window.append(
      batch.map { known, _ in
        known.episode.replacing(
          returns: known.episode.returns
            - weight.values[0] * (known.deviations + known.later))
      })
    for (_, terms) in batch { weight.absorb(terms) }
    try value.fit(
      to: window, steps: hyperparameters.valueSteps, hyperparameters: hyperparameters,
      using: &generator)
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&value, "value", visit)
    var values = Tensor(weight.values)
    visit("weight", &values)
    weight.values = values.values
  }

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("value", &value)
    try visitor.visit("weight", &weight)
    try visitor.visit("window", &window)
  }
}
