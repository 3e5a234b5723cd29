import Autodiff
import NeuralNetworks
import RandomNumbers
import State

// Temporal differences make m a good model of the returns; what the estimate wants of it is little
// variance, which weighs an error by what it does to the policy's gradient.

extension TrajectoryControlVariate {
  /// Episodes in a step, or all of the window where it holds fewer.
  private static let episodesPerStep = 4

  /// Takes gradient steps of m down the mean of ‖ĝ‖² over episodes drawn from the window, η standing
  /// still.
  ///
  /// ĝ is the whole estimate with the terms of later actions, so that m is fitted to what all of them
  /// leave together. The episodes are past ones: m must not see an episode before its estimate is taken.
  ///
  /// - Parameters:
  ///   - window: The episodes.
  ///   - policy: Variables.
  ///   - value: V, as it is now.
  ///   - steps: How many steps.
  ///   - hyperparameters: The step size, and the unit of returns.
  ///   - decays: Whether the step size falls to zero on a straight line, for one long fit.
  ///   - generator: Where the choice of episodes comes from.
  ///   - monitor: Tells when to end.
  mutating func refine(
    on window: EpisodeWindow, of policy: some Policy, _ value: ValueFunction, steps: Int,
    hyperparameters: Hyperparameters, decays: Bool = false, using generator: inout PCG64,
    _ monitor: Monitor = .silent
  ) throws(Failure) {
    // Without a coefficient ĝ does not depend on m.
    guard steps > 0, !window.episodes.isEmpty, coefficients.values.contains(where: { $0 != 0 })
    else { return }
    for step in 0..<steps {
      try monitor.check("refinement, step", step, of: steps)
      let episodes = (0..<min(Self.episodesPerStep, window.episodes.count)).map { _ in
        window.episodes[generator.integers(0, window.episodes.count)]
      }
      let (_, slopes) = valueWithGradients(at: actionValue.network) { network in
        refinementLoss(
          network, on: episodes, of: policy, value, hyperparameters)
      }
      let rate =
        hyperparameters.controlVariateLearningRate
        * (decays ? 1 - Double(step) / Double(steps) : 1)
      refinementOptimizer.update(&actionValue.network, along: slopes, learningRate: Float(rate))
    }
  }

  /// The mean of ‖ĝ‖² over episodes as a function of m's network, in units of the returns.
  func refinementLoss(
    _ network: MLP, on episodes: [EpisodeFeatures], of policy: some Policy,
    _ value: ValueFunction, _ hyperparameters: Hyperparameters
  ) -> Tensor {
    var candidate = self
    candidate.actionValue.network = network
    let estimates = episodes.map { episode in
      let distribution = policy.categorical(at: episode.states)
      let terms = candidate.logitGradients(
        of: episode, at: distribution.detached(),
        advantages: episode.advantages(over: value, hyperparameters))
      // One pass through the policy serves all terms.
      let combined = zip(coefficients.values, terms.dropFirst()).reduce(terms[0]) {
        $0 - $1.0 * $1.1
      }
      return PolicyEstimate(distribution, gradient: combined, policy: policy, recorded: true)
    }
    return varianceLoss(estimates, returnScale: hyperparameters.returnScale)
  }
}
