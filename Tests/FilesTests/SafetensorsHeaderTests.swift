import Testing

@testable import Checkpoints

@Suite struct SafetensorsHeaderTests {
  private func parse(_ json: String) throws -> SafetensorsHeader {
    try SafetensorsHeader(parsing: Array(json.utf8))
  }

  @Test func parsesEntriesAndMetadataInAnyOrder() throws {
    let header = try parse(
      """
      {"w": {"data_offsets": [4, 28], "shape": [2, 3], "dtype": "F32"},
       "__metadata__": {"k": "v"}}   \n
      """)
    #expect(header.metadata == ["k": "v"])
    let entry = try #require(header.entries.first)
    #expect(header.entries.count == 1)
    #expect(entry.name == "w" && entry.dtype == "F32" && entry.shape == [2, 3])
    #expect(entry.begin == 4 && entry.end == 28)
  }

  @Test(arguments: [
    "", " {}", "[]", "{", "{}x", "{}{}", #"{"w"}"#, #"{"w":1}"#, #"{"w":{}}"#,
    #"{"w":{"dtype":"F32","shape":[]}}"#,
    #"{"w":{"dtype":"F32","shape":[],"data_offsets":[0]}}"#,
    #"{"w":{"dtype":"F32","shape":[],"data_offsets":[0,4,8]}}"#,
    #"{"w":{"dtype":"F32","shape":[],"data_offsets":[0,4],"more":[]}}"#,
    #"{"w":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}}"#,
    #"{"w":{"dtype":1,"shape":[],"data_offsets":[0,4]}}"#,
    #"{"__metadata__":{"a":1}}"#, #"{"__metadata__":null}"#, #"{"__metadata__":{"a":{}}}"#,
    #"{"__metadata__":{},"__metadata__":{}}"#,
  ])
  func refusesWhatIsNoHeader(json: String) {
    #expect(throws: JSONScanner.Failure.self) { try parse(json) }
  }

  @Test func encodesSortedMetadataPaddedToEightBytes() throws {
    let header = SafetensorsHeader(
      metadata: ["b": "2", "a": "\u{1f}", "B": ""],
      entries: [.init(name: "w", dtype: "F32", shape: [1, 2], begin: 0, end: 8)])
    let text = String(decoding: header.encoded, as: UTF8.self)
    #expect(
      text.trimmingSuffix(" ")
        == #"{"__metadata__":{"B":"","a":"\u001f","b":"2"},"#
        + #""w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#)
    #expect(text.utf8.count % 8 == 0)
    #expect(SafetensorsHeader().encoded == Array("{}      ".utf8))
  }
}

extension String {
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var text = self
    while text.last == character { text.removeLast() }
    return text
  }
}
