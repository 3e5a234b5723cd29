import AgentExperiments
import Agents
import ExperimentCommands
import NeuralNetworks
import RandomNumbers
import Recordings
import ReinforcementLearning
import Rendering
import SavedAgents
import State
import Synchronization

extension AgentProgram {
  public static func liveScene(
    _ settings: AgentSettings, in names: AgentSettings.Context
  ) throws(Failure) -> (any LiveScene<AgentTraining>)? {
    AgentScene(try settings.task(in: names), seed: settings.seed)
  }
}

/// Episodes of the agent as it is while it trains, in an environment of their own, in real time.
///
/// Each is played by a copy of the agent at its beginning, and takes nothing from the training but the
/// time of its few steps.
final class AgentScene: LiveScene {
  private struct State {
    var episode: (any LiveEpisode)?
    /// When the episode began, or its last step was shown.
    var time = ContinuousClock.now
  }

  private let state = Mutex(State())
  private let task: AgentTask
  private let seed: UInt64
  let proportion: Double

  /// How many steps are taken at a time, though more were due.
  private static let stepLimit = 20

  init(_ task: AgentTask, seed: UInt64) {
    self.task = task
    self.seed = MeasurementSeed.finalEvaluation(ofRun: seed)
    let size = task.naturalSize
    proportion = Double(size.width) / Double(size.height)
  }

  func follow(_ training: AgentTraining) {
    let now = ContinuousClock.now
    // The end of an episode is seen for a second.
    let isDue = state.withLock { state in
      state.episode.map { $0.isOver && now - state.time > .seconds(1) } ?? true
    }
    guard isDue else { return }
    let model = training.model
    state.withLock { state in
      if state.episode == nil { state.episode = task.liveEpisode(seed: seed) }
      state.episode?.begin(with: model)
      state.time = now
    }
  }

  func draw(on raster: Raster) {
    state.withLock { state in
      guard let episode = state.episode else { return }
      let due = (ContinuousClock.now - state.time) / .seconds(1) * Double(task.framesPerSecond)
      let count = min(Self.stepLimit, Int(due))
      for _ in 0..<count where !episode.isOver {
        episode.step()
        state.time = .now
      }
      episode.drawing.draw(on: raster)
    }
  }
}

/// An episode that goes on step by step, whatever its environment and its agent are.
private protocol LiveEpisode: AnyObject {
  var isOver: Bool { get }
  var drawing: Drawing { get }
  /// Starts another episode.
  func begin(with model: SavedAgent)
  func step()
}

private final class EpisodeOf<S: PolicySpace, E: Environment<S>>: LiveEpisode {
  private var environment: E
  private var agent: (any Agent<S.Element>)?
  private var observation: E.Observation
  private var generator: PCG64
  private(set) var isOver = false

  init(_ environment: E, seed: UInt64) {
    self.environment = environment
    observation = self.environment.reset(seed: seed)
    generator = RandomStreams(seed: seed).evaluation
  }

  var drawing: Drawing { environment.currentDrawing(observation) }

  func begin(with model: SavedAgent) {
    if isOver { observation = environment.reset(seed: nil) }
    agent = model.agent as? any Agent<S.Element>
    isOver = agent == nil
  }

  func step() {
    guard var agent else { return }
    let row = observation.scalars
    func action(_ agent: inout some Agent<S.Element>) -> S.Element {
      row.withUnsafeBufferPointer { agent.act(on: $0, isGreedy: true, using: &generator) }
    }
    let step = environment.step(action(&agent))
    self.agent = agent
    observation = step.observation
    isOver = step.isLast
  }
}

extension AgentTask {
  /// An episode in a new environment of this task, before its beginning.
  fileprivate func liveEpisode(seed: UInt64) -> any LiveEpisode {
    func episode<S: PolicySpace>(_ actions: S) -> any LiveEpisode {
      func episode(in environment: some Environment<S>) -> any LiveEpisode {
        EpisodeOf(environment, seed: seed)
      }
      return episode(in: makeEnvironment(S.self))
    }
    return episode(actionSpace)
  }
}
