import Files
import Foundation
import Testing

@Suite struct SafetensorsTests {
  /// A file with this header and as many zero bytes of data.
  private func file(_ header: String, dataCount: Int, length: UInt64? = nil) -> Data {
    var data = Data()
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) {
      data.append(contentsOf: $0)
    }
    return data + Data(header.utf8) + Data(count: dataCount)
  }

  /// What make_reference.py wrote.
  private let referenceContents = Safetensors(
    arrays: [
      NamedArray(
        name: "policy.0.weight", shape: [2, 3],
        values: [-0.25, -0.125, 0, 0.125, 0.25, 0.375]),
      NamedArray(
        name: "policy.0.bias", shape: [3], values: [.leastNonzeroMagnitude, -0.0, .infinity]),
      NamedArray(name: "log_scale", shape: [], values: [0.1]),
      NamedArray(name: "empty", shape: [0, 4], values: []),
      NamedArray(name: "θ \"quoted\" \\ \n\u{1} 🚀", shape: [1, 1], values: [-3.5]),
    ],
    metadata: ["architecture": #"{"hidden":[64,64],"name":"wärme"# + "\t" + #"€"}"#])

  @Test func readsWhatTheReferenceImplementationWrote() throws {
    #expect(try Safetensors(decoding: referenceFile(), from: "r") == referenceContents)
  }

  @Test func writesTheBytesOfTheReferenceImplementation() throws {
    #expect(try referenceContents.encoded() == referenceFile())
  }

  @Test func bytesDoNotDependOnTheOrderGiven() {
    let shuffled = Safetensors(
      arrays: referenceContents.arrays.reversed(), metadata: referenceContents.metadata)
    #expect(shuffled.encoded() == referenceContents.encoded())
    #expect(shuffled.arrays.map(\.name) == referenceContents.arrays.map(\.name))
    let metadata = Dictionary(uniqueKeysWithValues: (0..<50).map { ("key\($0)", "\($0)") })
    let reversed = Dictionary(uniqueKeysWithValues: metadata.reversed())
    #expect(
      Safetensors(arrays: [], metadata: metadata).encoded()
        == Safetensors(arrays: [], metadata: reversed).encoded())
  }

  @Test func everyBitOfAValueSurvives() throws {
    let floats: [UInt32] = [0x7FC0_0001, 0xFFC1_2345, 0x0000_0001, 0x8000_0000, 0x7F7F_FFFF]
    let doubles: [UInt64] = [
      0x7FF8_0000_0000_0001, 0xFFF0_0000_0000_0000, 1, 1 << 63, 0x3FD5_5555_5555_5555,
    ]
    let integers = [Int.min, -1, 0, 1 << 53 + 1, .max]
    let file = Safetensors(arrays: [
      NamedArray(name: "f", shape: [5], values: floats.map(Float.init(bitPattern:))),
      NamedArray(name: "d", shape: [5], elements: .float64(doubles.map(Double.init(bitPattern:)))),
      NamedArray(name: "i", shape: [1, 5], elements: .int64(integers)),
      NamedArray(name: "scalar", shape: [], elements: .float64([0.1])),
    ])
    let read = try Safetensors(decoding: file.encoded(), from: "f")
    #expect(read["f"]?.values?.map(\.bitPattern) == floats)
    guard case .float64(let values)? = read["d"]?.elements else { return try #require(Bool(false)) }
    #expect(values.map(\.bitPattern) == doubles)
    #expect(read["i"]?.elements == .int64(integers) && read["i"]?.shape == [1, 5])
    #expect(read["scalar"]?.elements == .float64([0.1]) && read["scalar"]?.shape == [])
    #expect(read["v"] == nil)
  }

  @Test func decodesASliceOfOtherData() throws {
    let data = try Data([1, 2, 3]) + referenceFile()
    #expect(try Safetensors(decoding: data.dropFirst(3), from: "r") == referenceContents)
  }

  @Test func refusesEveryTruncation() throws {
    let data = try referenceFile()
    for count in 0..<data.count {
      let message = sentence { try Safetensors(decoding: data.prefix(count), from: "cut.st") }
      #expect(message.hasPrefix("cut.st is not a usable checkpoint: "))
      #expect(message.hasSuffix("; copy it again from its source or train anew"))
    }
  }

  @Test func refusesWrongHeaderLengths() throws {
    for length: UInt64 in [.max, 1 << 63, 100_000_001, 9, 1, 0] {
      let data = file("{}      ", dataCount: 0, length: length)
      #expect(!sentence { try Safetensors(decoding: data, from: "f") }.isEmpty)
    }
  }

  @Test func refusesTrailingBytes() throws {
    let data = try referenceFile() + Data([0])
    #expect(
      sentence { try Safetensors(decoding: data, from: "f") }.contains(
        "1 bytes follow the last array"))
  }

  @Test(
    arguments: [
      // Overlapping, out of range, reversed, with a gap, of the wrong size.
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
          + #""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, "where 8 comes next"
      ),
      (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, "bytes 0 to 16 of 12"),
      (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[12,0]}}"#, "bytes 12 to 0"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, "where 0 comes next"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}"#, "of 2 values has 12 bytes"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "4 bytes follow"),
      (#"{"a":{"dtype":"F32","shape":[3,-1],"data_offsets":[0,12]}}"#, "not a whole number"),
      (
        #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,12]}}"#,
        "impossible shape"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[0,4611686018427387905],"data_offsets":[0,12]}}"#,
        "of 0 values has 12 bytes"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"#
          + #""a":{"dtype":"F32","shape":[0],"data_offsets":[12,12]}}"#,
        "\"a\" stands twice in line 1"
      ),
    ] as [(String, String)])
  func refusesInconsistentHeaders(header: String, problem: String) {
    let message = sentence { try Safetensors(decoding: file(header, dataCount: 12), from: "f.st") }
    #expect(message.contains(problem))
    #expect(message.hasPrefix("f.st "))
  }

  @Test(arguments: ["F16", "BF16", "I32", "U8", "made up"])
  func refusesOtherTypesByName(dtype: String) {
    let header = #"{"a":{"dtype":"\#(dtype)","shape":[1],"data_offsets":[0,8]}}"#
    #expect(
      sentence { try Safetensors(decoding: file(header, dataCount: 8), from: "f") }
        == "f holds array \"a\" as \"\(dtype)\"; convert it to 32-bit floats (F32)")
  }

  @Test(arguments: [
    "", " {}", "[]", "{", "{}x", "{}{}", #"{"w"}"#, #"{"w":1}"#, #"{"w":{}}"#,
    #"{"w":{"dtype":"F32","shape":[]}}"#,
    #"{"w":{"dtype":"F32","shape":[],"data_offsets":[0]}}"#,
    #"{"w":{"dtype":"F32","shape":[],"data_offsets":[0,4,8]}}"#,
    #"{"w":{"dtype":"F32","shape":[],"data_offsets":[0,4],"more":[]}}"#,
    #"{"w":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":1,"shape":[],"data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":"F32","shape":[1,],"data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#,
    #"{"__metadata__":{"a":1}}"#, #"{"__metadata__":null}"#, #"{"__metadata__":{"a":{}}}"#,
    #"{"__metadata__":{},"__metadata__":{}}"#,
  ])
  func refusesWhatIsNoHeader(header: String) {
    let message = sentence { try Safetensors(decoding: file(header, dataCount: 4), from: "f.st") }
    #expect(message.hasPrefix("f.st is not a usable checkpoint: "))
  }

  @Test func filesRoundTrip() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("agent.safetensors")
      try referenceContents.write(to: path)
      #expect(try Safetensors(contentsOf: path) == referenceContents)
      #expect(Folder.contents(of: folder) == ["agent.safetensors"])
    }
  }

  @Test func repeatedNamesAreAMisuse() async {
    await #expect(processExitsWith: .failure) {
      let array = NamedArray(name: "w", shape: [], values: [1])
      _ = Safetensors(arrays: [array, array])
    }
  }
}
