import AutoencoderCommands

/// The command-line program for variational autoencoders with discrete latents.
@main
enum TrainVAE {
  static func main() {
    AutoencoderCommands.main()
  }
}
