import Testing

@testable import ExperimentCommands

/// What a terminal has room for, and what it can show.
@Suite struct LiveViewTests {
  @Test func everythingFitsWhateverTheSize() {
    for columns in [0, 19, 20, 49, 50, 76, 120, 400] {
      for rows in [0, 4, 5, 10, 22, 80] {
        for proportion in [nil, 0.2, 1.0, 1.5, 12] {
          let layout = LiveLayout(columns: columns, rows: rows, proportion: proportion)
          #expect((layout.chart == nil) == (columns < 20 || rows < 5))
          guard let chart = layout.chart else { continue }
          #expect(chart.columns >= 16 && chart.rows >= 3 && chart.rows <= rows)
          let width = chart.columns + (layout.scene.map { $0.columns + 2 } ?? 0)
          #expect(width <= columns && layout.scene?.rows ?? 0 <= rows)
        }
      }
    }
    let layout = LiveLayout(columns: 116, rows: 28, proportion: 1.5)
    #expect(layout.scene?.columns == 58 && layout.scene?.rows == 19)
  }

  @Test func aTerminalIsTakenAtItsWord() {
    func abilities(_ variables: [String: String]) -> TerminalAbilities { .init(variables) }
    #expect(abilities(["TERM": "xterm-kitty"]).showsImages)
    #expect(abilities(["TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"]).showsImages)
    #expect(!abilities(["TERM": "xterm-kitty", "TMUX": "/tmp/1"]).showsImages)
    #expect(!abilities(["TERM": "screen", "TERM_PROGRAM": "ghostty"]).showsImages)
    #expect(abilities(["TERM": "foot", "COLORTERM": "truecolor"]).colors == .all)
    #expect(abilities(["TERM": "screen-256color"]).colors == .cube)
    #expect(abilities(["TERM": "vt100"]).colors == .none && abilities([:]).colors == .none)
  }
}
