import Distributions
import RandomNumbers
import ReinforcementLearning
import State

/// The variances of several policy-gradient estimators at one and the same frozen policy.
///
/// Each control variate is fitted on one set of episodes of the policy and all are measured on
/// another, the same for each; so differences are due to the estimators alone. All of them follow whole
/// returns, whatever the policy was trained with.
public struct VarianceComparison: Sendable {
  /// How much is fitted and measured.
  public struct Plan: Sendable {
    /// Episodes that the control variates are fitted on.
    public var fittingEpisodes = 500
    /// Gradient steps of V on its squared error.
    public var valueSteps = 4000
    /// Gradient steps on the variance.
    public var varianceSteps = 3000
    /// Gradient steps of action values on their temporal differences.
    public var actionValueSteps = 4000
    /// Gradient steps of action values on the variance after those; 0 leaves out the refined form.
    public var refinementSteps = 0
    /// Fresh episodes that the variance is measured on.
    public var episodes = 500
    /// Decides everything.
    public var seed: UInt64 = 0

    public init() {}
  }

  /// One estimator's figures.
  public struct Entry: Sendable {
    /// The estimator.
    public let name: String
    /// Its variance.
    public let summary: GradientVariance.Summary
    /// Seconds to fit it, and to take an episode's estimate.
    public let fittingTime: Duration
    public let estimateTime: Duration
  }

  /// REINFORCE, A2C and RELAX in each of its forms, in this order; last the refined action values.
  public let entries: [Entry]

  /// Compares the estimators at `policy`.
  ///
  /// - Parameters:
  ///   - policy: Stays as it is.
  ///   - setting: What the agents are made for.
  ///   - environment: Where the episodes are collected.
  ///   - plan: How much is fitted and measured.
  ///   - monitor: Tells when to end, and hears how far everything is.
  public init<E: Environment, P: Policy>(
    at policy: P, setting: AgentSetting<P.ActionSpace>, in environment: inout E, plan: Plan,
    _ monitor: Monitor = .silent
  ) throws(Failure) where E.ActionSpace == P.ActionSpace {
    var streams = RandomStreams(seed: plan.seed)
    var setting = setting
    // All estimate one and the same gradient.
    setting.hyperparameters.advantageLambda = 1
    let clock = ContinuousClock()
    var yardstick = REINFORCEAgent<P>(setting, using: &streams.initialization)
    yardstick.policy = policy
    func collect(_ count: Int, seed: UInt64?) throws(Failure) -> [Episode<P.ActionSpace.Element>] {
      var episodes: [Episode<P.ActionSpace.Element>] = []
      for index in 0..<count {
        try monitor.check("episode to fit on or to measure", index, of: count)
        episodes.append(
          try collectEpisode(
            in: &environment, with: &yardstick, seed: index == 0 ? seed : nil,
            using: &streams.actions, monitor))
      }
      return episodes
    }
    let fitting = try collect(plan.fittingEpisodes, seed: plan.seed)
    let measuring = try collect(plan.episodes, seed: nil)

    var entries: [Entry] = []
    func measure<A: Agent<P.ActionSpace.Element>>(
      _ name: String, _ agent: A, fittingTime: Duration
    ) throws(Failure) {
      var variance = GradientVariance()
      let start = clock.now
      for (index, episode) in measuring.enumerated() {
        try monitor.check("variance of \(name), episode", index, of: measuring.count)
        variance.add(agent.policyGradient(of: episode, using: &streams.relaxation))
      }
      let time = clock.now - start
      guard let summary = variance.summary else { return }
      entries.append(
        Entry(
          name: name, summary: summary, fittingTime: fittingTime,
          estimateTime: time / measuring.count))
    }

    try measure("REINFORCE", yardstick, fittingTime: .zero)
    var critic = A2CAgent<P>(setting, using: &streams.initialization)
    critic.policy = policy
    let start = clock.now
    try critic.fitControlVariate(
      on: fitting, steps: plan.valueSteps, using: &streams.relaxation, monitor)
    try measure("A2C, V(s)", critic, fittingTime: clock.now - start)
    func measure(_ form: ControlVariateForm, refinementSteps: Int = 0) throws(Failure) {
      var formSetting = setting
      formSetting.hyperparameters.controlVariateForm = form
      var agent = RELAXAgent<P>(formSetting, using: &streams.initialization)
      agent.policy = policy
      // The same V for all that fit one, so that what stands beside it makes the difference.
      if form.fitsValue { agent.value = critic.value }
      let start = clock.now
      try agent.fitControlVariate(
        on: fitting, valueSteps: 0, varianceSteps: plan.varianceSteps,
        actionValueSteps: plan.actionValueSteps, refinementSteps: refinementSteps,
        using: &streams.relaxation, monitor)
      let note = refinementSteps > 0 ? ", refined" : ""
      try measure("RELAX, \(form.formula)\(note)", agent, fittingTime: clock.now - start)
    }
    let hasActionValues = P.self == CategoricalPolicy.self || P.self == GaussianPolicy.self
    for form in ControlVariateForm.allCases where hasActionValues || !form.usesActionValue {
      try measure(form)
    }
    if P.self == CategoricalPolicy.self, plan.refinementSteps > 0 {
      try measure(.trajectory, refinementSteps: plan.refinementSteps)
    }
    self.entries = entries
  }
}

extension ControlVariateForm {
  /// The form as a formula.
  public var formula: String {
    switch self {
    case .valueAndRelaxation: "V(s) + ĉ(z, s)"
    case .relaxation: "c(z, s)"
    case .value: "V(s) by variance"
    case .trajectory: "V(s) + m(a, s), later m(a, s)"
    case .actionValue: "V(s) + m(a, s)"
    case .relaxedTrajectory: "V(s) + ĉ(z, s), later ĉ(z, s)"
    }
  }
}
