import RandomNumbers
import ReinforcementLearning

extension Algorithm {
  /// The algorithms of this package; a new one is added here.
  public static let all: [Algorithm] = own + estimators

  private static let own = [
    Algorithm(
      name: "relax", summary: "RELAX, or LAX: policy gradient with a learned control variate",
      parts: [.policy, .value, .advantages, .window, .controlVariate, .residual],
      family: RELAXFamily()),
    Algorithm(
      name: "lax", summary: "LAX: RELAX under the name that it has for continuous actions",
      parts: [.policy, .value, .advantages, .window, .controlVariate, .residual],
      makeAgent: { RELAXAgent<GaussianPolicy>($0, using: &$1) }),
    Algorithm(
      name: "a2c", summary: "A2C: policy gradient with a fitted state value",
      parts: [.policy, .value, .advantages, .window], family: A2CFamily()),
    Algorithm(
      name: "reinforce", summary: "REINFORCE: policy gradient without a baseline",
      parts: [.policy], family: REINFORCEFamily()),
    Algorithm(
      name: "ipg", summary: "Interpolated policy gradient: from LAX to DDPG, a critic from replay",
      parts: [.policy, .value, .window, .residual, .replay, .critic],
      makeAgent: { IPGAgent($0, using: &$1) }),
    Algorithm(
      name: "ppo", summary: "PPO: several epochs over each batch, with a clipped objective",
      parts: [.policy, .value, .advantages, .proximal], family: PPOFamily()),
    Algorithm(
      name: "ddpg", summary: "DDPG: a deterministic policy that climbs a critic, from replay",
      parts: [.policy, .replay, .critic, .exploration],
      family: BoundedFamily { DDPGAgent($0, using: &$1) }),
    Algorithm(
      name: "td3", summary: "TD3: DDPG with two critics, smoothed targets and a delayed policy",
      parts: [.policy, .replay, .critic, .exploration],
      family: BoundedFamily { TD3Agent($0, using: &$1) }),
    Algorithm(
      name: "sac", summary: "SAC: a stochastic policy that climbs two critics and its entropy",
      parts: [.policy, .replay, .critic, .exploration],
      family: BoundedFamily { SACAgent($0, using: &$1) }),
    Algorithm(
      name: "dqn", summary: "DQN: the values of a few actions from replay, and the best of these",
      parts: [.policy, .replay, .epsilonGreedy], makeAgent: { DQNAgent($0, using: &$1) }),
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

private struct PPOFamily: AgentFamily {
  func makeAgent<S: PolicySpace>(
    _ setting: AgentSetting<S>, using generator: inout PCG64
  ) -> (any TrainableAgent<S.Element>)? {
    PPOAgent<S.StandardPolicy>(setting, using: &generator)
  }
}

/// Agents for continuous actions within bounds.
private struct BoundedFamily: AgentFamily {
  let maker: @Sendable (AgentSetting<Box>, inout PCG64) -> any TrainableAgent<[Float]>

  func makeAgent<S: PolicySpace>(
    _ setting: AgentSetting<S>, using generator: inout PCG64
  ) -> (any TrainableAgent<S.Element>)? {
    guard let setting = setting as? AgentSetting<Box>, setting.actionSpace.isBounded else {
      return nil
    }
    return maker(setting, &generator) as? any TrainableAgent<S.Element>
  }
}
