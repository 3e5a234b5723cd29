import RandomNumbers
import State

/// The course of an episode of a matching task: which step it is, and what sign is observed.
struct MatchingEpisode: Sendable {
  /// The steps that an episode lasts.
  let horizon: Int

  /// The sign that the next step's targets have, 1 or −1.
  private(set) var sign = 1

  // Negative before the first reset.
  private var stepCount = -1

  private var generator: PCG64?

  init(horizon: Int) {
    precondition(horizon > 0, "An episode must last a step at least; got \(horizon).")
    self.horizon = horizon
  }

  /// What an agent sees.
  var observation: [Float] { [Float(sign)] }

  mutating func reset(seed: UInt64?) {
    generator = PCG64(seed: seed, continuing: generator)
    stepCount = 0
    drawSign()
  }

  /// Goes on to the next step.
  ///
  /// - Returns: Whether the episode has ended.
  mutating func advance() -> Bool {
    precondition(stepCount >= 0, "Call reset before the first step.")
    stepCount += 1
    drawSign()
    return stepCount >= horizon
  }

  /// A single step has no state: its sign is always 1.
  private mutating func drawSign() {
    guard horizon > 1, var generator else { return }
    sign = 2 * generator.integers(0, 2) - 1
    self.generator = generator
  }
}

extension MatchingEpisode: Stateful {
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("sign", &sign, in: -1...1)
    try visitor.check(sign != 0, "sign is 0")
    try visitor.visit("steps", &stepCount, in: -1...Int.max)
    try visitor.visit("generator", &generator)
  }
}

/// −1/D [Σ e_d² + Σ e_d e_{d+1}] for D distances from targets.
///
/// - Parameters:
///   - count: D.
///   - distance: e_d at each d in 0 ..< D, asked in this order.
@inline(__always)
func chainReward(count: Int, distance: (Int) -> Double) -> Double {
  var (sum, previous) = (0.0, 0.0)
  for d in 0..<count {
    let distance = distance(d)
    sum += distance * (distance + previous)
    previous = distance
  }
  return -sum / Double(count)
}
