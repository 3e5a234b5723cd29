import Foundation
import Testing

@testable import ExperimentLogging

@Suite struct RowFileTests {
  private func row(_ text: String) -> (inout [UInt8]) -> Void {
    { $0.append(contentsOf: text.utf8) }
  }

  @Test func rowsWaitForAFlush() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "rows")
      let file = try RowFile(creating: url)
      try file.appendRow(row("one"))
      #expect(try text(of: url) == "")
      try file.flush()
      #expect(try text(of: url) == "one\n")
      try file.appendRow(row("two"))
      try file.close()
      try file.close()
      #expect(try text(of: url) == "one\ntwo\n")
    }
  }

  @Test func manyRowsReachTheFileWhole() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "rows")
      let file = try RowFile(creating: url)
      for index in 0..<20_000 { try file.appendRow(row("row number \(index)")) }
      let early = try text(of: url)
      #expect(early.utf8.count > 1 << 16)
      #expect(early.utf8.last == UInt8(ascii: "\n"))
      try file.close()
      let expected = (0..<20_000).map { "row number \($0)\n" }.joined()
      #expect(try text(of: url) == expected)
    }
  }

  @Test func theLastReferenceFlushes() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "rows")
      do {
        let file = try RowFile(creating: url)
        try file.appendRow(row("one"))
      }
      #expect(try text(of: url) == "one\n")
    }
  }

  @Test func existingFilesStay() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "rows")
      try Data("precious".utf8).write(to: url)
      let error = #expect(throws: LoggingError.self) { try RowFile(creating: url) }
      #expect(error?.problem == "cannot be written: it is there already")
      #expect(try text(of: url) == "precious")
      #expect(throws: LoggingError.self) {
        try RowFile(creating: folder.appending(path: "none/rows"))
      }
    }
  }

  /// A limit on the size of files stands in for a full disk.
  @Test func aFullDiskLeavesWholeRowsAndLosesNone() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let url = folder.appending(path: "rows")
        let file = try RowFile(creating: url)
        try file.appendRow { $0.append(contentsOf: "one".utf8) }
        try file.flush()
        try file.appendRow { $0.append(contentsOf: "two".utf8) }
        limitFileSize(to: 6)
        let error = #expect(throws: LoggingError.self) { try file.flush() }
        #expect(error?.description.contains("the disk is full") == true)
        let cut = try text(of: url)
        #expect(cut == "one\n")
        limitFileSize(to: nil)
        try file.close()
        let whole = try text(of: url)
        #expect(whole == "one\ntwo\n")
      }
    }
  }

  @Test func aClosedFileTakesNoRows() async {
    await #expect(processExitsWith: .failure) {
      try withTemporaryFolder { folder in
        let file = try RowFile(creating: folder.appending(path: "rows"))
        try file.close()
        try file.appendRow { $0.append(0x41) }
      }
    }
  }
}
