import ArgumentParser

/// The flags of `train` that are settings of the run.
struct TrainOptions: ParsableArguments {
  @Option(.environment) var environment: String?
  @Option(.algorithm) var algorithm: String?
  @Option(.seed) var seed: String?
  @OptionGroup var shared: SharedOptions
  @Option(.evalEvery) var evalEvery: String?
  @Option(.evalEpisodes) var evalEpisodes: String?

  /// The settings that were given.
  func values() throws(UsageError) -> SettingValues {
    var values = try shared.values()
    let texts: [(Setting, String?)] = [
      (.environment, environment), (.algorithm, algorithm), (.seed, seed),
      (.evalEvery, evalEvery), (.evalEpisodes, evalEpisodes),
    ]
    for case (let setting, let text?) in texts { values[setting] = try setting.parse(text) }
    return values
  }
}
