import ArgumentParser

/// The flags for settings that all runs of a comparison can share.
struct SharedOptions: ParsableArguments {
  @Option(.preset) var preset: String?

  @Option(.episodes) var episodes: String?
  @Option(.steps) var steps: String?
  @Option(.batchEpisodes) var batchEpisodes: String?
  @Option(.actionRepeat) var actionRepeat: String?
  @Flag(
    inversion: .prefixedNo,
    help: "Stop when the last 100 episodes reach the reward threshold (default: go on).")
  var solveStop: Bool?

  @Option(.learningRate) var learningRate: String?
  @Option(.hidden) var hidden: String?
  @Option(.activation) var activation: String?
  @Option(.optimizer) var optimizer: String?
  @Option(.discount) var discount: String?
  @Option(.entropy) var entropy: String?

  @Option(.cvForm) var cvForm: String?
  @Option(.cvLearningRate) var cvLearningRate: String?
  @Option(.cvSteps) var cvSteps: String?
  @Option(.cvHidden) var cvHidden: String?
  @Option(.valueLearningRate) var valueLearningRate: String?
  @Option(.valueSteps) var valueSteps: String?
  @Option(.relaxationSamples) var relaxationSamples: String?
  @Option(.trajectoryLambda) var trajectoryLambda: String?
  @Option(.actionValueSteps) var actionValueSteps: String?
  @Option(.refinementSteps) var refinementSteps: String?

  @Option(.varianceEvery) var varianceEvery: String?
  @Option(.varianceEpisodes) var varianceEpisodes: String?

  /// The settings that were given.
  func values() throws(UsageError) -> SettingValues {
    let texts: [(Setting, String?)] = [
      (.preset, preset), (.episodes, episodes), (.steps, steps),
      (.batchEpisodes, batchEpisodes), (.actionRepeat, actionRepeat),
      (.solveStop, solveStop.map { "\($0)" }),
      (.learningRate, learningRate), (.hidden, hidden), (.activation, activation),
      (.optimizer, optimizer), (.discount, discount), (.entropy, entropy),
      (.cvForm, cvForm), (.cvLearningRate, cvLearningRate), (.cvSteps, cvSteps),
      (.cvHidden, cvHidden), (.valueLearningRate, valueLearningRate), (.valueSteps, valueSteps),
      (.relaxationSamples, relaxationSamples),
      (.trajectoryLambda, trajectoryLambda), (.actionValueSteps, actionValueSteps),
      (.refinementSteps, refinementSteps),
      (.varianceEvery, varianceEvery), (.varianceEpisodes, varianceEpisodes),
    ]
    var values = SettingValues()
    for case (let setting, let text?) in texts { values[setting] = try setting.parse(text) }
    return values
  }
}
