import Foundation
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Box2DEnvironments

/// An episode that Gymnasium played, of whatever environment; see `Fixtures/make_fixtures.py`.
struct Recording {
  enum Action {
    case discrete(Int)
    case continuous([Float])
  }

  struct Transition {
    let action: Action
    let observation: [Float]
    let reward: Double
  }

  /// What the environment was made with, as words.
  let settings: [String]
  let policy: String
  let seed: UInt64
  /// How the last step ended the episode.
  let isTerminated: Bool
  let isTruncated: Bool
  /// The generator after the last step.
  let generator: PCG64
  let firstObservation: [Float]
  let transitions: [Transition]

  /// Whether the episodes can be equal to the bit. They were recorded on x86-64 with glibc, whose
  /// sine and cosine others do not share, and where Box2D's library is built without fused
  /// operations; elsewhere the last bits may differ and trajectories part after touch-down.
  #if arch(x86_64) && canImport(Glibc)
    static let isExact = true
  #else
    static let isExact = false
  #endif

  /// The episodes in a file of `Fixtures` whose headers begin with so many settings.
  static func all(in file: String, settingCount: Int) -> [Recording] {
    var lines = fixtureLines(file)[...]
    var episodes: [Recording] = []
    while let header = lines.popFirst() {
      let fields = header.split(separator: " ").dropFirst().map(String.init)
      let first = lines.removeFirst()
      let rest = lines.prefix { !$0.hasPrefix("episode") }
      lines = lines.dropFirst(rest.count)
      episodes.append(
        Recording(
          settings: Array(fields.prefix(settingCount)),
          fields: Array(fields.dropFirst(settingCount)), first: first, rest: rest))
    }
    return episodes
  }

  private init(settings: [String], fields: [String], first: String, rest: ArraySlice<String>) {
    self.settings = settings
    policy = fields[0]
    seed = UInt64(fields[1])!
    isTerminated = fields[3] == "1"
    isTruncated = fields[4] == "1"
    generator = PCG64(
      state: UInt128(fields[5], radix: 16)!, increment: UInt128(fields[6], radix: 16)!,
      bufferedHalf: UInt32(fields[7]))
    firstObservation = floats(first)
    transitions = rest.map { line in
      let words = line.split(separator: " ").map(String.init)
      return Transition(
        action: words[0].count == 1 ? .discrete(Int(words[0])!) : .continuous(floats(words[0])),
        observation: floats(words[1]),
        reward: Double(bitPattern: UInt64(words[2], radix: 16)!))
    }
  }

  /// Plays the episode and compares all bits: observations, rewards, ends, and the generator
  /// afterwards. Reports the first step that differs.
  ///
  /// - Parameters:
  ///   - environment: An environment with the episode's settings.
  ///   - goesOn: Whether the episode was played on after its end, so that ends are not compared.
  ///   - prepare: What happens after the reset.
  func expectEqual<Environment: Replayable>(
    in environment: Environment, goesOn: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation,
    prepare: (inout Environment) throws -> Void = { _ in }
  ) throws {
    var environment = environment
    let name = "\(settings) \(policy) seed \(seed)"
    let first = environment.reset(seed: seed).scalars
    #expect(
      bits(first) == bits(firstObservation), "\(name), reset", sourceLocation: sourceLocation)
    try prepare(&environment)
    for (index, transition) in transitions.enumerated() {
      let step = environment.step(transition.action)
      let isSame =
        bits(step.observation.scalars) == bits(transition.observation)
        && step.reward.bitPattern == transition.reward.bitPattern
      let isLast = index == transitions.count - 1
      guard isSame, goesOn || step.isTerminated == (isLast && isTerminated) else {
        Issue.record(
          "\(name), step \(index): \(step), not \(transition)", sourceLocation: sourceLocation)
        break
      }
      #expect(!step.isTruncated && step.info.isEmpty, sourceLocation: sourceLocation)
    }
    #expect(environment.generator == generator, "\(name)", sourceLocation: sourceLocation)
  }
}

/// An environment that a recording can be played in.
protocol Replayable {
  associatedtype Observation: ObservationVector
  var generator: PCG64 { get }
  mutating func reset(seed: UInt64?) -> Observation
  mutating func step(_ action: Recording.Action) -> Step<Observation>
}

/// The lines of a file in `Fixtures`.
func fixtureLines(_ name: String) -> [String] {
  let url = Bundle.module.resourceURL!.appendingPathComponent("Fixtures/\(name)")
  let text = try! String(contentsOf: url, encoding: .utf8)
  return text.split(separator: "\n").map(String.init)
}

/// The bits of the scalars, which tell 0 from −0.
func bits(_ scalars: [Float]) -> [UInt32] {
  scalars.map(\.bitPattern)
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
