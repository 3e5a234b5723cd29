import Foundation
import RandomNumbers
import ReinforcementLearning

@testable import Box2DEnvironments

/// An episode that Gymnasium played; see `Fixtures/make_fixtures.py`.
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
  /// How the last step ended the episode.
  let isTerminated: Bool
  let isTruncated: Bool
  /// The generator after the last step.
  let generator: PCG64
  let firstObservation: SIMD8<Float>
  let transitions: [Transition]

  /// Whether the episodes can be equal to the bit. They were recorded on x86-64 with glibc, whose
  /// sine and cosine others do not share, and where Box2D's library is built without fused
  /// operations; elsewhere the last bits may differ and trajectories part after touch-down.
  #if arch(x86_64) && canImport(Glibc)
    static let isExact = true
  #else
    static let isExact = false
  #endif

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
    isTerminated = fields[9] == "1"
    isTruncated = fields[10] == "1"
    generator = PCG64(
      state: UInt128(fields[11], radix: 16)!, increment: UInt128(fields[12], radix: 16)!,
      bufferedHalf: UInt32(fields[13]))
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
enum AnyLander {
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

  mutating func step(_ action: RecordedEpisode.Action) -> Step<SIMD8<Float>> {
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
