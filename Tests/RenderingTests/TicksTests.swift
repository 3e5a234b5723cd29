import Testing

@testable import Rendering

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct TicksTests {
  /// The ticks of an axis so long that all labels fit.
  private func ticks(_ scale: AxisScale, _ low: Double, _ high: Double) -> Ticks {
    Axis(scale, spanning: [low, high])
      .ticks(length: 1000, gap: 1, overhang: 100, extent: { _ in 1 })
  }

  private func labels(_ scale: AxisScale, _ low: Double, _ high: Double) -> [String] {
    ticks(scale, low, high).ticks.map(\.label)
  }

  @Test func linearTicksAreNice() {
    for exponent in [-290, -12, -4, -1, 0, 1, 3, 7, 100, 290] {
      for low in [-9.9, -3.3, -1, -0.07, 0, 0.2, 1, 4.7, 88] {
        for span in [0.013, 0.1, 0.77, 1, 2.5, 3, 9.99, 42] {
          let unit = pow(10, Double(exponent))
          let (low, high) = (low * unit, (low + span) * unit)
          let values = ticks(.linear, low, high).ticks.map(\.value)
          #expect((2...Axis.mostTicks).contains(values.count), "\(low)...\(high): \(values)")
          #expect(values.allSatisfy { (low...high).contains($0) }, "\(low)...\(high): \(values)")

          let step = (values.last! - values.first!) / Double(values.count - 1)
          let mantissa = step / pow(10, log10(step * 1.000001).rounded(.down))
          #expect([1, 2, 5].contains { abs($0 - mantissa) < 1e-6 }, "step \(step)")
          for value in values {
            let multiple = value / step
            #expect(abs(multiple - multiple.rounded()) < 1e-6, "\(value) is no multiple of \(step)")
          }
          for (value, next) in zip(values, values.dropFirst()) {
            #expect(abs(next - value - step) < step * 1e-6)
          }
        }
      }
    }
  }

  @Test func labelsSayTheValues() {
    #expect(labels(.linear, 0, 0.3) == ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"])
    #expect(labels(.linear, -30, 30) == ["−30", "−20", "−10", "0", "10", "20", "30"])
    #expect(labels(.linear, 0, 500) == ["0", "100", "200", "300", "400", "500"])
  }

  @Test func longNumbersShareAFactor() {
    #expect(labels(.linear, 0, 1_000_000) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(ticks(.linear, 0, 200_000).factor == " (×10³)")
    #expect(labels(.linear, 0, 200_000) == ["0", "50", "100", "150", "200"])
    #expect(ticks(.linear, 0, 4e-6).factor == " (×10⁻⁶)")
    #expect(labels(.linear, 0, 4e-6) == ["0", "1", "2", "3", "4"])
    #expect(ticks(.linear, 0, 50_000).factor.isEmpty)
  }

  @Test func logarithmicTicksArePowersOfTen() {
    #expect(
      labels(.logarithmic, 0.001, 1000) == [
        "0.001", "0.01", "0.1", "1", "10", "100", "1000",
      ])
    #expect(labels(.logarithmic, 1, 100) == ["1", "2", "5", "10", "20", "50", "100"])
    #expect(labels(.logarithmic, 1e-6, 1e3) == ["10⁻⁶", "10⁻⁴", "10⁻²", "10⁰", "10²"])
    // Too few powers of ten.
    #expect(labels(.logarithmic, 41, 47) == ["41", "42", "43", "44", "45", "46", "47"])
    for high in [1.5, 7, 30, 1e3, 1e8, 1e40, 1e250] {
      let values = ticks(.logarithmic, 1, high).ticks.map(\.value)
      #expect((2...Axis.mostTicks).contains(values.count), "1...\(high): \(values)")
      #expect(values.allSatisfy { (1...high).contains($0) })
    }
  }

  @Test func labelsNeverOverlap() {
    for length in [20.0, 60, 150, 400] {
      for (low, high) in [(0.0, 1.0), (-1e-7, 1e-7), (1e6, 1e6 + 3), (-12_345, 54_321)] {
        let axis = Axis(.linear, spanning: [low, high])
        let extent = { (label: String) in Double(label.count) * 7 }
        let ticks = axis.ticks(length: length, gap: 10, overhang: 18, extent: extent).ticks
        var end = -18.0 - 10
        for tick in ticks {
          let center = axis.position(of: tick.value) * length
          #expect(center - extent(tick.label) / 2 >= end + 10 - 1e-9)
          end = center + extent(tick.label) / 2
        }
        #expect(end <= length + 18)
        #expect(length < 150 || !ticks.isEmpty)
      }
    }
    let crowded = Axis(.linear, spanning: [0, 1])
    #expect(crowded.ticks(length: 10, gap: 1, overhang: 0, extent: { _ in 50 }) == Ticks())
  }

  @Test func logarithmicAxesHaveMinorTicks() {
    let axis = Axis(.logarithmic, spanning: [5, 30])
    #expect(axis.minorTicks == [5, 6, 7, 8, 9, 20, 30])
    #expect(Axis(.logarithmic, spanning: [1e-100, 1]).minorTicks.isEmpty)
    #expect(Axis(.linear, spanning: [5, 30]).minorTicks.isEmpty)
  }
}
