import RandomNumbers
import ReinforcementLearning
import Testing

@testable import TrainingCommands

@Suite struct EvaluationReportTests {
  /// Walks to the right if greedy, and to the left if not.
  private struct Walker: Agent {
    func act(on _: UnsafeBufferPointer<Float>, isGreedy: Bool, using _: inout PCG64) -> Int {
      isGreedy ? 1 : 0
    }
    func update(
      on _: [Episode<Int>], progress _: Double, using _: inout PCG64
    ) -> UpdateReport { UpdateReport(entropy: 0, gradientNorm: 0) }
    func policyGradient(of _: Episode<Int>, using _: inout PCG64) -> [Float] { [] }
  }

  @Test func tellsSampledFromGreedyActions() {
    let report = EvaluationReport(
      of: Walker(), in: TimeLimit(Corridor(), maxEpisodeSteps: 20), episodes: 8, seed: 3)
    #expect(report.sampled.lengths == Array(repeating: 20, count: 8))
    #expect(report.greedy.lengths.allSatisfy { (2...4).contains($0) })
    #expect(report.sampled.returns.allSatisfy { abs($0 + 2) < 1e-6 })

    let rows = report.table.description.split(separator: "\n")
    #expect(rows[2].hasPrefix("sampled        -2.00     0.00   -2.00  -2.00  -2.00        20.00"))
    #expect(report.json.members?.map(\.name) == ["episodes", "sampled", "greedy"])
    #expect(report.json.members?.first?.value == .integer(8))
  }

  @Test func startsBothFromTheSameStates() {
    struct Right: Agent {
      func act(on _: UnsafeBufferPointer<Float>, isGreedy: Bool, using _: inout PCG64) -> Int { 1 }
      func update(
        on _: [Episode<Int>], progress _: Double, using _: inout PCG64
      ) -> UpdateReport { UpdateReport(entropy: 0, gradientNorm: 0) }
      func policyGradient(of _: Episode<Int>, using _: inout PCG64) -> [Float] { [] }
    }
    let report = EvaluationReport(of: Right(), in: Corridor(), episodes: 20, seed: 3)
    #expect(report.sampled == report.greedy)
    #expect(Set(report.sampled.lengths).count > 1)
  }
}
