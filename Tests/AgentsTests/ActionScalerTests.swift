import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

@Suite struct ActionScalerTests {
  private let space = Box(low: [-2, 0.1, 5], high: [2, 0.7, 5])

  @Test func mapsTheEndsToTheBounds() {
    let scaler = ActionScaler(space)
    #expect(scaler.width == 3)
    #expect(scaler.scaled([-1, -1, -1]) == space.low)
    #expect(scaler.scaled([1, 1, 1]) == space.high)
    #expect(scaler.scaled([-7, 7, 7]) == [-2, 0.7, 5])
    #expect(scaler.scaled([0.5, 0, 0])[0] == 1)
    #expect(abs(scaler.scaled([0.5, 0, 0])[1] - 0.4) < 1e-6)
  }

  @Test func normalizedIsTheInverse() {
    let scaler = ActionScaler(space)
    for action: [Float] in [[-1, -1, 0], [0.25, -0.5, 0], [1, 1, 0]] {
      let back = scaler.normalized(scaler.scaled(action))
      #expect(zip(back, action).allSatisfy { abs($0 - $1) < 1e-6 }, "\(action) became \(back)")
    }
    #expect(scaler.normalized([9, 9, 9]) == [1, 1, 0])
  }

  /// Rounding leads to no action that the environment refuses.
  @Test func staysInTheSpace() {
    let odd = Box(low: [-0.3, 0.1], high: [0.7, 0.2])
    let scaler = ActionScaler(odd)
    var generator = PCG64(seed: 1)
    for _ in 0..<1000 { #expect(odd.contains(scaler.uniform(using: &generator))) }
    #expect(odd.contains(scaler.scaled([1, 1])) && odd.contains(scaler.scaled([-1, -1])))
  }

  @Test func uniformActionsFillTheSpace() {
    let scaler = ActionScaler(space)
    var generator = PCG64(seed: 2)
    let draws = (0..<2000).map { _ in scaler.uniform(using: &generator)[0] }
    // The mean has a standard deviation of 0.026.
    #expect(abs(draws.reduce(0, +) / 2000) < 0.12)
    #expect(draws.min() ?? 0 < -1.95 && draws.max() ?? 0 > 1.95)
  }
}
