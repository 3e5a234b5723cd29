import ReinforcementLearning
import Testing

@Suite struct ObservationVectorTests {
  @Test func scalarsKeepTheirOrder() {
    #expect(SIMD2<Float>(1, 2).scalars == [1, 2])
    #expect(SIMD3<Float>(1, 2, 3).scalars == [1, 2, 3])
    #expect(SIMD4<Float>(1, 2, 3, 4).scalars == [1, 2, 3, 4])
    #expect(SIMD8<Float>(1, 2, 3, 4, 5, 6, 7, 8).scalars == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(([1, 2, 3] as [Float]).scalars == [1, 2, 3])
    #expect(([] as [Float]).scalars == [])
  }

  @Test func aPairHasTheScalarsOfBoth() {
    let pair = ObservationPair(SIMD4<Float>(1, 2, 3, 4), SIMD2<Float>(5, 6))
    #expect(pair.observationCount == 6)
    #expect(pair.scalars == [1, 2, 3, 4, 5, 6])
    #expect(pair == ObservationPair(pair.first, SIMD2(5, 6)))
    #expect(pair != ObservationPair(pair.first, SIMD2(5, 7)))
    #expect(ObservationPair([7] as [Float], pair).scalars == [7, 1, 2, 3, 4, 5, 6])
  }

  @Test func writingFillsOneRowOnly() {
    var rows: [Float] = [0, 0, 0, 0]
    rows.withUnsafeMutableBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      SIMD2<Float>(7, 8).write(to: base + 1)
    }
    #expect(rows == [0, 7, 8, 0])
  }
}
