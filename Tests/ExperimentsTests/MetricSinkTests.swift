import ExperimentLogging
import Testing

@Suite struct MetricSinkTests {
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
