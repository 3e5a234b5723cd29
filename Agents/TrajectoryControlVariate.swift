import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import State

/// A control variate from action values m, for this step's action and for those after it.
///
///     ĝ = Σ_t (R_t − V(s_t)) ∂ log π_t − η₁ g₁ − η₂ g₂,   ∂ log π_t = ∂ log π(a_t | s_t) / ∂θ
///     g₁ = Σ_t [ A(a_t, s_t) ∂ log π_t − Σ_a π(a | s_t) A(a, s_t) ∂ log π(a | s_t) / ∂θ ]
///     g₂ = Σ_t D_t ∂ log π_t,   D_t = Σ_{t' > t} γ^{t' − t} A(a_t', s_t')
///
/// where A(a, s) = m(a, s) − Σ_a' π(a' | s) m(a', s). The noise in R_t of what comes after step t is
/// out of reach of any baseline of step t; D_t takes away what the later actions add to it. Given s_t
/// both corrections have the mean zero, whatever m is: the expectation of g₁ is subtracted, and A has
/// none under π at every later step. So ĝ is unbiased as long as m and η have not seen the episode.
/// C.-A. Cheng, X. Yan, B. Boots, "Trajectory-wise Control Variates for Variance Reduction in Policy
/// Gradient Methods", CoRL 2019 (arXiv:1908.03263).
///
/// Where actions are continuous, expectations over all of them become their reparameterised and
/// sampled forms, which have the same means:
///
///     g₁ = Σ_t [ m(a_t, s_t) ∂ log π_t − ∂m(a_t(ε_t, θ), s_t) / ∂θ ],   A = m(a, s) − m(a', s)
///
/// with the noise ε_t of the action itself, and a fresh draw a' from π(· | s).
public struct TrajectoryControlVariate: Module {
  /// m(a, s)
  public var actionValue: ActionValueFunction
  /// η, fitted to the variance.
  var coefficients: ControlVariateCoefficients
  /// γ, or γλ.
  private let discount: Double
  /// Of the steps on the variance, whose gradients have another size than those of the fit.
  var refinementOptimizer: any Optimizer

  /// A control variate that starts at zero.
  ///
  /// - Parameters:
  ///   - stateCount: The number of scalars of a timed state.
  ///   - actionCount: The number of actions, or of scalars of a continuous one.
  ///   - isContinuous: Whether actions are continuous.
  ///   - hyperparameters: The settings; with the form `.actionValue` there is no g₂.
  ///   - generator: Where the initial weights come from.
  init(
    stateCount: Int, actionCount: Int, isContinuous: Bool = false,
    hyperparameters: Hyperparameters, using generator: inout PCG64
  ) {
    actionValue = ActionValueFunction(
      inputCount: stateCount, actionCount: actionCount, seesAction: isContinuous,
      hyperparameters: hyperparameters, using: &generator)
    coefficients = ControlVariateCoefficients(
      count: hyperparameters.controlVariateForm == .trajectory ? 2 : 1)
    // λ-returns have as much less of what the later actions add.
    discount = hyperparameters.discount * hyperparameters.advantageLambda
    refinementOptimizer = hyperparameters.optimizer.makeOptimizer()
  }

  /// The estimate ĝ of one episode at the policy `policy`.
  ///
  /// - Parameters:
  ///   - episode: T steps.
  ///   - policy: Variables.
  ///   - advantages: R_t − V(s_t), [T].
  ///   - generator: Where draws come from that stand for all continuous actions.
  func estimate(
    _ episode: EpisodeFeatures, _ policy: some Policy, advantages: Tensor,
    using generator: inout PCG64
  ) -> PolicyEstimate {
    let distribution = policy(episode.states)
    let parameterGradients =
      switch distribution.detached() {
      case let categorical as OneHotCategorical:
        logitGradients(of: episode, at: categorical, advantages: advantages)
      case let constant:
        reparameterizedGradients(
          of: episode, at: constant, advantages: advantages, using: &generator)
      }
    let terms = parameterGradients.map {
      gradients(of: distribution.parameters, withRespectTo: policy.parameters, cotangent: $0)
    }
    var gradient = terms[0]
    for (coefficient, term) in zip(coefficients.values, terms.dropFirst()) {
      gradient = zip(gradient, term).map { $0 - coefficient * $1 }
    }
    return PolicyEstimate(distribution: distribution, gradient: gradient, terms: terms)
  }

  /// g₀, g₁ and, if it has a coefficient, g₂ in the logits: each [T, actions].
  func logitGradients(
    of episode: EpisodeFeatures, at distribution: OneHotCategorical, advantages: Tensor
  ) -> [Tensor] {
    let score = distribution.score(of: episode.samples)
    let centered = centeredValues(of: episode, under: distribution)
    let taken = centered.selecting(columns: distribution.categories(of: episode.samples))
    // Σ_a π(a) A(a) (one-hot(a) − π) is π ⊙ A, as Σ_a π(a) A(a) is zero.
    let present = score.multiplyingRows(by: taken) - distribution.probabilities * centered
    var terms = [score.multiplyingRows(by: advantages), present]
    if coefficients.values.count > 1 {
      terms.append(score.multiplyingRows(by: taken.discountedSumsAfter(discount: discount)))
    }
    return terms
  }

  /// The same terms in the parameters of continuous actions, each [T, parameters].
  func reparameterizedGradients(
    of episode: EpisodeFeatures, at distribution: some ReparameterizedDistribution,
    advantages: Tensor, using generator: inout PCG64
  ) -> [Tensor] {
    let states = episode.timedStates
    let leaf = distribution.atLeaf()
    let score = withoutRecording { leaf.score(of: episode.samples) }
    let z = leaf.relaxations(given: episode.samples, coupling: .coupled, using: &generator)
      .unconditional
    let atAction = actionValue(states, action: z)
    let slope = gradients(of: atAction.sum(), withRespectTo: [leaf.parameters])[0]
    let taken = atAction.detached()
    var terms = [
      score.multiplyingRows(by: advantages), score.multiplyingRows(by: taken) - slope,
    ]
    if coefficients.values.count > 1 {
      let fresh = actionValue(states, action: distribution.sample(using: &generator))
      terms.append(
        score.multiplyingRows(by: (taken - fresh).discountedSumsAfter(discount: discount)))
    }
    return terms
  }

  /// A(a, s) of all actions at the states of an episode, [T, actions].
  private func centeredValues(
    of episode: EpisodeFeatures, under distribution: OneHotCategorical
  ) -> Tensor {
    let values = actionValue(episode.timedStates)
    let expected = (distribution.probabilities * values).sumOverColumns()
    return values - expected.repeatedAsColumns(distribution.categoryCount)
  }

  /// The control variate fitted to the episodes of one policy: m to the first half of them, η to the
  /// second, as m would look better than it is on episodes that it has seen.
  ///
  /// With `refinementSteps` m is then refined on the first half, by steps that fall to zero, and η
  /// fitted again.
  func fitted(
    to window: EpisodeWindow, of policy: some Policy, _ value: ValueFunction, steps: Int,
    refinementSteps: Int, hyperparameters: Hyperparameters, using generator: inout PCG64,
    _ monitor: Monitor
  ) throws(Failure) -> TrajectoryControlVariate {
    let (count, half) = (window.episodes.count, window.episodes.count / 2)
    var (first, result) = (EpisodeWindow(capacity: count), self)
    first.append(Array(window.episodes[..<half]))
    try result.actionValue.fit(
      to: first, of: policy, beyond: value, steps: steps, hyperparameters: hyperparameters,
      decays: true, using: &generator, monitor)
    result.fitCoefficients(
      to: window.episodes[half...], of: policy, value, hyperparameters, using: &generator)
    if refinementSteps > 0 {
      try result.refine(
        on: first, of: policy, value, steps: refinementSteps, hyperparameters: hyperparameters,
        decays: true, using: &generator, monitor)
      result.fitCoefficients(
        to: window.episodes[half...], of: policy, value, hyperparameters, using: &generator)
    }
    return result
  }

  /// η anew from the estimates of some episodes.
  private mutating func fitCoefficients(
    to episodes: ArraySlice<EpisodeFeatures>, of policy: some Policy, _ value: ValueFunction,
    _ hyperparameters: Hyperparameters, using generator: inout PCG64
  ) {
    coefficients = ControlVariateCoefficients(count: coefficients.values.count, decay: 1)
    let terms = episodes.map { episode in
      estimate(
        episode, policy, advantages: episode.advantages(over: value, hyperparameters),
        using: &generator
      ).terms
    }
    for term in terms { coefficients.absorb(term) }
  }

  /// The parameters of m, and η.
  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&actionValue, "action_value", visit)
    var values = Tensor(coefficients.values)
    visit("coefficients", &values)
    coefficients.values = values.values
  }

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("action_value", &actionValue)
    try visitor.visit("coefficients", &coefficients)
    try visitor.visit("refinement_optimizer", &refinementOptimizer, of: actionValue.network)
  }
}

extension Policy {
  /// π as a choice of one of a few actions, whose values can all be told.
  func categorical(at states: Tensor) -> OneHotCategorical {
    guard let distribution = self(states) as? OneHotCategorical else {
      preconditionFailure("Action values stand for discrete actions, not for \(ActionSpace.self).")
    }
    return distribution
  }
}
