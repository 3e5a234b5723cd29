/// The discounted Monte-Carlo returns G_t = r_t + γ G_{t+1} of an episode that ends after its last
/// reward.
///
/// This is what Grathwohl et al. (ICLR 2018) train on: a time limit counts as an end, and nothing
/// is bootstrapped.
///
/// - Parameters:
///   - rewards: r_t, T of them.
///   - discount: γ, from 0 to 1.
/// - Returns: G_t, T of them.
public func discountedReturns(_ rewards: [Float], discount: Double) -> [Float] {
  precondition(
    (0...1).contains(discount), "discountedReturns: the discount \(discount) is not in 0...1")
  var returns = rewards
  var following = 0.0
  for t in rewards.indices.reversed() {
    following = Double(rewards[t]) + discount * following
    returns[t] = Float(following)
  }
  return returns
}

/// The generalised advantage estimates Â_t = Σ_k (γλ)^k δ_{t+k} of an episode, with the temporal
/// differences δ_t = r_t + γ V(s_{t+1}) − V(s_t).
///
/// λ = 1 gives the returns minus V, λ = 0 the temporal differences themselves. Â + V are the targets
/// of TD(λ) for V. J. Schulman et al., "High-Dimensional Continuous Control Using Generalized
/// Advantage Estimation", 2016 (arXiv:1506.02438), equation 16.
///
/// - Parameters:
///   - rewards: r_t, T of them.
///   - values: V(s_t) of the states that the actions were chosen at, T of them.
///   - finalValue: V(s_T) of what was observed after the last action where the episode was cut; 0 where
///     the process ended.
///   - discount: γ, from 0 to 1.
///   - lambda: λ, from 0 to 1.
/// - Returns: Â_t, T of them.
public func generalizedAdvantageEstimates(
  rewards: [Float], values: [Float], finalValue: Float, discount: Double, lambda: Double
) -> [Float] {
  precondition(
    values.count == rewards.count,
    "generalizedAdvantageEstimates: \(values.count) values for \(rewards.count) rewards")
  precondition(
    (0...1).contains(discount),
    "generalizedAdvantageEstimates: the discount \(discount) is not in 0...1")
  precondition(
    (0...1).contains(lambda),
    "generalizedAdvantageEstimates: λ = \(lambda) is not in 0...1")
  var advantages = rewards
  var (following, advantage) = (Double(finalValue), 0.0)
  for t in rewards.indices.reversed() {
    let value = Double(values[t])
    advantage = Double(rewards[t]) + discount * (following + lambda * advantage) - value
    advantages[t] = Float(advantage)
    following = value
  }
  return advantages
}
