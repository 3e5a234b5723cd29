import Autodiff
import GradientEstimators
import RandomNumbers
import Statistics
import Testing

@Suite struct SampleMomentsTensorTests {
  private static let rows: [[Float]] = [[1, 5], [3, 5], [4, -1], [-2, 7], [0.5, 0]]

  private static func tensor(_ rows: some Sequence<[Float]>) -> Tensor {
    let rows = Array(rows)
    return Tensor(rows.flatMap { $0 }, shape: [rows.count, 2])
  }

  @Test(arguments: 0...5)
  func equalsOneByOne(split: Int) {
    var (together, oneByOne) = (SampleMoments(), SampleMoments())
    together.add(rows: Self.tensor(Self.rows[..<split]))
    together.add(rows: Self.tensor(Self.rows[split...]))
    for row in Self.rows { oneByOne.add(row) }
    #expect(together.count == 5)
    for i in 0..<2 {
      #expect(abs(together.mean[i] - oneByOne.mean[i]) < 1e-6)
      #expect(abs(together.variances[i] - oneByOne.variances[i]) < 1e-5)
    }
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

  @Test func notANumberStaysOne() {
    var moments = SampleMoments()
    moments.add(rows: Tensor([.nan, 1, 2, 3], shape: [2, 2]))
    let scores = moments.zScores(against: [0, 2])
    #expect(scores[0].isNaN && scores[1] == 0)
    #expect(moments.logTrace.isNaN && moments.constantCoordinates == 0)
  }

  /// Squares of the samples are outside the range of `Float`.
  @Test(arguments: [1e25, 1e-25] as [Float])
  func largeAndSmallSamples(size: Float) {
    var (together, oneByOne) = (SampleMoments(), SampleMoments())
    together.add(rows: size * Self.tensor(Self.rows))
    for row in Self.rows { oneByOne.add(row.map { size * $0 }) }
    #expect(together.constantCoordinates == 0)
    #expect(abs(together.logTrace - oneByOne.logTrace) < 1e-6)
  }
}
