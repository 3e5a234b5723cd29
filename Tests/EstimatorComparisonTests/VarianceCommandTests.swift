import Testing

@testable import EstimatorComparison

@Suite struct VarianceCommandTests {
  private func entry(
    _ name: String, _ steps: Int, _ values: [Double], _ evaluations: Int
  ) -> VarianceMeasurement.Entry {
    VarianceMeasurement.Entry(
      estimator: name, isUnbiased: name != "concrete", exactSteps: steps, logVariances: values,
      evaluationCount: evaluations,
      estimateTime: .microseconds(2), adaptingTime: .microseconds(3))
  }

  @Test func tableHasAColumnForEachTheta() {
    let entries = [
      entry("relax", 0, [-3, -5], 1), entry("rloo", 0, [-2], 2), entry("relax", 9, [-6, -6], 1),
    ]
    let lines = "\(VarianceCommand.table(entries, exactSteps: [0, 9]))".split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[2].contains("-4.00±1.41") && lines[2].contains("-6.00±0.00"))
    #expect(lines[3].contains("-2.00") && lines[3].contains("–"))
  }

  @Test func rankingWeighsTheEvaluationsAndLeavesOutBiasedOnes() {
    let text = VarianceCommand.ranking(
      [entry("rloo", 0, [-2], 2), entry("concrete", 0, [-9], 1), entry("reinforce", 0, [-1.5], 1)],
      exactSteps: 0)
    #expect(text.hasSuffix("reinforce -1.50, rloo -1.31"))
  }
}
