import ArgumentParser
import ExperimentCommands

/// The program `train-vae`.
public enum AutoencoderProgram: ExperimentProgram {
  public typealias Main = AutoencoderTraining

  public static let name = "train-vae"
  public static let abstract =
    "Train variational autoencoders with discrete latents, by any gradient estimator."
  public static let examples = [
    "fetch mnist", "--data data/mnist --model linear1 --estimator relaxed-rebar",
    "--data synthetic --steps 2000",
    "compare --steps 2000 --estimators 'rebar,relaxed-rebar:model=linear2;cv-depth=2'",
  ]
  public static let commands: [any ParsableCommand.Type] = [
    EvaluateCommand.self, SampleCommand.self, ReconstructCommand.self, FetchCommand.self,
    ListCommand.self,
  ]
}
