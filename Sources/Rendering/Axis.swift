#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The values that one side of a chart spans, and where they lie along it.
struct Axis: Sendable {
  let scale: AxisScale
  /// The ends of the axis: values, or their decimal logarithms on a logarithmic axis.
  let lower, upper: Double

  /// An axis from the least to the greatest of those `values` that can be drawn, or from 0 to 1
  /// (1 to 10 on a logarithmic axis) if none can, with room for `margin` of its length at both ends.
  init(_ scale: AxisScale, spanning values: some Sequence<Double>, margin: Double = 0) {
    var least = Double.infinity
    var greatest = -Double.infinity
    for value in values {
      let coordinate = Self.coordinate(of: value, on: scale)
      guard coordinate.isFinite else { continue }
      least = min(least, coordinate)
      greatest = max(greatest, coordinate)
    }
    if least > greatest { (least, greatest) = (0, 1) }
    (least, greatest) = Self.separated(least, greatest, on: scale)
    let room = (greatest - least) * margin
    self.scale = scale
    lower = least - room
    upper = greatest + room
  }

  /// The ends of an axis with some length and without overflow: near the greatest `Double`,
  /// differences are no longer finite, and of values that agree in nine digits, labels cannot show
  /// the difference.
  private static func separated(
    _ least: Double, _ greatest: Double, on scale: AxisScale
  ) -> (Double, Double) {
    let limit = scale == .linear ? 1e300 : 270
    let (low, high) = (max(-limit, min(least, limit)), max(-limit, min(greatest, limit)))
    let magnitude = max(low.magnitude, high.magnitude)
    guard high - low <= max(magnitude * 1e-9, 1e-300) else { return (low, high) }
    let half = scale == .logarithmic ? 0.5 : magnitude <= 1e-290 ? 1 : magnitude / 10
    return (low - half, high + half)
  }

  /// Where `value` lies: 0 at the lower end, 1 at the upper one; not finite if it cannot be drawn.
  ///
  /// Values far outside come to at most a hundred lengths away, because Cairo counts pixels in 24
  /// bits; the slope of a line that leads there is hardly another one.
  func position(of value: Double) -> Double {
    let coordinate = Self.coordinate(of: value, on: scale)
    guard coordinate.isFinite else { return .nan }
    // Halves, because the difference itself may overflow.
    let position = (coordinate / 2 - lower / 2) / (upper / 2 - lower / 2)
    return max(-100, min(position, 100))
  }

  /// `value` or its logarithm; not finite if it has no place on the axis.
  private static func coordinate(of value: Double, on scale: AxisScale) -> Double {
    switch scale {
    case .linear: value
    case .logarithmic: value > 0 ? log10(value) : .nan
    }
  }
}
