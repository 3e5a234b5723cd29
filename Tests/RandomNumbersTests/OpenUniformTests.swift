import Foundation
import RandomNumbers
import Testing

@Suite struct OpenUniformTests {
  @Test func endsAreNotReached() {
    var lowest = ConstantGenerator(word: 0)
    #expect(lowest.openUniform() == 0x1p-53)
    #expect(lowest.openUniformFloat() == 0x1p-24)
    var highest = ConstantGenerator(word: .max)
    #expect(highest.openUniform() == 1 - 0x1p-53)
    #expect(highest.openUniformFloat() == 1 - 0x1p-24)
  }

  @Test(arguments: ConstantGenerator.extremes)
  func logarithmsAreFinite(word: UInt64) {
    var generator = ConstantGenerator(word: word)
    let double = generator.openUniform()
    #expect(double > 0 && double < 1)
    #expect(log(double) < 0 && log1p(-double) < 0)
    #expect(log(double).isFinite && log1p(-double).isFinite)
    for float in generator.openUniforms(count: 3) + [generator.openUniformFloat()] {
      #expect(float > 0 && float < 1)
      #expect(log(float) < 0 && log1p(-float) < 0)
      #expect(log(float).isFinite && log1p(-float).isFinite)
    }
  }

  @Test func fillUsesBothHalvesLowFirst() {
    var generator = PCG64(seed: 8)
    let words = (0..<3).map { [generator = generator] index in
      var copy = generator
      return (0...index).reduce(UInt64(0)) { _, _ in copy.next() }
    }
    var expected: [Float] = []
    for word in words {
      for half in [word & 0xffff_ffff, word >> 32] {
        expected.append((Float(half >> 9) + 0.5) / 8_388_608)
      }
    }
    #expect(generator.openUniforms(count: 5) == Array(expected.prefix(5)))
    var afterwards = PCG64(seed: 8)
    for _ in 0..<3 { _ = afterwards.next() }
    #expect(generator == afterwards)
  }

  @Test func fillReachesEveryElement() {
    for count in 0..<6 {
      var generator = PCG64(seed: 2)
      let values = generator.openUniforms(count: count)
      #expect(values.count == count)
      #expect(values.allSatisfy { $0 > 0 })
    }
  }

  @Test func momentsAreThoseOfTheUniformDistribution() {
    var generator = PCG64(seed: 1)
    let doubles = (0..<20_000).map { _ in generator.openUniform() }
    let floats = generator.openUniforms(count: 20_000).map(Double.init)
    for sample in [doubles, floats] {
      #expect(abs(zScore(of: sample, mean: 0.5, variance: 1 / 12.0)) < 4)
      let squares = sample.map { $0 * $0 }
      #expect(abs(zScore(of: squares, mean: 1 / 3.0, variance: 4 / 45.0)) < 4)
    }
    // Neighbouring floats come from one draw; they must not be correlated.
    let centred = floats.map { $0 - 0.5 }
    let products = (0..<10_000).map { centred[2 * $0] * centred[2 * $0 + 1] }
    #expect(abs(zScore(of: products, mean: 0, variance: 1 / 144.0)) < 4)
  }

  @Test func negativeCountStops() async {
    await #expect(processExitsWith: .failure) {
      var generator = PCG64(seed: 1)
      _ = generator.openUniforms(count: -1)
    }
  }
}
