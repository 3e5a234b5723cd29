import RandomNumbers
import ReinforcementLearning

extension Algorithm {
  /// The algorithms of this package; a new one is added here.
  public static let all: [Algorithm] = own + estimators

  private static let own = [
    Algorithm(
      name: "relax", summary: "RELAX, or LAX: policy gradient with a learned control variate",
      family: RELAXFamily()),
    Algorithm(
      name: "lax", summary: "LAX: RELAX under the name that it has for continuous actions",
      makeAgent: { RELAXAgent<GaussianPolicy>($0, using: &$1) }),
    Algorithm(
      name: "a2c", summary: "A2C: policy gradient with a fitted state value",
      parts: [.policy, .value], family: A2CFamily()),
    Algorithm(
      name: "reinforce", summary: "REINFORCE: policy gradient without a baseline",
      parts: [.policy], family: REINFORCEFamily()),
  ]
}

private struct RELAXFamily: AgentFamily {
  func makeAgent<S: PolicySpace>(
    _ setting: AgentSetting<S>, using generator: inout PCG64
  ) -> (any TrainableAgent<S.Element>)? {
    RELAXAgent<S.StandardPolicy>(setting, using: &generator)
  }
}

private struct A2CFamily: AgentFamily {
  func makeAgent<S: PolicySpace>(
    _ setting: AgentSetting<S>, using generator: inout PCG64
  ) -> (any TrainableAgent<S.Element>)? {
    A2CAgent<S.StandardPolicy>(setting, using: &generator)
  }
}

private struct REINFORCEFamily: AgentFamily {
  func makeAgent<S: PolicySpace>(
    _ setting: AgentSetting<S>, using generator: inout PCG64
  ) -> (any TrainableAgent<S.Element>)? {
    REINFORCEAgent<S.StandardPolicy>(setting, using: &generator)
  }
}
