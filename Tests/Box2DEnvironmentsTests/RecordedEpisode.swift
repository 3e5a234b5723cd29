import RandomNumbers
import ReinforcementLearning

@testable import Box2DEnvironments

/// An episode of LunarLander that Gymnasium played; see `Fixtures/make_fixtures.py`.
struct RecordedEpisode: CustomStringConvertible {
  struct Transition {
    let action: Recording.Action
    let observation: SIMD8<Float>
    let reward: Double
  }

  let recording: Recording
  let settings: LunarLanderSettings
  let isContinuous: Bool

  var policy: String { recording.policy }
  var seed: UInt64 { recording.seed }
  var firstObservation: SIMD8<Float> { SIMD8(recording.firstObservation) }

  var transitions: [Transition] {
    recording.transitions.map {
      Transition(action: $0.action, observation: SIMD8($0.observation), reward: $0.reward)
    }
  }

  var description: String {
    "\(isContinuous ? "continuous" : "discrete") \(policy) seed \(seed) wind \(settings.enableWind)"
  }

  /// Makes an environment with the episode's settings.
  func makeEnvironment() -> AnyLander {
    AnyLander(isContinuous: isContinuous, settings: settings)
  }

  static let all = Recording.all(in: "episodes.txt", settingCount: 5).map(RecordedEpisode.init)

  private init(_ recording: Recording) {
    self.recording = recording
    let words = recording.settings
    isContinuous = words[0] == "continuous"
    settings = LunarLanderSettings(
      gravity: Double(words[2])!, enableWind: words[1] == "1", windPower: Double(words[3])!,
      turbulencePower: Double(words[4])!)
  }
}

/// Either environment, driven by either kind of action.
enum AnyLander: Replayable {
  case discrete(LunarLander)
  case continuous(LunarLanderContinuous)

  init(isContinuous: Bool, settings: LunarLanderSettings) {
    let (gravity, wind) = (settings.gravity, settings.enableWind)
    let (power, turbulence) = (settings.windPower, settings.turbulencePower)
    self =
      isContinuous
      ? .continuous(
        LunarLanderContinuous(
          gravity: gravity, enableWind: wind, windPower: power, turbulencePower: turbulence))
      : .discrete(
        LunarLander(
          gravity: gravity, enableWind: wind, windPower: power, turbulencePower: turbulence))
  }

  var core: LunarLanderCore {
    switch self {
    case .discrete(let lander): lander.core
    case .continuous(let lander): lander.core
    }
  }

  var generator: PCG64 { core.generator }

  mutating func reset(seed: UInt64? = nil) -> SIMD8<Float> {
    switch self {
    case .discrete(var lander):
      defer { self = .discrete(lander) }
      return lander.reset(seed: seed)
    case .continuous(var lander):
      defer { self = .continuous(lander) }
      return lander.reset(seed: seed)
    }
  }

  mutating func step(_ action: Recording.Action) -> Step<SIMD8<Float>> {
    switch (self, action) {
    case (.discrete(var lander), .discrete(let action)):
      defer { self = .discrete(lander) }
      return lander.step(action)
    case (.continuous(var lander), .continuous(let action)):
      defer { self = .continuous(lander) }
      return lander.step(action)
    default: preconditionFailure("The action is of the other kind.")
    }
  }
}
