import Autodiff
import NeuralNetworks
import RandomNumbers

/// Q(s, a): a network from scaled observations and actions in ±1, side by side, to their values.
public struct Critic: Module {
  public var network: MLP

  /// An untrained critic with the hidden layers of the policy.
  ///
  /// - Parameters:
  ///   - stateCount: The scalars of a scaled observation.
  ///   - actionCount: The scalars of an action.
  ///   - hyperparameters: The widths and the activation.
  ///   - generator: Where the initial weights come from.
  public init(
    stateCount: Int, actionCount: Int, hyperparameters: Hyperparameters,
    using generator: inout PCG64
  ) {
    network = MLP(
      sizes: [stateCount + actionCount] + hyperparameters.hiddenSizes + [1],
      activation: hyperparameters.activation, hidden: .fanInUniform, output: .fanInUniform,
      using: &generator)
  }

  /// The values of states [rows, states] and actions [rows, actions]: a vector [rows].
  public func callAsFunction(_ states: Tensor, _ actions: Tensor) -> Tensor {
    network(.concatenatingColumns([states, actions])).reshaped([states.shape[0]])
  }

  /// The mean squared distance of the values from targets [rows].
  func squaredError(_ states: Tensor, _ actions: Tensor, targets: Tensor) -> Tensor {
    (self(states, actions) - targets).squared().mean()
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    network.visitParameters(visit)
  }
}

/// Two critics that start differently. The smaller of their values is not raised by the errors that a
/// policy finds in one of them.
///
/// S. Fujimoto, H. van Hoof, D. Meger, "Addressing Function Approximation Error in Actor-Critic
/// Methods", 2018 (arXiv:1802.09477), section 4.2.
public struct TwinCritic: Module {
  public var first: Critic
  public var second: Critic

  /// Two untrained critics, as `Critic.init`.
  public init(
    stateCount: Int, actionCount: Int, hyperparameters: Hyperparameters,
    using generator: inout PCG64
  ) {
    first = Critic(
      stateCount: stateCount, actionCount: actionCount, hyperparameters: hyperparameters,
      using: &generator)
    second = Critic(
      stateCount: stateCount, actionCount: actionCount, hyperparameters: hyperparameters,
      using: &generator)
  }

  /// min(Q₁, Q₂) of states [rows, states] and actions [rows, actions]: a vector [rows].
  public func minimum(_ states: Tensor, _ actions: Tensor) -> Tensor {
    .minimum(first(states, actions), second(states, actions))
  }

  /// The sum of both mean squared distances of the values from targets [rows].
  func squaredError(_ states: Tensor, _ actions: Tensor, targets: Tensor) -> Tensor {
    first.squaredError(states, actions, targets: targets)
      + second.squaredError(states, actions, targets: targets)
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&first, "first", visit)
    Self.visit(&second, "second", visit)
  }
}
