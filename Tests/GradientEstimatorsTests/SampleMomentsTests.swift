import Autodiff
import RandomNumbers
import TestSupport
import Testing

@testable import GradientEstimators

@Suite struct SampleMomentsTests {
  private static let rows: [[Float]] = [[1, 5], [3, 5], [4, -1], [-2, 7], [0.5, 0]]
  private static let mean = [1.3, 3.2]
  /// Σ (x − mean)² / 4
  private static let variances = [5.45, 12.2]

  private static func tensor(_ rows: some Sequence<[Float]>) -> Tensor {
    let rows = Array(rows)
    return Tensor(rows.flatMap { $0 }, shape: [rows.count, 2])
  }

  private func expect(_ moments: SampleMoments, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(moments.count == 5, sourceLocation: sourceLocation)
    for i in 0..<2 {
      #expect(abs(moments.mean[i] - Self.mean[i]) < 1e-6, sourceLocation: sourceLocation)
      #expect(abs(moments.variances[i] - Self.variances[i]) < 1e-5, sourceLocation: sourceLocation)
      let error = (Self.variances[i] / 5).squareRoot()
      #expect(abs(moments.standardErrors[i] - error) < 1e-6, sourceLocation: sourceLocation)
    }
  }

  @Test func meanAndVariance() {
    var (together, oneByOne) = (SampleMoments(), SampleMoments())
    together.add(rows: Self.tensor(Self.rows))
    for row in Self.rows { oneByOne.add(row) }
    expect(together)
    expect(oneByOne)
  }

  @Test(arguments: 0...5)
  func partsAddUpToTheWhole(split: Int) {
    var (first, second) = (SampleMoments(), SampleMoments())
    first.add(rows: Self.tensor(Self.rows[..<split]))
    second.add(rows: Self.tensor(Self.rows[split...]))
    first.merge(second)
    expect(first)
    first.add(rows: .zeros([0, 2]))
    expect(first)
  }

  /// A spread of 1 at a distance of 10⁴, which Float32 resolves to a thousandth.
  @Test func largeOffsetDoesNotSwallowTheVariance() {
    var generator = PCG64(seed: 1)
    let values = (0..<4000).map { _ in 10_000 + Float(generator.standardNormal()) }
    var moments = SampleMoments()
    moments.add(rows: Tensor(values, shape: [4000, 1]))
    let exact = values.reduce(0.0) { $0 + Double($1) } / 4000
    #expect(abs(moments.mean[0] - exact) < 1e-4)
    #expect(abs(moments.variances[0] - 1) < 0.1)
    #expect(abs(moments.roundingErrors[0] - 0x1p-20 * 10_000) < 1e-4)
  }

  @Test func zScores() {
    var moments = SampleMoments()
    moments.add(rows: Self.tensor(Self.rows))
    let errors = moments.standardErrors
    let scores = moments.zScores(against: [Self.mean[0] - 2 * errors[0], Self.mean[1]])
    #expect(abs(scores[0] - 2) < 1e-5 && abs(scores[1]) < 1e-5)
    // An expectation that is an estimate adds its own error.
    let estimated = moments.zScores(
      against: [Self.mean[0] - 2 * errors[0], 0], errors: [errors[0], 0])
    #expect(abs(estimated[0] - 2.0.squareRoot()) < 1e-5)
    #expect(abs(estimated[1] - Self.mean[1] / errors[1]) < 1e-4)
  }

  /// Samples without variance: equal counts as equal, and different as very different.
  @Test func zScoresWithoutVariance() {
    var moments = SampleMoments()
    moments.add(rows: Tensor([0, 1, 0, 1, 0, 1], shape: [3, 2]))
    #expect(moments.zScores(against: [0, 1]) == [0, 0])
    #expect(moments.zScores(against: [1e-3, 1.001]).allSatisfy { abs($0) > 100 })
    #expect(abs(moments.zScores(against: [0, 1 + 1e-7])[1]) < 1)
  }

  @Test func notANumberStaysOne() {
    var moments = SampleMoments()
    moments.add(rows: Tensor([.nan, 1, 2, 3], shape: [2, 2]))
    let scores = moments.zScores(against: [0, 2])
    #expect(scores[0].isNaN && scores[1] == 0)
  }

  @Test func samplesOfAnotherWidthStopTheProgram() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var moments = SampleMoments()
      moments.add([1, 2])
      moments.add([1, 2, 3])
    }
    expectMessage("3 coordinates after 2", of: result)
  }
}
