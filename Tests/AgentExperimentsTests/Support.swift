import AgentExperiments
import Box2DEnvironments
import ClassicControl
import Experiments
import Files
import Foundation
import ReinforcementLearning
import State
import Synchronization
import TestSupport
import Testing

/// Every step pays the same, and something may be wrong with one of them.
struct Payer: Environment {
  /// The episode, from 1 on, and the step in it.
  typealias Fault = @Sendable (_ episode: Int, _ step: Int, inout Step<[Float]>) -> Void

  var reward = 1.0
  var fault: Fault = { _, _, _ in }
  private(set) var episode = 0
  private var steps = 0

  init(reward: Double = 1, fault: @escaping Fault = { _, _, _ in }) {
    self.reward = reward
    self.fault = fault
  }

  var actionSpace: Discrete { Discrete(2) }
  var observationSpace: Box { Box(low: 0, high: 1, count: 2) }

  mutating func reset(seed: UInt64?, options: [String: Double]) -> [Float] {
    episode += 1
    steps = 0
    return [1, 0]
  }

  mutating func step(_ action: Int) -> Step<[Float]> {
    steps += 1
    var step = Step(observation: [1, Float(action)], reward: reward)
    fault(episode, steps, &step)
    return step
  }
}

/// The built-in environments, the corridor, and others that a test adds.
func context(_ others: EnvironmentSpecification...) -> AgentSettings.Context {
  var environments = EnvironmentRegistry(
    CartPole.specifications + MountainCar.specifications + LunarLander.specifications
      + LunarLanderContinuous.specifications)
  environments.register([Corridor.specification] + others)
  return AgentSettings.Context(environments: environments)
}

/// The values of flags, as "env=corridor algo=a2c".
func values(_ flags: String) throws(Failure) -> SettingValues<AgentSettings> {
  var values = SettingValues<AgentSettings>()
  for flag in flags.split(separator: " ") {
    let parts = flag.split(separator: "=", maxSplits: 1).map(String.init)
    let setting = AgentSettings.setting(parts[0])
    values[setting] = try setting.parse(parts[1])
  }
  return values
}

/// The settings of a run in the corridor that takes no time, but for what flags say.
func smallSettings(
  _ flags: String, in context: AgentSettings.Context = context()
) throws(Failure) -> AgentSettings {
  let small = try values(
    "env=corridor hidden=4 cv-hidden=4 value-steps=2 value-batch-size=16 action-value-steps=2 "
      + "refinement-steps=1 window-episodes=3 eval-episodes=0")
  return try AgentSettings(flags: values(flags), file: small, in: context)
}

/// A run in memory.
func run(
  _ flags: String, in context: AgentSettings.Context = context(), _ monitor: Monitor = .silent
) throws(Failure) -> (result: RunResult, training: AgentTraining) {
  var run = try Run<AgentTraining>(smallSettings(flags, in: context), in: context)
  let result = try run.execute(monitor)
  return (result, run.experiment)
}

/// The bytes of a file.
func contents(_ path: Path) throws -> Data { try RegularFile.contents(of: path) }

/// Runs `body` in a fresh folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (Path) throws -> Result) throws -> Result {
  try withFolderInMemory { try body(Path($0.path)) }
}

/// A run in a folder.
func makeRun(
  _ settings: AgentSettings, in folder: Path, _ names: AgentSettings.Context = context()
) throws(Failure) -> Run<AgentTraining> {
  try Run(
    settings, in: names, folder: ClaimedFolder(folder),
    origin: RunOrigin(version: "1", command: "test"))
}

/// Ends a run where a test says so, and keeps what it was warned of.
final class Watch: Sendable {
  private let isSet = Atomic(false)
  private let looks = Atomic(0)
  private let sentences = Mutex<[String]>([])

  /// Everything that was warned of.
  var warnings: [String] { sentences.withLock { $0 } }

  /// Ends the run at the next opportunity.
  func interrupt() { isSet.store(true, ordering: .relaxed) }

  /// A monitor that ends the run in a phase, or when it looks for the nth time whether to end.
  func monitor(
    endingAtLook last: Int = .max,
    endingAt isLast: @escaping @Sendable (_ phase: String, _ done: Int) -> Bool = { _, _ in false }
  ) -> Monitor {
    Monitor(
      isInterrupted: {
        let look = self.looks.wrappingAdd(1, ordering: .relaxed).newValue
        return look >= last || self.isSet.load(ordering: .relaxed)
      },
      show: { phase, done, _, _ in if isLast(phase, done) { self.interrupt() } },
      tell: { sentence in self.sentences.withLock { $0.append(sentence) } })
  }
}
