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
