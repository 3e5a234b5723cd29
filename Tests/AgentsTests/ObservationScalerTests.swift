import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Statistics
import TestSupport
import Testing

@testable import Agents

@Suite struct ObservationScalerTests {
  private let space = Box(low: [-2, -.infinity, 0, -3e38], high: [4, 9, 0.5, 3e38])

  private func row(_ scaler: ObservationScaler, _ observation: [Float]) -> [Float] {
    var result = [Float](repeating: .nan, count: scaler.width)
    observation.withUnsafeBufferPointer { observation in
      result.withUnsafeMutableBufferPointer {
        if let base = $0.baseAddress { scaler.apply(observation, to: base) }
      }
    }
    return result
  }

  @Test func noneLeavesObservationsAsTheyAre() {
    var scaler = ObservationScaler(.none, space: space)
    scaler.absorb([1, 2, 3, 4])
    #expect(scaler([5, -6, 7, 1e9]).values == [5, -6, 7, 1e9])
  }

  @Test func boundsDivideWhereTheyAreFinite() {
    var scaler = ObservationScaler(.bounds, space: space)
    scaler.absorb([1, 2, 3, 4])
    #expect(scaler([2, 9, 0.5, 7]).values == [0.5, 9, 1, 7])
    #expect(scaler([2, 9, 0.5, 7, -4, 0, 0, 0]).shape == [2, 4])
  }

  /// Whatever the lengths of the episodes that the observations came in.
  @Test func runningStatisticsAreMeanAndDeviation() {
    let observations = randomObservations(300, width: 4, seed: 1).map {
      zip($0, [(0, 1), (500, 3), (-2, 1e-3), (1e4, 1e3)] as [(Float, Float)]).map {
        $1.0 + $1.1 * $0
      }
    }
    var scaler = ObservationScaler(.running, space: space)
    for range in [0..<1, 1..<4, 4..<100, 100..<100, 100..<300] {
      scaler.absorb(observations[range].flatMap { $0 })
    }
    for i in 0..<4 {
      let column = observations.map { Double($0[i]) }
      let center = mean(column)
      let deviation = mean(column.map { ($0 - center) * ($0 - center) }).squareRoot()
      for observation in observations[..<10] {
        let expected = (Double(observation[i]) - center) / deviation
        #expect(abs(Double(scaler(observation).values[i]) - expected) < 1e-3)
      }
    }
  }

  /// Float32 cannot count beyond 2²⁴ by ones.
  @Test func statisticsGoOnAfterManyObservations() {
    var scaler = ObservationScaler(.running, space: Box(low: -1, high: 1, count: 1))
    let many = Float(1 << 24)
    scaler.visitParameters { name, parameter in
      if name == "count" || name == "squares" { parameter = Tensor([many]) }
    }
    for _ in 0..<20 { scaler.absorb([Float](repeating: 3, count: 100_000)) }
    let saved = Dictionary(
      uniqueKeysWithValues: scaler.namedParameters.map { ($0.name, $0.tensor.values[0]) })
    let (n, added) = (Double(many), 2e6)
    #expect(abs(Double(saved["count"] ?? 0) / (n + added) - 1) < 1e-6)
    #expect(abs(Double(saved["offset"] ?? 0) / (3 * added / (n + added)) - 1) < 1e-4)
    let squares = n + 9 * n * added / (n + added)
    #expect(abs(Double(saved["squares"] ?? 0) / squares - 1) < 1e-4)
  }

  @Test func runningInputsAreCutOff() {
    var scaler = ObservationScaler(.running, space: Box(low: -1, high: 1, count: 1))
    scaler.absorb([-1, 1])
    #expect(scaler([-100, 0.5, 100]).values == [-10, 0.5, 10])
    // A coordinate that has never changed has no unit.
    var constant = ObservationScaler(.running, space: Box(low: -1, high: 1, count: 1))
    constant.absorb([3, 3])
    #expect(constant([3, 4]).values == [0, 10])
  }

  @Test(arguments: ObservationScaling.allCases)
  func rowsEqualBatches(scaling: ObservationScaling) {
    var scaler = ObservationScaler(scaling, space: space)
    scaler.absorb(randomObservations(20, width: 4, seed: 2).flatMap { $0 })
    let some = randomObservations(5, width: 4, seed: 3)
    #expect(some.flatMap { row(scaler, $0) } == scaler(some.flatMap { $0 }).values)
  }

  @Test func brokenRowsStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = ObservationScaler(.none, space: Box(low: -1, high: 1, count: 4))([1, 2, 3, 4, 5])
    }
    expectMessage("5 values are not rows of 4", of: result)
    await #expect(processExitsWith: .failure) {
      var scaler = ObservationScaler(.running, space: Box(low: -1, high: 1, count: 4))
      scaler.absorb([1, 2, 3])
    }
  }
}
