import Autodiff
import NeuralNetworks
import ReinforcementLearning

/// The parameters with which the mean return of 100 full episodes was highest.
struct BestAgent {
  private(set) var meanReturn: Double?
  private(set) var episode: Int?
  private var parameters: [Tensor] = []

  /// Remembers the agent's parameters if the last 100 episodes were the best so far.
  mutating func consider(_ agent: some Module, after record: EpisodeRecord) {
    // The mean of fewer is a lucky beginning's.
    guard record.episode >= 100, record.recentMeanReturn > meanReturn ?? -.infinity else { return }
    meanReturn = record.recentMeanReturn
    episode = record.episode
    parameters = agent.parameters
  }

  /// The agent with the best parameters; `agent` itself where there were fewer than 100 episodes.
  func restored<M: Module>(into agent: M) -> M {
    guard episode != nil else { return agent }
    var agent = agent
    agent.setParameters(parameters)
    return agent
  }
}
