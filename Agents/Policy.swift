import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// π(a | s): a network from scaled observations to the parameters of a distribution of actions.
///
/// The actions of a space are told to the rest of a learning algorithm as rows of numbers b, the samples
/// of that distribution; nothing outside a policy knows which kind they are of.
public protocol Policy<ActionSpace>: Module {
  /// The actions that it chooses from.
  associatedtype ActionSpace: PolicySpace
  /// What b is drawn from.
  associatedtype Distribution: ReparameterizedDistribution

  /// Makes inputs of observations. It belongs to the policy, but no gradient reaches it.
  var scaler: ObservationScaler { get set }

  /// The number of scalars of b.
  var sampleWidth: Int { get }

  /// An untrained policy.
  init(_ setting: AgentSetting<ActionSpace>, using generator: inout PCG64)

  /// π(· | s) of scaled observations [rows, width], a row for each.
  func callAsFunction(_ states: Tensor) -> Distribution

  /// The samples b that stand for actions, [actions, sampleWidth].
  func samples(of actions: [ActionSpace.Element]) -> Tensor

  /// Chooses an action for one observation.
  ///
  /// - Parameters:
  ///   - observation: Its scalars, not scaled.
  ///   - isGreedy: Whether to take the most probable action instead of a draw.
  ///   - generator: Where a draw comes from.
  mutating func act(
    on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
  ) -> ActionSpace.Element
}

/// A space of actions that agents of this package can act in.
public protocol PolicySpace: Space, Codable {
  /// The policy that they have in it.
  associatedtype StandardPolicy: Policy where StandardPolicy.ActionSpace == Self

  /// What Gymnasium calls such a space; the name that it has in files.
  static var kind: String { get }

  /// How many scalars stand for an action.
  var sampleWidth: Int { get }

  /// The space in a few words: "4 continuous".
  var summary: String { get }

  /// The environment as that policy needs it.
  static func accommodating(_ environment: some Environment<Self>) -> any Environment<Self>
}

extension PolicySpace {
  /// The environment as it is.
  public static func accommodating(
    _ environment: some Environment<Self>
  ) -> any Environment<Self> { environment }
}
