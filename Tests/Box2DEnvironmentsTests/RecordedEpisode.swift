import Foundation
import RandomNumbers
import ReinforcementLearning

@testable import Box2DEnvironments

/// The beginning of an episode that Gymnasium played; see `Fixtures/make_fixtures.py`.
struct RecordedEpisode: CustomStringConvertible {
  enum Action {
    case discrete(Int)
    case continuous([Float])
  }

  struct Transition {
    let action: Action
    let observation: SIMD8<Float>
    let reward: Double
  }

  let settings: LunarLanderSettings
  let isContinuous: Bool
  let policy: String
  let seed: UInt64
  /// The length of the whole episode.
  let stepCount: Int
  /// The generator after the whole episode.
  let generator: PCG64
  let firstObservation: SIMD8<Float>
  /// The first 50 steps.
  let transitions: [Transition]

  var description: String {
    "\(isContinuous ? "continuous" : "discrete") \(policy) seed \(seed) wind \(settings.enableWind)"
  }

  /// Makes an environment with the episode's settings.
  func makeEnvironment() -> AnyLander {
    AnyLander(isContinuous: isContinuous, settings: settings)
  }

  static let all: [RecordedEpisode] = {
    var lines = fixtureLines("episodes.txt")[...]
    var episodes: [RecordedEpisode] = []
    while let header = lines.popFirst() {
      let fields = header.split(separator: " ").map(String.init)
      let first = lines.removeFirst()
      let rest = lines.prefix { !$0.hasPrefix("episode") }
      lines = lines.dropFirst(rest.count)
      episodes.append(RecordedEpisode(fields: fields, first: first, rest: rest))
    }
    return episodes
  }()

  private init(fields: [String], first: String, rest: ArraySlice<String>) {
    isContinuous = fields[1] == "continuous"
    settings = LunarLanderSettings(
      gravity: Double(fields[3])!, enableWind: fields[2] == "1", windPower: Double(fields[4])!,
      turbulencePower: Double(fields[5])!)
    policy = fields[6]
    seed = UInt64(fields[7])!
    stepCount = Int(fields[8])!
    generator = PCG64(
      state: UInt128(fields[9], radix: 16)!, increment: UInt128(fields[10], radix: 16)!,
      bufferedHalf: UInt32(fields[11]))
    firstObservation = SIMD8(floats(first))
    transitions = rest.map { line in
      let words = line.split(separator: " ").map(String.init)
      return Transition(
        action: words[0].count == 1 ? .discrete(Int(words[0])!) : .continuous(floats(words[0])),
        observation: SIMD8(floats(words[1])),
        reward: Double(bitPattern: UInt64(words[2], radix: 16)!))
    }
  }
}

/// Either environment, driven by either kind of action.
struct AnyLander {
  private let discrete: LunarLander?
  private let continuous: LunarLanderContinuous?

  init(isContinuous: Bool, settings: LunarLanderSettings) {
    let (gravity, wind) = (settings.gravity, settings.enableWind)
    let (power, turbulence) = (settings.windPower, settings.turbulencePower)
    discrete =
      isContinuous
      ? nil
      : LunarLander(
        gravity: gravity, enableWind: wind, windPower: power, turbulencePower: turbulence)
    continuous =
      isContinuous
      ? LunarLanderContinuous(
        gravity: gravity, enableWind: wind, windPower: power, turbulencePower: turbulence)
      : nil
  }

  var core: LunarLanderCore { discrete?.state ?? continuous!.state }

  func reset(seed: UInt64? = nil) -> SIMD8<Float> {
    discrete?.reset(seed: seed) ?? continuous!.reset(seed: seed)
  }

  func step(_ action: RecordedEpisode.Action) -> Step<SIMD8<Float>> {
    switch action {
    case .discrete(let action): discrete!.step(action)
    case .continuous(let action): continuous!.step(action)
    }
  }

  /// Takes a step without thrust.
  func coast() -> Step<SIMD8<Float>> {
    discrete?.step(0) ?? continuous!.step([0, 0])
  }
}

/// The lines of a file in `Fixtures`.
func fixtureLines(_ name: String) -> [String] {
  let url = Bundle.module.resourceURL!.appendingPathComponent("Fixtures/\(name)")
  let text = try! String(contentsOf: url, encoding: .utf8)
  return text.split(separator: "\n").map(String.init)
}

/// Floats from the hexadecimal digits of their bits, eight each.
private func floats(_ digits: String) -> [Float] {
  var rest = digits[...]
  var numbers: [Float] = []
  while !rest.isEmpty {
    numbers.append(Float(bitPattern: UInt32(rest.prefix(8), radix: 16)!))
    rest = rest.dropFirst(8)
  }
  return numbers
}
