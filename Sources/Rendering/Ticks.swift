import Statistics

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The marked values of an axis with their labels.
struct Ticks: Equatable {
  /// A marked value.
  struct Tick: Equatable {
    let value: Double
    let label: String
  }

  var ticks: [Tick] = []
  /// The labels are to be multiplied by this power of ten.
  var exponent = 0

  /// The factor that belongs to the axis's label: ` (×10³)`, or nothing.
  var factor: String { exponent == 0 ? "" : " (×\(powerOfTen(exponent)))" }
}

extension Axis {
  /// The most ticks of an axis.
  static let mostTicks = 7

  /// The densest set of ticks whose labels do not overlap, without those whose labels would leave
  /// the room; none if no set fits.
  ///
  /// - Parameters:
  ///   - length: The axis's length in pixels.
  ///   - gap: How much lies between two labels at least.
  ///   - overhang: How far a label may reach beyond the ends of the axis.
  ///   - extent: How much of the axis's direction a label takes.
  func ticks(
    length: Double, gap: Double, overhang: Double, extent: (String) -> Double
  ) -> Ticks {
    for var candidate in candidates {
      func reach(_ tick: Ticks.Tick) -> (start: Double, end: Double) {
        let (center, half) = (position(of: tick.value) * length, extent(tick.label) / 2)
        return (center - half, center + half)
      }
      candidate.ticks.removeAll { tick in
        reach(tick).start < -overhang || reach(tick).end > length + overhang
      }
      let areApart = zip(candidate.ticks, candidate.ticks.dropFirst()).allSatisfy { tick, next in
        reach(tick).end + gap <= reach(next).start
      }
      if areApart, !candidate.ticks.isEmpty { return candidate }
    }
    return Ticks()
  }

  /// Where a logarithmic axis has marks without labels: at 2, 3, …, 9 times each power of ten, if
  /// these are few.
  var minorTicks: [Double] {
    guard scale == .logarithmic, upper - lower <= 8 else { return [] }
    let decades = Int(lower.rounded(.down))...Int(upper.rounded(.up))
    return decades.flatMap { decade in (2...9).map { Double($0) * pow(10, Double(decade)) } }
      .filter(contains)
  }

  /// Sets of ticks, from dense to sparse.
  private var candidates: [Ticks] {
    let counts = (1...Self.mostTicks).reversed()
    if scale == .linear { return counts.map { linearTicks(from: lower, to: upper, atMost: $0) } }
    guard upper - lower < 2 else { return logarithmicTicks }
    // Over so few powers of ten, equal steps do as well.
    return logarithmicTicks
      + counts.map { linearTicks(from: pow(10, lower), to: pow(10, upper), atMost: $0) }
  }

  private func contains(_ value: Double) -> Bool {
    (0...1).contains(position(of: value))
  }

  // MARK: Linear

  /// The multiples of the least of the steps …, 1, 2, 5, 10, 20, … of which at most `count` lie
  /// between `low` and `high`.
  private func linearTicks(from low: Double, to high: Double, atMost count: Int) -> Ticks {
    // A step too small; the loop raises it.
    var exponent = Int(log10((high - low) / Double(count)).rounded(.down)) - 1
    while true {
      for mantissa in [1.0, 2, 5] {
        let step = scaled(mantissa, exponent)
        let multiples = stride(
          from: (low / step).rounded(.down), through: (high / step).rounded(.up), by: 1)
        let factors = multiples.map { $0 * mantissa }
          .filter { (low...high).contains(scaled($0, exponent)) }
        if factors.count <= count { return labeled(factors, exponent) }
      }
      exponent += 1
    }
  }

  /// Ticks at `factors` × 10^`exponent`.
  private func labeled(_ factors: [Double], _ exponent: Int) -> Ticks {
    let greatest = factors.map { scaled($0, exponent).magnitude }.max() ?? 0
    var common = 0
    if greatest >= 1e5 || (greatest > 0 && greatest < 1e-3) {
      common = 3 * Int((log10(greatest) / 3).rounded(.down))
    }
    let decimals = min(max(0, common - exponent), 15)
    let ticks = factors.map { factor in
      let number = Format.fixed(scaled(factor, exponent - common), decimals: decimals)
      return Ticks.Tick(
        value: scaled(factor, exponent), label: number.replacing("-", with: "−", maxReplacements: 1)
      )
    }
    return Ticks(ticks: ticks, exponent: common)
  }

  // MARK: Logarithmic

  /// At 1, 2 and 5 times each power of ten, if these are few; then at each power of ten, at every
  /// second one, and so on. Only sets of two ticks and more.
  private var logarithmicTicks: [Ticks] {
    let decades = Int(lower.rounded(.down))...Int(upper.rounded(.up))
    let dense = [[1, 2, 5], [1, 3]].map { (mantissas: $0, stride: 1) }
    let sparse = [1, 2, 3, 5, 10, 20, 50, 100, 200].map { (mantissas: [1], stride: $0) }
    return (dense + sparse).compactMap { mantissas, stride in
      let set = decades.filter { $0.isMultiple(of: stride) }.flatMap { decade in
        mantissas.map { (mantissa: $0, decade: decade) }
          .filter { contains(scaled(Double($0.mantissa), $0.decade)) }
      }
      guard (2...Self.mostTicks).contains(set.count) else { return nil }
      let isPlain = set.allSatisfy { (-3...4).contains($0.decade) }
      return Ticks(
        ticks: set.map { mantissa, decade in
          let value = scaled(Double(mantissa), decade)
          let label =
            isPlain
            ? Format.fixed(value, decimals: max(0, -decade))
            : (mantissa == 1 ? "" : "\(mantissa)·") + powerOfTen(decade)
          return Ticks.Tick(value: value, label: label)
        })
    }
  }
}

/// `factor` × 10^`exponent`, rounded once where the power is a `Double`: 3 × 10^−1 is 0.3.
private func scaled(_ factor: Double, _ exponent: Int) -> Double {
  exponent < 0 ? factor / pow(10, Double(-exponent)) : factor * pow(10, Double(exponent))
}

/// The power in superscript: `10⁻³`.
private func powerOfTen(_ exponent: Int) -> String {
  let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
  let superscript = "\(exponent.magnitude)".compactMap(\.wholeNumberValue).map { digits[$0] }
  return "10" + (exponent < 0 ? "⁻" : "") + String(superscript)
}
