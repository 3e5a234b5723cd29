import ArgumentParser
import Experiments
import Files
import Foundation
import State

/// Searches for good settings.
struct TuneCommand<Program: ExperimentProgram>: ContextualCommand {
  typealias Main = Program.Main
  typealias Settings = Main.Settings
  typealias Names = Settings.Context

  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "tune", abstract: "Search for good settings.")
  }

  @OptionGroup var options: SettingOptions<Settings, AllSettings>

  mutating func run(in context: CommandContext<Names>) throws {}
}
