import Testing

@testable import TrainingCommands

@Suite struct SettingAllTests {
  @Test func coversEveryPropertyOfTheConfiguration() throws {
    let configuration = try configuration("--env", "corridor")
    func names(of value: Any) -> [String] {
      Mirror(reflecting: value).children.compactMap(\.label)
    }
    // A property without a setting could be neither read from a file nor checked.
    let properties =
      names(of: configuration).filter { $0 != "hyperparameters" }
      + names(of: configuration.hyperparameters).map { "hyperparameters.\($0)" }
    let keys = properties.map { name in
      String(name.flatMap { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" })
    }
    #expect(Set(Setting.all.map(\.key)) == Set(keys))
  }

  @Test func hasEachKeyAndFlagOnce() {
    let flags = Setting.all.compactMap(\.flag)
    #expect(Set(flags).count == flags.count)
    #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
  }

  @Test(arguments: [("tuned"), ("paper")])
  func allowsWhatPresetsSay(preset: String) throws {
    for environment in testEnvironments.specifications {
      let configuration = try configuration("--env", environment.name, "--preset", preset)
      let values = try SettingValues(configuration)
      for setting in Setting.all { try setting.check(values[setting] ?? .null, in: preset) }
    }
  }
}
