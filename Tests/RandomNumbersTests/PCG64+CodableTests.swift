import Foundation
import RandomNumbers
import Testing

@Suite struct PCG64CodableTests {
  @Test func decodedGeneratorContinues() throws {
    var generator = PCG64(seed: 5)
    let fresh = try JSONDecoder().decode(PCG64.self, from: JSONEncoder().encode(generator))
    #expect(fresh == generator)
    _ = generator.nextUInt32()
    var decoded = try JSONDecoder().decode(PCG64.self, from: JSONEncoder().encode(generator))
    #expect(decoded == generator)
    #expect(decoded.bufferedHalf != nil)
    #expect(decoded.nextUInt32() == generator.nextUInt32())
  }

  @Test func numbersAreHexadecimal() throws {
    let text = #"{"state":"ff","increment":"1"}"#
    let generator = try JSONDecoder().decode(PCG64.self, from: Data(text.utf8))
    #expect(generator == PCG64(state: 255, increment: 1, bufferedHalf: nil))
  }

  @Test(arguments: [
    #"{"state":"ff","increment":"2"}"#,
    #"{"state":"xyz","increment":"1"}"#,
    #"{"state":"100000000000000000000000000000000","increment":"1"}"#,
    #"{"state":"ff","increment":"1","bufferedHalf":4294967296}"#,
    #"{"increment":"1"}"#,
  ])
  func damagedGeneratorIsRefused(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(PCG64.self, from: Data(text.utf8))
    }
  }
}
