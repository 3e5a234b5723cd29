import Files
import Foundation
import State
import Testing

@testable import Experiments

@Suite struct MetricRowTests {
  @Test func rowsKeepTheirOrder() {
    var row: MetricRow = ["b": 1, "a": 2.5]
    row["c"] = "text"
    row["b"] = 7
    #expect(row.fields.map(\.name) == ["b", "a", "c"])
    #expect(row.fields.map(\.value) == [7, 2.5, "text"])
    row["a"] = .some(.missing)
    #expect(row["a"] == .missing)
    row["a"] = Optional<MetricValue>.none
    #expect(row["a"] == .none)
    #expect(row.fields.map(\.name) == ["b", "c"])
  }

  @Test func namesOccurOnce() async {
    await #expect(processExitsWith: .failure) {
      let row: MetricRow = ["a": 1, "b": 2, "a": 3]
      print(row)
    }
  }
}

@Suite struct CSVTests {
  @Test func aTableHasALineForTheNamesAndOneForEachRow() {
    var table = CSVTable(columns: ["algorithm", "return, mean", "note"])
    table.addRow(["a2c", .double(0.1), nil])
    table.addRow([.text("relax:cv-form=\"value\""), .double(.nan), 3])
    #expect(
      String(decoding: table.fileContents, as: UTF8.self) == """
        algorithm,"return, mean",note
        a2c,0.1,
        "relax:cv-form=""value""\",nan,3

        """)
  }

  @Test func aRowOfAnotherLengthIsAMisuse() async {
    await #expect(processExitsWith: .failure) {
      var table = CSVTable(columns: ["a", "b"])
      table.addRow([1])
    }
  }

  @Test func fieldsFindTheirColumnsAndMeasurementsAreElsewhere() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("table.csv")
      let writer = try CSVWriter(path, columns: ["a", "b, c", "d"])
      #expect(try path.read() == "a,\"b, c\",d\n")
      let rows: [MetricRow] = [
        ["d": 3, "a": 1], ["b, c": "x \"y\""], ["a": 4, "d": 6, "b, c": 5], [:],
      ]
      for row in rows { try writer.record(row, at: 0, kind: nil) }
      try writer.record(["elsewhere": 7], at: 0, kind: "evaluation")
      try writer.close()
      #expect(try path.read() == "a,\"b, c\",d\n1,,3\n,\"x \"\"y\"\"\",\n4,5,6\n,,\n")
      // The reader of tables finds the same.
      let columns = RunValues.columns(ofCSV: try RegularFile.contents(of: path))
      #expect(
        columns == ["a": [1, nil, 4, nil], "b, c": [nil, nil, 5, nil], "d": [3, nil, 6, nil]])
    }
  }

  @Test func aFileIsNeverReplaced() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("episodes.csv")
      try path.write("precious")
      #expect(
        sentence { try CSVWriter(path, columns: ["b"]) }
          .contains("episodes.csv cannot be written: it is there already"))
      #expect(try path.read() == "precious")
      #expect(
        sentence { try CSVWriter(folder.appending("none/a.csv"), columns: ["b"]) }
          .contains("there is no such file or folder"))
    }
  }

  @Test func continuesWhereItIsTold() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("metrics.csv")
      let first = try CSVWriter(path, columns: ["step", "loss"])
      #expect(first.byteCount == "step,loss\n".utf8.count)
      try first.record(["step": 0, "loss": 1.5], at: 0, kind: nil)
      // Rows that have not reached the file count.
      let position = first.byteCount
      #expect(position == "step,loss\n0,1.5\n".utf8.count)
      #expect(try path.read() == "step,loss\n")
      try first.record(["step": 1, "loss": 7], at: 1, kind: nil)
      try first.close()

      let second = try CSVWriter(path, columns: ["step", "loss"], keeping: position)
      #expect(second.byteCount == position)
      #expect(try path.read() == "step,loss\n0,1.5\n")
      try second.record(["loss": 2.5, "step": 1], at: 1, kind: nil)
      try second.synchronize()
      #expect(try path.read() == "step,loss\n0,1.5\n1,2.5\n")

      let tooLong = sentence { try CSVWriter(path, columns: ["step"], keeping: 99) }
      #expect(tooLong.contains("metrics.csv has lost rows: it should have 99 bytes at least"))
      #expect(
        sentence { try CSVWriter(folder.appending("none"), columns: ["a"], keeping: 0) }
          .contains("there is no such file"))
    }
  }

  @Test func manyRowsReachTheFileWhole() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("rows")
      var writer: CSVWriter? = try CSVWriter(path, columns: ["n"])
      for index in 0..<20_000 { try writer?.record(["n": .integer(index)], at: index, kind: nil) }
      let early = try path.read()
      #expect(early.utf8.count > 1 << 16 && early.hasSuffix("\n"))
      // The last reference writes what is left.
      writer = nil
      #expect(try path.read() == "n\n" + (0..<20_000).map { "\($0)\n" }.joined())
    }
  }

  /// A limit on the size of files stands in for a full disk.
  @Test func aFullDiskLeavesWholeRowsAndLosesNone() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let path = folder.appending("rows")
        let writer = try CSVWriter(path, columns: ["one"])
        try writer.record(["one": 1234], at: 0, kind: nil)
        limitFileSize(to: 6)
        let message = sentence { try writer.flush() }
        #expect(message.contains("the limit on the size of files is reached"))
        let cut = try path.read()
        #expect(cut == "one\n")
        limitFileSize(to: nil)
        try writer.close()
        try writer.close()
        let whole = try path.read()
        #expect(whole == "one\n1234\n")
      }
    }
  }

  @Test func unknownAndRepeatedColumnsAndAClosedFileAreMisuses() async {
    await #expect(processExitsWith: .failure) {
      try withTemporaryFolder { folder in
        try CSVWriter(folder.appending("a"), columns: ["a"]).record(["b": 1], at: 0, kind: nil)
      }
    }
    await #expect(processExitsWith: .failure) {
      try withTemporaryFolder { folder in
        _ = try CSVWriter(folder.appending("a"), columns: ["a", "a"])
      }
    }
    await #expect(processExitsWith: .failure) {
      try withTemporaryFolder { folder in
        let writer = try CSVWriter(folder.appending("a"), columns: ["a"])
        try writer.close()
        try writer.record(["a": 1], at: 0, kind: nil)
      }
    }
  }
}

@Suite struct JSONLinesWriterTests {
  @Test func writesALineForEachMeasurementOnceThereIsOne() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("metrics.jsonl")
      let writer = try JSONLinesWriter(path)
      try writer.record(["left": 1], at: 0, kind: nil)
      try writer.flush()
      #expect(!Folder.hasEntry(path) && writer.byteCount == 0)
      try writer.record(["loss": 0.25, "who \"am\" I": "line\nbreak"], at: 1, kind: "fit")
      let count = writer.byteCount
      try writer.record(["variance": .double(.nan), "ok": true, "none": nil], at: 2, kind: "e\"v")
      try writer.close()
      let first = #"{"kind":"fit","loss":0.25,"who \"am\" I":"line\nbreak"}"# + "\n"
      #expect(
        try path.read() == first + #"{"kind":"e\"v","variance":null,"ok":true,"none":null}"# + "\n")

      #expect(count == first.utf8.count)
      let second = try JSONLinesWriter(path, keeping: count)
      try second.close()
      #expect(try path.read() == first)
      // A file that no checkpoint has counted is begun again.
      let third = try JSONLinesWriter(path)
      try third.record([:], at: 0, kind: "x")
      try third.close()
      #expect(try path.read() == "{\"kind\":\"x\"}\n")
    }
  }

  @Test func otherReadersUnderstandIt() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("metrics.jsonl")
      let texts = (0..<0x250).compactMap { Unicode.Scalar($0).map { "x\(String($0))y" } }
      let writer = try JSONLinesWriter(path)
      for text in texts { try writer.record(["n": .double(-1.5e-9)], at: 0, kind: text) }
      try writer.close()
      let lines = try path.read().utf8.split(separator: UInt8(ascii: "\n"))
      #expect(lines.count == texts.count)
      for (line, text) in zip(lines, texts) {
        let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        #expect(object?["kind"] as? String == text)
        #expect(object?["n"] as? Double == -1.5e-9)
      }
    }
  }
}
