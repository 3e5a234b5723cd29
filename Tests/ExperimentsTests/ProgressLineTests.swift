import Testing

@testable import Experiments

@Suite struct ProgressLineTests {
  /// A clock to turn by hand and what was written.
  private final class Stage {
    var now = ContinuousClock.now
    var output: [String] = []

    func line(isQuiet: Bool = false, style: ProgressLine.Style) -> ProgressLine {
      ProgressLine(
        isQuiet: isQuiet, plainInterval: .seconds(5), style: style,
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
    line.update("episode", done: 0, of: 200)
    #expect(stage.takeOutput() == [] && !line.isDue)
    stage.now += .seconds(10)
    #expect(line.isDue)
    line.update("episode", done: 50, of: 200, "return 21.3, speed 5 steps/s")
    #expect(
      stage.takeOutput() == [
        "\repisode 50/200 (25 %), 30 s left, return 21.3, speed 5 steps/s\u{1b}[K"
      ])
    stage.now += .milliseconds(99)
    line.update("episode", done: 51, of: 200)
    #expect(stage.takeOutput() == [])
    stage.now += .milliseconds(1)
    line.update("episode", done: 200, of: 200)
    #expect(stage.takeOutput() == ["\repisode 200/200 (100 %)\u{1b}[K"])
    line.clear()
    line.clear()
    #expect(stage.takeOutput() == ["\r\u{1b}[K"])
  }

  /// A run that goes on, and each phase, has a speed of its own.
  @Test func theTimeLeftCountsFromThePhasesFirstNumberOn() {
    let line = stage.line(style: .plain)
    line.update("episode", done: 100, of: 200)
    stage.now += .seconds(10)
    line.update("episode", done: 150, of: 200)
    line.update("evaluation", done: 0, of: 10)
    stage.now += .seconds(20)
    line.update("evaluation", done: 5, of: 10)
    #expect(
      stage.takeOutput() == [
        "episode 150/200 (75 %), 10 s left\n", "evaluation 5/10 (50 %), 20 s left\n",
      ])
  }

  @Test func cutsWhatDoesNotFit() {
    for (columns, text) in [(20, "episode 7, return 1"), (1, ""), (0, "")] {
      let line = stage.line(style: .redrawn(columns: { columns }))
      stage.now += .seconds(1)
      line.update("episode", done: 7, of: 0, "return 1234567")
      #expect(stage.takeOutput() == ["\r\(text)\u{1b}[K"])
    }
  }

  @Test func writesPlainLinesNowAndThen() {
    let line = stage.line(style: .plain)
    line.update("episode", done: 0, of: 200)
    for second in 1...12 {
      stage.now += .seconds(1)
      line.update("episode", done: second * 10, of: 200, "return \(second)")
    }
    #expect(
      stage.takeOutput() == [
        "episode 50/200 (25 %), 15 s left, return 5\n",
        "episode 100/200 (50 %), 10 s left, return 10\n",
      ])
    line.clear()
    #expect(stage.takeOutput() == [])
  }

  @Test func quietMeansSilence() {
    for style in [ProgressLine.Style.plain, .redrawn(columns: { 80 })] {
      let line = stage.line(isQuiet: true, style: style)
      stage.now += .seconds(60)
      #expect(!line.isDue)
      line.update("episode", done: 50, of: 200)
      line.clear()
      #expect(stage.takeOutput() == [])
    }
  }

  @Test(arguments: [
    (9, 0, "episode 9\n"), (0, 200, "episode 0/200 (0 %)\n"),
    (.max, 0, "episode 9223372036854775807\n"),
  ])
  func nothingDoneOrNoTotalHasNoTimeLeft(done: Int, total: Int, text: String) {
    let line = stage.line(style: .plain)
    stage.now += .seconds(6)
    line.update("episode", done: done, of: total)
    #expect(stage.takeOutput() == [text])
  }
}
