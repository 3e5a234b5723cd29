import Autodiff
import Distributions
import GradientEstimators
import RandomNumbers

/// ĉ(z, s) of a policy: the context is the state, and z the relaxation of an action.
extension RelaxedControlVariate {
  init(
    stateCount: Int, actionCount: Int, seesRelaxation: Bool, hyperparameters: Hyperparameters,
    using generator: inout PCG64
  ) {
    self.init(
      contextWidth: stateCount, sampleWidth: actionCount, seesRelaxation: seesRelaxation,
      hiddenSizes: hyperparameters.controlVariateHiddenSizes,
      activation: hyperparameters.activation, output: .zeros,
      unit: Float(hyperparameters.returnScale), using: &generator)
  }

  /// The values at states [rows, width] and relaxed actions z [rows, actions]: a vector [rows].
  func callAsFunction(_ states: Tensor, relaxation z: Tensor) -> Tensor {
    self(states, relaxation: z, soften: Categorical.soft)
  }
}
