import BanditEnvironments
import Box2DEnvironments
import ClassicControl
import ReinforcementLearning

#if MuJoCo
  import MuJoCoEnvironments
#endif

extension EnvironmentRegistry {
  /// The environments of this package: those of classic control, LunarLander and BipedalWalker in
  /// their versions, those whose optimum is known, and those on MuJoCo if the package was built with
  /// the trait of this name.
  public static var builtIn: EnvironmentRegistry {
    var registry = EnvironmentRegistry(
      CartPole.specifications
        + Acrobot.specifications
        + MountainCar.specifications
        + MountainCarContinuous.specifications
        + Pendulum.specifications
        + CartPoleActuators.specifications
        + PendulumActuators.specifications
        + LunarLander.specifications
        + LunarLanderContinuous.specifications
        + BipedalWalker.specifications
        + Matching.specifications
        + ContinuousMatching.specifications
        + SubsetBandit.specifications
        + ContextualBandit.specifications)
    #if MuJoCo
      registry.register(
        InvertedPendulum.specifications
          + InvertedDoublePendulum.specifications
          + Hopper.specifications
          + HalfCheetah.specifications)
    #else
      registry.registerMissing(
        [
          "inverted-pendulum", "InvertedPendulum-v4", "inverted-double-pendulum",
          "InvertedDoublePendulum-v4", "hopper", "Hopper-v4", "half-cheetah", "HalfCheetah-v4",
        ],
        remedy: "run Scripts/setup --mujoco, then swift build -c release --traits MuJoCo")
    #endif
    return registry
  }
}
