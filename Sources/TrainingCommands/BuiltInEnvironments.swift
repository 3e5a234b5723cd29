import Box2DEnvironments
import ClassicControl
import ReinforcementLearning

extension EnvironmentRegistry {
  /// The environments of this package: CartPole and LunarLander in their versions.
  public static var builtIn: EnvironmentRegistry {
    EnvironmentRegistry(
      CartPole.specifications + LunarLander.specifications + LunarLanderContinuous.specifications)
  }
}
