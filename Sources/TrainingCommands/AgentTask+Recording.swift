import AgentExperiments
import Agents
import RandomNumbers
import Recordings
import ReinforcementLearning
import State

/// The return and the length of each episode.
struct PlayedEpisodes {
  var returns: [Double] = []
  var lengths: [Int] = []
}

extension AgentTask {
  /// Lets an agent play in a new environment of this task, and records it.
  ///
  /// - Parameter stepLimit: The steps after which an episode is cut; some environments have no end.
  /// - Throws: `Failure` if the agent chooses other actions than this task has, or nothing can be
  ///   recorded any more.
  func play<A: Agent>(
    _ agent: A, into recording: any EpisodeRecorder, episodes: Int, seed: UInt64, isGreedy: Bool,
    stepLimit: Int = .max, _ monitor: Monitor
  ) throws(Failure) -> PlayedEpisodes {
    func play<S: PolicySpace>(_ actions: S) throws(Failure) -> PlayedEpisodes {
      guard let agent = agent as? any Agent<S.Element> else {
        throw .failed(
          "The agent chooses actions of the type \(A.Action.self), but \(specification.name) takes "
            + "\(S.Element.self); name an environment with such actions.")
      }
      return try record(agent, in: makeEnvironment(S.self))
    }
    func record<S: PolicySpace>(
      _ agent: some Agent<S.Element>, in environment: any Environment<S>
    ) throws(Failure) -> PlayedEpisodes {
      func record(in environment: some Environment<S>) throws(Failure) -> PlayedEpisodes {
        var (recorded, agent) = (RecordedEnvironment(environment, into: recording), agent)
        // As `evaluate` has it, so that these are its episodes.
        var generator = RandomStreams(seed: seed).evaluation
        var played = PlayedEpisodes()
        for index in 0..<episodes {
          try monitor.check("recording, episode", index, of: episodes)
          let episode = try collectEpisode(
            in: &recorded, with: &agent, seed: index == 0 ? seed : nil, isGreedy: isGreedy,
            maximumSteps: stepLimit, using: &generator, monitor,
            named: "episode \(index + 1) of a recording")
          if let failure = recording.failure { throw failure }
          played.returns.append(episode.totalReward)
          played.lengths.append(episode.length)
        }
        return played
      }
      return try record(in: environment)
    }
    return try play(actionSpace)
  }

  /// How many steps are shown in a second if nobody says otherwise.
  var framesPerSecond: Int {
    let environment = specification.make().unwrapped
    let rate = (environment as? any DrawableEnvironment)?.framesPerSecond ?? 30
    return max(1, rate / actionRepeat)
  }

  /// The size in pixels that an environment has if nobody says otherwise.
  var naturalSize: (width: Int, height: Int) {
    func drawing(_ environment: some Environment) -> Drawing {
      var environment = environment
      let observation = environment.reset(seed: 0)
      return environment.currentDrawing(observation)
    }
    return drawing(specification.make()).naturalSize
  }
}
