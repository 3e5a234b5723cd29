import ExperimentLogging
import Foundation
import Testing

@Suite struct CSVWriterTests {
  @Test func writesHeaderAndRows() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "episodes.csv")
      let writer = try CSVWriter(creating: url, columns: ["episode", "return, mean", "note"])
      #expect(try text(of: url) == "episode,\"return, mean\",note\n")
      try writer.record(["episode": 0, "return, mean": 21.5, "note": "a \"b\""])
      try writer.record(["episode": 1, "return, mean": nil, "note": "c"])
      try writer.close()
      #expect(
        try text(of: url) == """
          episode,"return, mean",note
          0,21.5,"a ""b""\"
          1,,c

          """)
    }
  }

  @Test func fieldsFindTheirColumns() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "table.csv")
      let writer = try CSVWriter(creating: url, columns: ["a", "b", "c"])
      for row in [["c": 3, "a": 1], ["b": 2], ["a": 4, "c": 6, "b": 5], [:]] as [MetricRow] {
        try writer.record(row)
      }
      try writer.flush()
      #expect(try text(of: url) == "a,b,c\n1,,3\n,2,\n4,5,6\n,,\n")
    }
  }

  @Test func equalRunsWriteEqualBytes() throws {
    try withTemporaryFolder { folder in
      let files = try (0..<2).map { index in
        let url = folder.appending(path: "\(index).csv")
        let writer = try CSVWriter(creating: url, columns: ["x", "y"])
        for step in 0..<1000 {
          try writer.record(["x": .double(sin(Double(step))), "y": .float(Float(step) / 7)])
          if index == 0 && step % 10 == 0 { try writer.flush() }
        }
        try writer.close()
        return try text(of: url)
      }
      #expect(files[0] == files[1])
      #expect(files[0].split(separator: "\n").count == 1001)
    }
  }

  @Test func refusesToReplaceAFile() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "episodes.csv")
      _ = try CSVWriter(creating: url, columns: ["a"])
      let error = #expect(throws: LoggingError.self) {
        try CSVWriter(creating: url, columns: ["b"])
      }
      #expect(error?.description.contains("episodes.csv cannot be written: it is there") == true)
      #expect(try text(of: url) == "a\n")
    }
  }

  // MARK: Going on

  @Test func continuesWhereItIsTold() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "metrics.csv")
      let first = try CSVWriter(creating: url, columns: ["step", "loss"])
      #expect(first.byteCount == "step,loss\n".utf8.count)
      try first.record(["step": 0, "loss": 1.5])
      let position = first.byteCount
      // Rows that have not reached the file count.
      #expect(position == "step,loss\n0,1.5\n".utf8.count)
      try first.record(["step": 1, "loss": 7])
      try first.close()

      let second = try CSVWriter(continuing: url, at: position, columns: ["step", "loss"])
      #expect(second.byteCount == position && second.columns == ["step", "loss"])
      #expect(try text(of: url) == "step,loss\n0,1.5\n")
      try second.record(["loss": 2.5, "step": 1])
      #expect(second.byteCount == position + 6)
      try second.close()
      #expect(try text(of: url) == "step,loss\n0,1.5\n1,2.5\n")
    }
  }

  @Test func doesNotContinueAFileThatIsTooShort() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "metrics.csv")
      try CSVWriter(creating: url, columns: ["step"]).close()
      let error = #expect(throws: LoggingError.self) {
        _ = try CSVWriter(continuing: url, at: 6, columns: ["step"])
      }
      #expect(error?.description.contains("metrics.csv") == true)
      #expect(error?.description.contains("6") == true)
      #expect(try text(of: url) == "step\n")
      #expect(throws: LoggingError.self) {
        _ = try CSVWriter(
          continuing: folder.appending(path: "none.csv"), at: 0, columns: ["step"])
      }
    }
  }

  @Test func unknownColumnsAreAMisuse() async {
    await #expect(processExitsWith: .failure) {
      try withTemporaryFolder { folder in
        let writer = try CSVWriter(creating: folder.appending(path: "a.csv"), columns: ["a"])
        try writer.record(["b": 1])
      }
    }
  }

  @Test func repeatedColumnsAreAMisuse() async {
    await #expect(processExitsWith: .failure) {
      try withTemporaryFolder { folder in
        _ = try CSVWriter(creating: folder.appending(path: "a.csv"), columns: ["a", "a"])
      }
    }
  }
}
