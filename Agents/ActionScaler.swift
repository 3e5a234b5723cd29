import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// Maps the actions of networks, each scalar in ±1, to those of an environment, and back.
///
/// The bounds are kept as parameters, so that a saved agent knows them.
public struct ActionScaler: Module {
  private var low: Tensor
  private var high: Tensor

  /// A scaler for the actions of `space`, which must be bounded.
  public init(_ space: Box) {
    precondition(
      space.count > 0 && space.isBounded,
      "ActionScaler: the actions between \(space.low) and \(space.high) need finite bounds")
    low = Tensor(space.low)
    high = Tensor(space.high)
  }

  /// The number of scalars of an action.
  public var width: Int { low.shape[0] }

  /// The environment's action for one in ±1; what lies beyond is cut off.
  public func scaled(_ action: [Float]) -> [Float] {
    action.indices.map { i in
      let (low, high) = (low.values[i], high.values[i])
      let part = 0.5 + 0.5 * min(max(action[i], -1), 1)
      // Exact at the ends; in between, rounding must not leave the space.
      return min(max((1 - part) * low + part * high, low), high)
    }
  }

  /// The action in ±1 that stands for the environment's; what lies beyond is cut off.
  public func normalized(_ action: [Float]) -> [Float] {
    action.indices.map { i in
      let (low, high) = (low.values[i], high.values[i])
      let (centre, reach) = (0.5 * low + 0.5 * high, 0.5 * high - 0.5 * low)
      return reach > 0 ? min(max((action[i] - centre) / reach, -1), 1) : 0
    }
  }

  /// An action of the environment, uniform within the bounds.
  public func uniform(using generator: inout PCG64) -> [Float] {
    scaled((0..<width).map { _ in 2 * generator.randomFloat() - 1 })
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("low", &low)
    visit("high", &high)
  }
}
