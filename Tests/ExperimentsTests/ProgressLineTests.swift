import Testing

@testable import ExperimentLogging

@Suite struct ProgressLineTests {
  /// A clock to turn by hand and what was written.
  private final class Stage {
    var now = ContinuousClock.now
    var output: [String] = []

    func line(
      total: Int? = 200, quiet: Bool = false, style: ProgressLine.Style
    ) -> ProgressLine {
      ProgressLine(
        "episode", total: total, quiet: quiet, plainInterval: .seconds(5), style: style,
        now: { self.now }, write: { self.output.append($0) })
    }

    /// The output since the last call.
    func takeOutput() -> [String] {
      defer { output = [] }
      return output
    }
  }

  private let stage = Stage()

  @Test func redrawsOneLine() {
    let line = stage.line(style: .redrawn(columns: { 80 }))
    line.update(done: 1)
    #expect(stage.takeOutput() == [])
    stage.now += .seconds(10)
    line.update(done: 50, [("return", "21.3"), ("speed", "5 steps/s")])
    #expect(
      stage.takeOutput() == [
        "\repisode 50/200 (25 %), 30 s left, return 21.3, speed 5 steps/s\u{1b}[K"
      ])
    stage.now += .milliseconds(99)
    line.update(done: 51)
    #expect(stage.takeOutput() == [])
    stage.now += .milliseconds(1)
    line.update(done: 200)
    #expect(stage.takeOutput() == ["\repisode 200/200 (100 %)\u{1b}[K"])
    line.finish()
    line.finish()
    #expect(stage.takeOutput() == ["\r\u{1b}[K"])
  }

  @Test func cutsWhatDoesNotFit() {
    for (columns, text) in [(20, "episode 7, return 1"), (1, ""), (0, "")] {
      let line = stage.line(total: nil, style: .redrawn(columns: { columns }))
      stage.now += .seconds(1)
      line.update(done: 7, [("return", "1234567")])
      #expect(stage.takeOutput() == ["\r\(text)\u{1b}[K"])
    }
  }

  @Test func writesPlainLinesNowAndThen() {
    let line = stage.line(style: .plain)
    for second in 1...12 {
      stage.now += .seconds(1)
      line.update(done: second * 10, [("return", "\(second)")])
    }
    #expect(
      stage.takeOutput() == [
        "episode 50/200 (25 %), 15 s left, return 5\n",
        "episode 100/200 (50 %), 10 s left, return 10\n",
      ])
    line.finish()
    #expect(stage.takeOutput() == [])
  }

  @Test func evaluatesFieldsOnlyWhenShown() {
    let line = stage.line(style: .plain)
    var count = 0
    func fields() -> [(label: String, value: String)] {
      count += 1
      return []
    }
    for _ in 0..<100 {
      stage.now += .milliseconds(100)
      line.update(done: 1, fields())
    }
    #expect(count == 2)
  }

  @Test func quietMeansSilence() {
    for style in [ProgressLine.Style.plain, .redrawn(columns: { 80 })] {
      let line = stage.line(quiet: true, style: style)
      stage.now += .seconds(60)
      line.update(done: 50)
      line.clear()
      line.finish()
      #expect(stage.takeOutput() == [])
    }
  }

  @Test func nothingDoneOrNoTotalHasNoTimeLeft() {
    for (total, done, text) in [
      (nil, 9, "episode 9\n"), (200, 0, "episode 0/200 (0 %)\n"), (0, 0, "episode 0\n"),
    ]
      as [(Int?, Int, String)]
    {
      let line = stage.line(total: total, style: .plain)
      stage.now += .seconds(6)
      line.update(done: done)
      #expect(stage.takeOutput() == [text])
    }
  }

  @Test func clearsForOtherOutput() {
    let line = stage.line(style: .redrawn(columns: { 80 }))
    line.clear()
    #expect(stage.takeOutput() == [])
    stage.now += .seconds(1)
    line.update(done: 200)
    line.clear()
    #expect(stage.takeOutput() == ["\repisode 200/200 (100 %)\u{1b}[K", "\r\u{1b}[K"])
  }
}
