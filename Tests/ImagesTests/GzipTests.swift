import Foundation
import Testing

@testable import Images

@Suite struct GzipTests {
  private let text = Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })

  private func problem(of data: Data, atMost limit: Int = 10_000) -> String {
    let damage = #expect(throws: Gzip.Damage.self) {
      _ = try Gzip.decompress(data, atMost: limit)
    }
    return damage?.problem ?? ""
  }

  @Test func decompressesWhatWasCompressed() throws {
    for data in [text, Data(), Data([7]), Data(count: 100_000)] {
      let compressed = gzip(data)
      #expect(Gzip.isCompressed(compressed))
      #expect(try Gzip.decompress(compressed, atMost: data.count + 1) == Array(data))
    }
    #expect(!Gzip.isCompressed(text) && !Gzip.isCompressed(Data([0x1F])))
  }

  @Test func stopsAtTheLimit() throws {
    let compressed = gzip(text)
    for limit in [1, 2, 4999, 5000, 5001, 1_000_000] {
      #expect(try Gzip.decompress(compressed, atMost: limit) == Array(text.prefix(limit)))
    }
    // A bomb of 20 kB that stands for 20 MB.
    let bomb = gzip(Data(count: 20_000_000))
    #expect(bomb.count < 25_000)
    #expect(try Gzip.decompress(bomb, atMost: 100).count == 100)
  }

  @Test func readsMembersInARow() throws {
    let parts = gzip(text) + gzip(Data()) + gzip(Data([1, 2, 3]))
    #expect(try Gzip.decompress(parts, atMost: 9999) == Array(text) + [1, 2, 3])
  }

  @Test func refusesDamage() {
    let compressed = gzip(text)
    var wrongSum = compressed
    wrongSum[wrongSum.count - 8] ^= 1
    #expect(problem(of: wrongSum) == "has damaged gzip data (incorrect data check)")
    for count in [2, 9, 10, 11, compressed.count / 2, compressed.count - 1] {
      #expect(problem(of: compressed.prefix(count)) == "is cut short: its gzip data has no end")
    }
    #expect(
      problem(of: compressed + [0, 0]) == "has other bytes after the end of its gzip data")
    #expect(problem(of: compressed + [0x1F, 0x8C]).hasPrefix("has damaged gzip data"))
  }
}
