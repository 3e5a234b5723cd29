/// The estimators of this package by name.
public enum EstimatorRegistry {
  /// Every type of estimator; a new one is added here, and nowhere else.
  public static let all: [any GradientEstimator.Type] = [
    REINFORCE.self,
    RunningMeanREINFORCE.self,
    ConstantBaseline.self,
    NVIL.self,
    RLOO.self,
    ARM.self,
    DisARM.self,
    BitFlip.self,
    LAX.self,
    RELAX.self,
    RELAXWithMemory.self,
    REINFORCEWithMemory.self,
    RLOOWithMemory.self,
    DisARMWithMemory.self,
    StraightThrough.self,
    Concrete.self,
    REBAR.self,
    RelaxedREBAR.self,
    MuProp.self,
    DoubleControlVariates.self,
    Reparameterization.self,
    ExactEnumeration.self,
  ]

  /// The estimator of that name.
  public static func estimator(named name: String) -> (any GradientEstimator.Type)? {
    all.first { $0.traits.name == name }
  }
}
