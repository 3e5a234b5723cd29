import TrainingCommands

/// The command-line program for the built-in environments.
@main
enum TrainAgent {
  static func main() {
    TrainingCommands.main()
  }
}
