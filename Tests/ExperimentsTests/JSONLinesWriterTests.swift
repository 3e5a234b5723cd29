import ExperimentLogging
import Foundation
import Testing

@Suite struct JSONLinesWriterTests {
  @Test func writesOneObjectALine() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "metrics.jsonl")
      let writer = try JSONLinesWriter(creating: url)
      try writer.record(["update": 0, "loss": 0.25, "who \"am\" I": "line\nbreak"])
      try writer.record([:])
      try writer.record(["variance": .double(.nan), "ok": true, "left out": nil])
      try writer.close()
      #expect(
        try text(of: url) == #"""
          {"update":0,"loss":0.25,"who \"am\" I":"line\nbreak"}
          {}
          {"variance":null,"ok":true,"left out":null}

          """#)
    }
  }

  @Test func otherReadersUnderstandIt() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "metrics.jsonl")
      let texts = (0..<0x250).compactMap { Unicode.Scalar($0).map { "x\(String($0))y" } }
      let writer = try JSONLinesWriter(creating: url)
      for text in texts { try writer.record(["t": .text(text), "n": .double(-1.5e-9)]) }
      try writer.close()
      let lines = try text(of: url).utf8.split(separator: UInt8(ascii: "\n"))
      #expect(lines.count == texts.count)
      for (line, text) in zip(lines, texts) {
        let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        #expect(object?["t"] as? String == text)
        #expect(object?["n"] as? Double == -1.5e-9)
      }
    }
  }

  @Test func refusesToReplaceAFile() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "metrics.jsonl")
      _ = try JSONLinesWriter(creating: url)
      #expect(throws: LoggingError.self) { try JSONLinesWriter(creating: url) }
    }
  }
}
