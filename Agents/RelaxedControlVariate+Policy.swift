import Autodiff
import Distributions
import GradientEstimators
import RandomNumbers

/// ĉ(z, s) of a policy: the context is the state, and z the relaxation of an action.
extension RelaxedControlVariate {
  init(
    stateCount: Int, sampleWidth: Int, seesRelaxation: Bool, hyperparameters: Hyperparameters,
    using generator: inout PCG64
  ) {
    self.init(
      contextWidth: stateCount, sampleWidth: sampleWidth, seesRelaxation: seesRelaxation,
      hiddenSizes: hyperparameters.controlVariateHiddenSizes,
      activation: hyperparameters.activation, output: .zeros,
      unit: Float(hyperparameters.returnScale), using: &generator)
  }

  /// The values at states [rows, width] and relaxed actions z [rows, sampleWidth] of a distribution: a
  /// vector [rows].
  func callAsFunction(
    _ states: Tensor, relaxation z: Tensor, of distribution: some ReparameterizedDistribution
  ) -> Tensor {
    self(states, relaxation: z, soften: distribution.soft)
  }

  /// What later actions have added to the return of each step, as far as c knows:
  ///
  ///     D_t = Σ_{t' > t} γ^{t' − t} [c(z̃_t', s_t') − c(z'_t', s_t')]
  ///
  /// Given an action drawn from the policy z̃ has the law of z', a draw that knows no action. So D_t has
  /// no mean given s_t and a_t, whatever c is, and may be subtracted from R_t. It is the sum of C.-A.
  /// Cheng, X. Yan, B. Boots, "Trajectory-wise Control Variates for Variance Reduction in Policy
  /// Gradient Methods", CoRL 2019 (arXiv:1908.03263), with a relaxation in the place of the action.
  ///
  /// - Parameters:
  ///   - czTilde: c(z̃, s) along an episode, [T].
  ///   - states: s along it, [T, width].
  ///   - fresh: z' along it, [T, sampleWidth]; independent of everything else.
  ///   - distribution: π along it.
  ///   - discount: γ.
  /// - Returns: D, [T].
  func surprisesAfter(
    _ czTilde: Tensor, at states: Tensor, fresh: Tensor,
    of distribution: some ReparameterizedDistribution, discount: Double
  ) -> Tensor {
    (czTilde - self(states, relaxation: fresh, of: distribution)).discountedSumsAfter(
      discount: discount)
  }
}
