import Files
import Foundation
import Testing

/// Thousands of damaged files from a fixed seed: none may crash the reader, and what it accepts must
/// be consistent by the judgement of another JSON reader.
@Suite struct SafetensorsFuzzTests {
  /// Whether the reader accepted `data`; records an issue if it should not have.
  private func isAccepted(_ data: Data) throws -> Bool {
    guard let contents = try? Safetensors(decoding: data, from: "fuzz") else { return false }
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    var header = try #require(
      JSONSerialization.jsonObject(with: data.dropFirst(8).prefix(length)) as? [String: Any])
    let metadata = header.removeValue(forKey: "__metadata__") as? [String: String] ?? [:]
    #expect(metadata == contents.metadata)
    #expect(header.count == contents.arrays.count)

    var ranges: [Range<Int>] = []
    for array in contents.arrays {
      let entry = try #require(header[array.name] as? [String: Any])
      let offsets = try #require(entry["data_offsets"] as? [Int])
      #expect(entry["shape"] as? [Int] == array.shape)
      let size = try #require(["F32": 4, "F64": 8, "I64": 8][entry["dtype"] as? String ?? ""])
      #expect(array.elements.count * size == offsets[1] - offsets[0])
      #expect(array.shape.reduce(1, *) == array.elements.count)
      ranges.append(offsets[0]..<offsets[1])
    }
    ranges.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    #expect(ranges.map(\.upperBound).last ?? 0 == data.count - 8 - length)
    for (range, next) in zip(ranges, ranges.dropFirst()) {
      #expect(range.upperBound == next.lowerBound)
    }

    let again = try Safetensors(decoding: contents.encoded(), from: "again")
    #expect(again.encoded() == contents.encoded())
    return true
  }

  @Test func randomBytes() throws {
    var generator = SplitMix64(state: 1)
    for _ in 0..<2000 {
      var data = Data(
        (0..<Int.random(in: 0...80, using: &generator)).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        })
      if data.count > 12, Bool.random(using: &generator) {
        // A plausible length and beginning lead further into the reader.
        data.replaceSubrange(0..<8, with: [UInt8(data.count - 8), 0, 0, 0, 0, 0, 0, 0])
        data.replaceSubrange(8..<10, with: Data("{\"".utf8))
      }
      #expect(try !isAccepted(data))
    }
  }

  @Test func mutatedFiles() throws {
    let file = try referenceFile()
    let alphabet = Array("0123456789-+.eE{}[]\",:\\u \n\0\u{7f}".utf8)
    var generator = SplitMix64(state: 2)
    var accepted = 0
    for _ in 0..<4000 {
      var bytes = Array(file)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, index + Int.random(in: 1...9, using: &generator))
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[index] = alphabet.randomElement(using: &generator) ?? 0
        case 2: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: index)
        case 3: bytes.removeSubrange(index..<end)
        default: bytes.insert(contentsOf: bytes[index..<end], at: index)
        }
      }
      accepted += try isAccepted(Data(bytes)) ? 1 : 0
    }
    // Changes of values, names and metadata are legitimate files.
    #expect(accepted > 100 && accepted < 2000)
  }

  @Test func randomLayouts() throws {
    var generator = SplitMix64(state: 3)
    var accepted = 0
    for _ in 0..<2000 {
      var entries: [String] = []
      var end = 0
      for name in ["a", "b", "c"].shuffled(using: &generator) {
        let shape = [0, 1, 2, 3].shuffled(using: &generator).prefix(2)
        let dtype = ["F32", "F64", "I64"].randomElement(using: &generator) ?? "F32"
        var range = [end, end + (dtype == "F32" ? 4 : 8) * shape.reduce(1, *)]
        end = range[1]
        let shift = 4 * Int.random(in: -1...1, using: &generator)
        switch Int.random(in: 0..<16, using: &generator) {
        case 0: range[0] += shift
        case 1: range[1] += shift
        case 2: range = range.map { $0 + shift }
        default: break
        }
        entries.append(
          "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(Array(shape)),\"data_offsets\":\(range)}"
        )
      }
      let header = Data("{\(entries.shuffled(using: &generator).joined(separator: ","))}".utf8)
      let length = [UInt8(header.count & 255), UInt8(header.count >> 8), 0, 0, 0, 0, 0, 0]
      accepted += try isAccepted(Data(length) + header + Data(count: end)) ? 1 : 0
    }
    #expect(accepted > 500 && accepted < 1900)
  }
}
