#if MuJoCo
  import Foundation
  import ReinforcementLearning
  import Testing

  /// An episode of Gymnasium from a file that `Fixtures/generate.py` wrote, which tells what the
  /// fields mean.
  struct RecordedEpisode: Decodable {
    var seed: UInt64
    var scale: Double
    var actions: Data
    var observations: Data
    var rewards: Data
    var terminated: [Int]
    var next: Data

    /// The episodes of `Fixtures/<name>.json`.
    static func all(in name: String) throws -> [RecordedEpisode] {
      let url = try #require(
        Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
      return try JSONDecoder().decode([RecordedEpisode].self, from: Data(contentsOf: url))
    }

    /// Takes the recorded actions and expects what was recorded, within 10⁻¹⁰.
    func expectReplay(in environment: some TestedEnvironment) {
      var environment = environment
      var floats = environment.reset(seed: seed)
      var replayed = environment.exactObservation
      var rewards: [Double] = []
      var terminated: [Int] = []
      let all = numbers(in: actions, of: Float.self)
      let count = environment.actionSpace.count
      for index in 0..<all.count / count {
        let step = environment.step(Array(all[index * count..<(index + 1) * count]))
        floats += step.observation
        replayed += environment.exactObservation
        rewards.append(step.reward)
        if step.isTerminated { terminated.append(index) }
        #expect(!step.isTruncated)
      }
      let name = "\(type(of: environment)), seed \(seed)"
      let observationError = deviation(of: replayed, from: observations)
      let rewardError = deviation(of: rewards, from: self.rewards)
      #expect(observationError <= 1e-10, "observations, \(name)")
      #expect(rewardError <= 1e-10, "rewards, \(name)")
      #expect(terminated == self.terminated, "\(name)")
      #expect(floats == replayed.map { Float($0) }, "\(name)")
      _ = environment.reset()
      #expect(deviation(of: environment.exactObservation, from: next) <= 1e-10, "\(name)")
      if ProcessInfo.processInfo.environment["SWIFT_RELAX_DEVIATIONS"] != nil {
        print("\(name): observations \(observationError), rewards \(rewardError)")
      }
    }
  }

  /// The largest difference to recorded numbers; infinite where their count differs.
  private func deviation(of values: [Double], from recorded: Data) -> Double {
    let expected = numbers(in: recorded, of: Double.self)
    guard values.count == expected.count else { return .infinity }
    // A number that is none must not pass for a small one.
    return zip(values, expected).map { abs($0 - $1) }.reduce(0) { $1 > $0 || $1.isNaN ? $1 : $0 }
  }

  private func numbers<Number: BitwiseCopyable>(in data: Data, of type: Number.Type) -> [Number] {
    data.withUnsafeBytes { bytes in
      (0..<bytes.count / MemoryLayout<Number>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: type)
      }
    }
  }
#endif
