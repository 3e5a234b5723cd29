import Testing

@testable import RandomNumbers

@Suite struct PCG64ZigguratTests {
  @Test func normalNumbersMatchNumPy() throws {
    for normal in try NumPyFixture.shared.get().normals {
      var generator = PCG64(seed: normal.seed)
      let values = (0..<normal.count).map { _ in generator.zigguratNormal() }
      #expect(Array(values.prefix(16)) == normal.first)
      #expect(values.filter { abs($0) > 3.6541528853610088 } == normal.tail)
      #expect(values.reduce(0) { $0 ^ $1.bitPattern } == normal.bits)
      #expect(try generator == normal.end.generator())
    }
  }

  @Test func theHeldHalfStays() {
    var generator = PCG64(seed: 3)
    _ = generator.nextUInt32()
    let half = generator.bufferedHalf
    _ = generator.zigguratNormal()
    #expect(half != nil && generator.bufferedHalf == half)
  }
}
