import Testing

@testable import Rendering

@Suite struct FigureLayoutTests {
  /// Three panels in two columns, whose numbers have different widths.
  private func layout(_ names: [String], title: String? = nil) throws -> FigureLayout {
    let charts = zip(names, [1.0, 1000, 0.01]).map { name, top in
      chart([Series(name: name, x: [0, 1], y: [0, top])])
    }
    let figure = Figure(
      panels: charts, columns: 2, panelWidth: 300, panelHeight: 200, title: title)
    return FigureLayout(figure, ruler: try Canvas(width: 1, height: 1, format: .svg))
  }

  @Test func panelsStandInRowsAndColumns() throws {
    let layout = try layout(["a", "b", "c"])
    #expect(layout.width == 600)
    #expect(layout.panels.map(\.frame.x) == [0, 300, 0])
    #expect(layout.panels[0].frame.y == layout.panels[1].frame.y)
    // The first row's legends stand between the rows.
    #expect(layout.panels[2].frame.y > layout.panels[0].frame.maxY)
    #expect(layout.height > layout.panels[2].frame.maxY)
  }

  @Test func plotsOfAColumnAreAligned() throws {
    let layout = try layout(["a", "b", "c"])
    #expect(layout.panels[0].plot.x == layout.panels[2].plot.x)
    for panel in layout.panels {
      #expect(panel.plot.x > panel.frame.x && panel.plot.maxX < panel.frame.maxX)
      #expect(panel.plot.y > panel.frame.y && panel.plot.maxY < panel.frame.maxY)
    }
  }

  @Test func aSharedLegendTakesRoomOnce() throws {
    let own = try layout(["a", "b", "c"])
    let shared = try layout(["a", "a", "a"])
    #expect(shared.panels[2].frame.y == shared.panels[0].frame.maxY)
    #expect(shared.height > shared.panels[2].frame.maxY + 10 && shared.height < own.height)
  }

  @Test func aTitlePushesThePanelsDown() throws {
    let names = ["a", "a", "a"]
    #expect(
      try layout(names, title: "title").panels[0].frame.y > layout(names).panels[0].frame.y + 20)
  }
}
