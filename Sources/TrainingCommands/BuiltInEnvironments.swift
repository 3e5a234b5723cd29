import Box2DEnvironments
import ClassicControl
import ReinforcementLearning

extension EnvironmentRegistry {
  /// The environments of this package: those of classic control, and LunarLander and
  /// BipedalWalker in their versions.
  public static var builtIn: EnvironmentRegistry {
    EnvironmentRegistry(
      CartPole.specifications
        + Acrobot.specifications
        + MountainCar.specifications
        + MountainCarContinuous.specifications
        + Pendulum.specifications
        + LunarLander.specifications
        + LunarLanderContinuous.specifications
        + BipedalWalker.specifications)
  }
}
