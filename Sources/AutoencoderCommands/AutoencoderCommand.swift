import ArgumentParser
import Checkpoints
import ExperimentLogging
import GradientEstimators
import ImageData
import Rendering

/// All commands of `train-vae`.
struct AutoencoderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-vae",
    abstract: "Train variational autoencoders with discrete latents, by any gradient estimator.",
    usage: """
      train-vae [--data FOLDER] [--model NAME] [--estimator NAME] [<options of train>]
      train-vae <subcommand>
      """,
    discussion: """
      train-vae fetch mnist
      train-vae --data data/mnist --model linear1 --estimator relaxed-rebar
      train-vae --data synthetic --steps 2000
      train-vae train --help
      """,
    subcommands: [
      TrainCommand.self, EvaluateCommand.self, CompareCommand.self, SampleCommand.self,
      ReconstructCommand.self, FetchCommand.self,
      ListCommand.self,
    ],
    defaultSubcommand: TrainCommand.self)
}

/// Runs the commands of `train-vae` on the arguments of the process, and ends it.
///
/// The exit code is 0 when all is done, 1 when something failed, 64 for wrong usage, 130 after
/// Ctrl-C and 143 after SIGTERM.
public func main() -> Never {
  InterruptHandler.install()
  do {
    var command = try AutoencoderCommand.parseAsRoot()
    try command.run()
    AutoencoderCommand.exit(withError: nil)
  } catch let error as UsageError {
    note("Error: \(error)")
    AutoencoderCommand.exit(withError: ExitCode.validationFailure)
  } catch let error
    where error is CommandFailure || error is CheckpointError || error is LoggingError
    || error is RenderingError || error is ImageDataError || error is EstimatorError
  {
    note("Error: \(error)")
    AutoencoderCommand.exit(withError: ExitCode.failure)
  } catch {
    AutoencoderCommand.exit(withError: error)
  }
}
