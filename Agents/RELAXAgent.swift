import Autodiff
import Distributions
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import State

/// RELAX: the policy gradient with an action-dependent control variate c(z, s), a network trained
/// to minimise the variance of the gradient itself.
///
///     ĝ = Σ_t (R_t − c(z̃_t, s_t)) ∂ log π(a_t | s_t) / ∂θ + ∂ [c(z_t, s_t) − c(z̃_t, s_t)] / ∂θ
///
/// with the relaxation z of the action, a = argmax z, and z̃ drawn from p(z | a). ĝ is unbiased
/// whatever c is, so E‖ĝ‖² differs from the variance by a constant and c descends ∂‖ĝ‖²/∂φ, through
/// all three places where it stands. By default c = V(s) + ĉ(z, s), V fitted to the returns as in
/// `A2CAgent` and ĉ to the variance. W. Grathwohl, D. Choi, Y. Wu, G. Roeder, D. Duvenaud,
/// "Backpropagation through the Void", ICLR 2018 (arXiv:1711.00123), equations 7, 8 and 10. In two of
/// the forms a `TrajectoryControlVariate` stands in the place of ĉ.
///
/// With `advantageLambda` below 1 R are λ-returns by V, whose errors then bias ĝ, as they do A2C's; c
/// still adds nothing to that. The forms without V have whole returns.
///
/// Where actions are continuous, z is the action itself, z̃ the constant that it came out as, and ĝ
/// is LAX, equation 6: Σ_t (R_t − c(a_t, s_t)) ∂ log π(a_t | s_t) / ∂θ + ∂c(a_t(ε_t, s_t, θ), s_t) / ∂θ,
/// with the action that was executed in both places.
public struct RELAXAgent<ActionPolicy: Policy>: PolicyGradientAgent, OverlappingAgent {
  // MARK: Settings and state

  public let hyperparameters: Hyperparameters
  public var policy: ActionPolicy
  /// V(s); stays at zero in the forms without it.
  public var value: ValueFunction
  /// ĉ(z, s), or the whole of c in the forms without V; stays at zero in those with action values.
  public var controlVariate: RelaxedControlVariate
  /// The action values and their coefficients, in the forms that have them instead of ĉ.
  public var trajectory: TrajectoryControlVariate?
  private let timeLimit: Int?
  private var policyOptimizer: any Optimizer
  private var controlVariateOptimizer: any Optimizer
  private var window: EpisodeWindow

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
    controlVariate = RelaxedControlVariate(
      stateCount: stateCount, sampleWidth: policy.sampleWidth,
      seesRelaxation: hyperparameters.controlVariateForm != .value,
      hyperparameters: hyperparameters, using: &generator)
    if hyperparameters.controlVariateForm.usesActionValue {
      trajectory = TrajectoryControlVariate(
        stateCount: stateCount, actionCount: policy.sampleWidth,
        isContinuous: ActionPolicy.Distribution.self == DiagonalGaussian.self,
        hyperparameters: hyperparameters, using: &generator)
    }
    policyOptimizer = hyperparameters.optimizer.makeOptimizer()
    controlVariateOptimizer = hyperparameters.optimizer.makeOptimizer()
    window = EpisodeWindow(capacity: hyperparameters.windowEpisodes)
  }

  // MARK: Learning

  /// The estimate ĝ of one episode at the policy `policy`, as an ascent direction; a function of
  /// the parameters of `c` that can be differentiated if these are variables.
  func estimate(
    _ episode: EpisodeFeatures, _ policy: ActionPolicy, _ c: RelaxedControlVariate,
    using generator: inout PCG64
  ) -> PolicyEstimate {
    if let trajectory {
      return trajectory.estimate(
        episode, policy, advantages: episode.advantages(over: value, hyperparameters),
        using: &generator)
    }
    let distribution = policy(episode.states)
    // c's own path is built on a leaf of its own: ĝ is differentiated in φ, never again in θ.
    let leaf = distribution.atLeaf()
    let isTrajectory = hyperparameters.controlVariateForm == .relaxedTrajectory
    // Draws of z cost no step of the environment; their mean has less variance than one.
    let draws = (0..<hyperparameters.relaxationSamples).map { _ in
      let (z, zTilde) = leaf.relaxations(
        given: episode.samples, coupling: .independent, using: &generator)
      let fresh = isTrajectory ? leaf.relaxedSample(using: &generator).detached() : nil
      return parameterGradient(of: episode, at: leaf, z: z, zTilde: zTilde, fresh: fresh, c)
    }
    let sum = draws.dropFirst().reduce(draws[0]) { $0 + $1 }
    return PolicyEstimate(
      distribution, gradient: draws.count == 1 ? sum : (1 / Float(draws.count)) * sum,
      policy: policy, recorded: c.hasVariables)
  }

  /// The part of ĝ in the parameters of π [T, parameters], from relaxations as functions of these.
  ///
  /// Without `fresh`, relaxations that know no action, its rows are independent of each other; with
  /// them R_t loses what c says that the later actions have added to it.
  func parameterGradient(
    of episode: EpisodeFeatures, at leaf: ActionPolicy.Distribution, z: Tensor, zTilde: Tensor,
    fresh: Tensor? = nil, _ c: RelaxedControlVariate
  ) -> Tensor {
    let score = withoutRecording { leaf.score(of: episode.samples) }
    // Not detached: ‖ĝ‖² reaches φ through this baseline too.
    let czTilde = c(episode.timedStates, relaxation: zTilde, of: leaf)
    var advantages: Tensor
    if hyperparameters.controlVariateForm.fitsValue {
      let values = value(episode.timedStates)
      advantages = episode.returns(given: values, hyperparameters) - czTilde - values
    } else {
      advantages = episode.returns - czTilde
    }
    if let fresh {
      let later = c.surprisesAfter(
        czTilde, at: episode.timedStates, fresh: fresh, of: leaf,
        discount: hyperparameters.discount * hyperparameters.advantageLambda)
      advantages = advantages - later
    }
    if hyperparameters.residualWeight != 1 {
      advantages = Float(hyperparameters.residualWeight) * advantages
    }
    guard c.seesRelaxation else { return score.multiplyingRows(by: advantages) }
    return controlledGradient(
      advantages: advantages, score: score,
      difference: c(episode.timedStates, relaxation: z, of: leaf) - czTilde,
      leaf: leaf.parameters, recorded: c.hasVariables)
  }

  public mutating func movePolicy(
    on batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) throws(Failure) -> UpdateInProgress<Self> {
    let episodes = batch.map(features)
    let frozen = policy.asVariables()
    let variables = controlVariate.asVariables()
    window.append(episodes)
    let estimates: [PolicyEstimate]
    let shared: [EpisodeShare]?
    let fitOfValue: ValueFit?
    if episodes.count > 1, trajectory == nil {
      estimates = []
      (shared, fitOfValue) = try shares(of: episodes, frozen, variables, using: &generator)
    } else {
      estimates = episodes.map { estimate($0, frozen, variables, using: &generator) }
      (shared, fitOfValue) = (nil, valueFit(using: generator))
    }
    let step =
      shared.map { PolicyStep(along: $0, hyperparameters: hyperparameters) }
      ?? PolicyStep(along: estimates, policy: frozen, hyperparameters: hyperparameters)
    step.apply(to: &policy, with: &policyOptimizer, progress: progress)
    for episode in batch { policy.scaler.absorb(episode.observations) }

    return UpdateInProgress(step.report) { (agent, generator) throws(Failure) in
      try agent.fit(
        after: estimates, shared, fitOfValue, at: frozen, variables, using: &generator)
    }
  }

  /// The fit of V after an update, where the form has one.
  private func valueFit(using generator: PCG64) -> ValueFit? {
    guard hyperparameters.controlVariateForm.fitsValue else { return nil }
    return ValueFit(of: value, to: window, hyperparameters, using: generator)
  }

  /// The shares of several episodes in an update, each with the loss of its own variance and the loss's slopes,
  /// and the fit of V.
  private func shares(
    of episodes: [EpisodeFeatures], _ policy: ActionPolicy, _ c: RelaxedControlVariate,
    using generator: inout PCG64
  ) throws(Failure) -> (shares: [EpisodeShare], fit: ValueFit?) {
    // Noise of its own for each, whoever draws it.
    let generators = episodes.map { _ in PCG64(seed: generator.next()) }
    let (agent, fits) = (self, hyperparameters.controlVariateSteps > 0)
    return try EpisodeShare.all(
      of: episodes, policy, hyperparameters, beside: valueFit(using: generator),
      cost: 8 * hyperparameters.relaxationSamples
    ) { index in
      var generator = generators[index]
      let estimate = agent.estimate(episodes[index], policy, c, using: &generator)
      guard fits else { return (estimate, []) }
      let loss = varianceLoss([estimate], returnScale: agent.hyperparameters.returnScale)
      return (estimate, [loss.detached()] + gradients(of: loss, withRespectTo: c.parameters))
    }
  }

  /// Fits V to the returns, and ĉ or the action values, for the estimates that come next.
  ///
  /// - Parameters:
  ///   - estimates: Those of the batch, as functions of the parameters of `c`.
  ///   - shared: What threads and ranks have made of the batch, in the place of estimates.
  ///   - fitOfValue: The fit of V, where the form has one.
  ///   - frozen: The policy that they were taken at.
  ///   - c: ĉ, as it was then.
  ///   - generator: Where noise and the choice of past episodes come from.
  /// - Returns: What was descended, at the beginning.
  private mutating func fit(
    after estimates: [PolicyEstimate], _ shared: [EpisodeShare]?, _ fitOfValue: ValueFit?,
    at frozen: ActionPolicy, _ c: RelaxedControlVariate, using generator: inout PCG64
  ) throws(Failure) -> Double? {
    let fitOfValue = try fitOfValue?.made()
    if let fitOfValue { (value, generator) = (fitOfValue.value, fitOfValue.generator) }
    if var fitted = trajectory {
      // Action values are those of the policy that acts next.
      for estimate in estimates { fitted.coefficients.absorb(estimate.terms) }
      try fitted.actionValue.fit(
        to: window, of: policy, beyond: value, steps: hyperparameters.actionValueSteps,
        hyperparameters: hyperparameters, using: &generator)
      try fitted.refine(
        on: window, of: policy.asVariables(), value, steps: hyperparameters.refinementSteps,
        hyperparameters: hyperparameters, using: &generator)
      trajectory = fitted
      return fitOfValue?.loss
    }
    var loss: Double?
    for step in 0..<hyperparameters.controlVariateSteps {
      if step == 0 {  // on the batch itself, whose estimates are there already
        loss = shared.map { descendVariance($0) } ?? descendVariance(estimates, c)
      } else {
        descendVariance(onPastEpisodes: 1, frozen, using: &generator)
      }
    }
    return loss
  }

  /// Takes one step of φ down the mean of ‖ĝ‖² over the estimates, and returns that mean.
  @discardableResult
  private mutating func descendVariance(
    _ estimates: [PolicyEstimate], _ c: RelaxedControlVariate, stepFactor: Double = 1
  ) -> Double {
    let loss = varianceLoss(estimates, returnScale: hyperparameters.returnScale)
    controlVariateOptimizer.update(
      &controlVariate, along: gradients(of: loss, withRespectTo: c.parameters),
      learningRate: Float(hyperparameters.controlVariateLearningRate * stepFactor))
    let unit = hyperparameters.returnScale
    return Double(loss.scalar) * unit * unit
  }

  /// Takes one step of φ down the mean of ‖ĝ‖² over the episodes that were shared, and returns that mean.
  private mutating func descendVariance(_ shares: [EpisodeShare]) -> Double {
    let part = 1 / Float(shares.count)
    var sum = shares[0].rest
    for share in shares.dropFirst() { sum = zip(sum, share.rest).map { $0 + $1 } }
    controlVariateOptimizer.update(
      &controlVariate, along: sum.dropFirst().map { part * $0 },
      learningRate: Float(hyperparameters.controlVariateLearningRate))
    let unit = hyperparameters.returnScale
    return Double(part * sum[0].scalar) * unit * unit
  }

  /// Takes one step of φ down the mean of ‖ĝ‖² over episodes drawn from the window.
  private mutating func descendVariance(
    onPastEpisodes count: Int, _ policy: ActionPolicy, stepFactor: Double = 1,
    using generator: inout PCG64
  ) {
    let c = controlVariate.asVariables()
    let estimates = (0..<count).map { _ in
      let index = generator.integers(0, window.episodes.count)
      return estimate(window.episodes[index], policy, c, using: &generator)
    }
    descendVariance(estimates, c, stepFactor: stepFactor)
  }

  /// Fits the control variate to given episodes, the policy staying as it is.
  ///
  /// - Parameters:
  ///   - episodes: What to fit on; they are kept as the window of recent episodes.
  ///   - valueSteps: Gradient steps of V on the squared error, where the form has a V.
  ///   - varianceSteps: Gradient steps on the variance, each on `episodesPerStep` of the episodes,
  ///     with a step size that falls to zero, where the form has a c.
  ///   - actionValueSteps: Gradient steps of the action values, where the form has any. They are
  ///     fitted to the first half of the episodes and their coefficients to the second: on episodes
  ///     that they have seen, action values look better than they are.
  ///   - refinementSteps: Gradient steps of the action values on the variance after that.
  ///   - episodesPerStep: How many episodes each step on the variance takes.
  ///   - generator: Where noise and the choice of episodes come from.
  ///   - monitor: Tells when to end.
  public mutating func fitControlVariate(
    on episodes: [Episode<Action>], valueSteps: Int, varianceSteps: Int, actionValueSteps: Int,
    refinementSteps: Int = 0, episodesPerStep: Int = 4, using generator: inout PCG64,
    _ monitor: Monitor = .silent
  ) throws(Failure) {
    window = EpisodeWindow(capacity: episodes.count)
    window.append(episodes.map(features))
    if hyperparameters.controlVariateForm.fitsValue {
      try value.fit(
        to: window, steps: valueSteps, hyperparameters: hyperparameters, decays: true,
        using: &generator, monitor)
    }
    let frozen = policy.asVariables()
    if let trajectory {
      self.trajectory = try trajectory.fitted(
        to: window, of: frozen, value, steps: actionValueSteps, refinementSteps: refinementSteps,
        hyperparameters: hyperparameters, using: &generator, monitor)
      return
    }
    for step in 0..<varianceSteps {
      try monitor.check("fit of the control variate, step", step, of: varianceSteps)
      descendVariance(
        onPastEpisodes: episodesPerStep, frozen,
        stepFactor: 1 - Double(step) / Double(varianceSteps), using: &generator)
    }
  }

  public func policyGradient(of episode: Episode<Action>, using generator: inout PCG64) -> [Float] {
    estimate(features(of: episode), policy.asVariables(), controlVariate, using: &generator)
      .scalars
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
    Self.visit(&controlVariate, "control_variate", visit)
    if var part = trajectory {
      Self.visit(&part, "trajectory", visit)
      trajectory = part
    }
  }

  // MARK: State

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("policy", &policy)
    try visitor.visit("observation_scaler", &policy.scaler)
    try visitor.visit("value", &value)
    try visitor.visit("control_variate", &controlVariate)
    if var part = trajectory {
      try visitor.visit("trajectory", &part)
      trajectory = part
    }
    try visitor.visit("policy_optimizer", &policyOptimizer, of: policy)
    try visitor.visit("control_variate_optimizer", &controlVariateOptimizer, of: controlVariate)
    try visitor.visit("window", &window)
  }
}
