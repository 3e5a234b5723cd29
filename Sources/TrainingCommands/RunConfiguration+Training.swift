import ReinforcementLearning

extension RunConfiguration {
  /// How long a run in `task` lasts and what ends it early.
  func plan(in task: TrainingTask) -> TrainingPlan {
    TrainingPlan(
      episodes: episodes, maximumSteps: steps, episodesPerBatch: batchEpisodes,
      rewardThreshold: task.specification.rewardThreshold, stopsWhenSolved: solveStop, seed: seed)
  }

  /// Measures the variance of the agent's gradient over fresh episodes; `nil` if it is not time to.
  func measureVariance(
    of agent: some Agent<Int>, after record: EpisodeRecord, in task: TrainingTask
  ) -> GradientVariance.Summary? {
    guard varianceEvery > 0, record.episode % varianceEvery == 0 else { return nil }
    func summary(in environment: some Environment<Discrete>) -> GradientVariance.Summary? {
      var environment = environment
      return measureGradientVariance(
        of: agent, in: &environment, episodes: varianceEpisodes,
        seed: MeasurementSeed.variance(record.episode / varianceEvery, ofRun: seed))
    }
    return summary(in: task.makeEnvironment())
  }
}
