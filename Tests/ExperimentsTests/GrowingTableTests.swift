import Experiments
import Files
import Foundation
import Testing

@Suite struct GrowingTableTests {
  private func withTable(
    _ body: (inout GrowingTable, (String) throws -> Void) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "GrowingTableTests-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "table.csv")
    var table = GrowingTable(Path(file.path))
    // Not atomically: the file grows where it is.
    try body(&table) { try Data($0.utf8).write(to: file) }
  }

  @Test func aRowCountsOnceItsLineEnds() throws {
    try withTable { table, write in
      var isNew = table.update()
      #expect(!isNew && table.rowCount == 0 && table.columns.isEmpty)
      try write("step,re")
      table.update()
      #expect(table.columns.isEmpty)
      try write("step,return\n1,0.5\n2,")
      isNew = table.update()
      #expect(isNew && table.columns == ["step", "return"] && table["step"] == [1])
      try write("step,return\n1,0.5\n2,nan\n3\n4,true\n\"5\",\"a,\nb\"\n")
      isNew = table.update()
      #expect(isNew)
      isNew = table.update()
      #expect(!isNew)
      #expect(table["step"] == [1, 2, 3, 4, 5])
      let returns = try #require(table["return"])
      #expect(returns.map(\.isNaN) == [false, true, true, false, true] && returns[3] == 1)
      #expect(table["none"] == nil)
    }
  }

  @Test func aFileThatWasCutOffIsReadAnew() throws {
    try withTable { table, write in
      try write("step\n1\n2\n3\n4\n")
      table.update()
      try write("step\n1\n2\n")
      table.update()
      #expect(table["step"] == [1, 2])
      // Cut off and grown beyond where it was.
      try write("step\n1\n7\n8\n9\n10\n")
      table.update()
      #expect(table["step"] == [1, 7, 8, 9, 10])
      let version = table.version
      try write("")
      table.update()
      #expect(table.rowCount == 0 && table.version > version)
    }
  }
}
