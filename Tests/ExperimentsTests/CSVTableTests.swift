import ExperimentLogging
import Foundation
import Testing

@Suite struct CSVTableTests {
  @Test func hasALineForTheNamesAndOneForEachRow() {
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

  @Test func aRowOfAnotherLengthIsAnError() async {
    await #expect(processExitsWith: .failure) {
      var table = CSVTable(columns: ["a", "b"])
      table.addRow([1])
    }
  }
}
