/// An environment that can be seen.
///
/// An environment without a drawing is shown by its observations instead: see
/// `Drawing.init(observation:in:)`.
public protocol DrawableEnvironment: Environment {
  /// What there is to see now, or `nil` before the first reset.
  var drawing: Drawing? { get }

  /// How many steps to show in a second, as Gymnasium does, where it has the environment.
  var framesPerSecond: Int { get }
}

extension DrawableEnvironment {
  public var framesPerSecond: Int { 30 }
}

extension Drawing {
  /// An observation as a row of bars, for environments that do not draw themselves.
  ///
  /// A scalar with finite bounds reaches from the one to the other; one without is bent so that all
  /// numbers have room, with 1 at half the height. Of more than 300 scalars, neighbours share a bar,
  /// which shows the one furthest from 0.
  ///
  /// - Parameters:
  ///   - observation: The scalars; what is not a number counts as 0.
  ///   - space: Their bounds.
  public init(observation: [Float], in space: Box) {
    let most = 300
    let group = max(1, (observation.count + most - 1) / most)
    let heights = observation.indices.map { index in
      height(
        of: Double(observation[index]), low: Double(space.low[index]),
        high: Double(space.high[index]))
    }
    let bars = stride(from: 0, to: heights.count, by: group).map { start in
      heights[start..<min(start + group, heights.count)].max { abs($0) < abs($1) } ?? 0
    }
    self.init(x: 0...1.5, y: -0.5...0.5)
    let slot = 1.4 / Double(max(bars.count, 4))
    let left = (1.5 - slot * Double(bars.count)) / 2
    for (index, bar) in bars.enumerated() {
      let start = left + slot * (Double(index) + 0.1)
      let size = 0.35 * bar
      let width = start...(start + 0.8 * slot)
      fill(Drawing.rectangle(x: width, y: -0.35...0.35), color: Color(0xF0F0F0))
      fill(
        Drawing.rectangle(x: width, y: min(0, size)...max(0, size)),
        color: bar < 0 ? Color(0xE76300) : Color(0x3F90DA))
      if bars.count <= 40 {
        write(
          "\(index)", at: [start + 0.4 * slot, -0.42], height: min(0.04, 0.5 * slot),
          color: Color(0x777777))
      }
    }
    stroke([[0.03, 0], [1.47, 0]], color: Color(0x222222), width: 0.0025)
  }
}

/// How high the bar of a scalar is, from −1 to 1.
private func height(of value: Double, low: Double, high: Double) -> Double {
  guard value.isFinite else { return value == .infinity ? 1 : value == -.infinity ? -1 : 0 }
  let bound = max(abs(low), abs(high))
  guard bound.isFinite, bound > 0 else { return value / (1 + abs(value)) }
  return min(max(value / bound, -1), 1)
}
