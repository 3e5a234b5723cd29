import Experiments
import Testing

@Suite struct TextTableTests {
  private var table: TextTable {
    var table = TextTable([.init("algorithm"), .init("return", .trailing), .init("note")])
    table.addRow(["a2c", "21.30", "one\ntwo"])
    table.addRow(["relax", "1198.75", ""])
    table.addRow(["réinforce-long", "-5", "a|b"])
    return table
  }

  @Test func alignsText() {
    #expect(
      "\(table)" == """
        algorithm        return  note
        --------------  -------  -------
        a2c               21.30  one two
        relax           1198.75
        réinforce-long       -5  a|b
        """)
  }

  @Test func alignsMarkdown() {
    #expect(
      table.markdown == #"""
        | algorithm      |  return | note    |
        | :------------- | ------: | :------ |
        | a2c            |   21.30 | one two |
        | relax          | 1198.75 |         |
        | réinforce-long |      -5 | a\|b    |
        """#)
  }

  @Test func narrowColumns() {
    var table = TextTable([.init("a"), .init("b", .trailing)])
    #expect("\(table)" == "a  b\n-  -")
    table.addRow(["", "1"])
    #expect("\(table)" == "a  b\n-  -\n   1")
    #expect(table.markdown == "| a  |  b |\n| :- | -: |\n|    |  1 |")
  }

  @Test func wrongNumberOfCellsIsAMisuse() async {
    await #expect(processExitsWith: .failure) {
      var table = TextTable([.init("a")])
      table.addRow(["1", "2"])
    }
  }

  @Test func htmlMarksNumbersAndEscapesTexts() {
    var table = TextTable([.init("a < b"), .init("n", .trailing)])
    table.addRow(["x & <y>", "1"])
    #expect(
      table.html == """
        <table>
        <thead><tr><th>a &lt; b</th><th class="number">n</th></tr></thead>
        <tbody>
        <tr><td>x &amp; &lt;y&gt;</td><td class="number">1</td></tr>
        </tbody>
        </table>
        """)
  }
}
