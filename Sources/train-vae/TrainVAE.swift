import AutoencoderCommands
import ExperimentCommands

/// The command-line program for variational autoencoders with discrete latents.
@main
enum TrainVAE {
  static func main() {
    AutoencoderProgram.main(version: packageVersion)
  }
}
