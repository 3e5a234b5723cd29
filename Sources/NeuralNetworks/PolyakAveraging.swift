import Autodiff
import CVectorMath

extension Module {
  /// Moves the parameters a fraction of the way to those of another module of the same shape:
  /// θ′ ← θ′ + rate · (θ − θ′).
  ///
  /// Done after every gradient step it makes θ′ an exponential average of θ over about 1 / rate steps.
  /// B. Polyak, A. Juditsky, "Acceleration of stochastic approximation by averaging", 1992; for target
  /// networks as in T. Lillicrap et al., 2016 (arXiv:1509.02971).
  ///
  /// - Parameters:
  ///   - other: θ.
  ///   - rate: The fraction, from 0 to 1.
  public mutating func move(towards other: Self, rate: Float) {
    updateParameters(along: other.parameters) { _, average, latest in
      vm_move_towards(average.baseAddress, latest.baseAddress, average.count, rate)
    }
  }
}
