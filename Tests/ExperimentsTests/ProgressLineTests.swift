import Synchronization
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
    let line = stage.line(style: .redrawn(size: { (80, 24) }))
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
      let line = stage.line(style: .redrawn(size: { (columns, 24) }))
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
    for style in [ProgressLine.Style.plain, .redrawn(size: { (80, 24) })] {
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

  /// A picture of as many lines as it is told.
  private final class Lines: TerminalPicture {
    let count = Mutex(2)
    func lines(columns: Int, rows: Int) -> [String] {
      (0..<count.withLock { $0 }).map { "\($0): \(columns)x\(rows)" }
    }
    let erasure = "<erased>"
  }

  @Test func drawsAPictureBelow() {
    let picture = Lines()
    var size = (columns: 40, rows: 12)
    let line = ProgressLine(
      isQuiet: false, plainInterval: .seconds(5),
      style: .redrawn(size: { size }), picture: picture,
      now: { self.stage.now }, write: { self.stage.output.append($0) })
    func drawn() -> String {
      stage.now += .milliseconds(100)
      line.update("episode", done: 1, of: 0)
      return stage.takeOutput().joined()
    }
    let lines = "\repisode 1\u{1b}[K"
    // First the screen makes room, then everything stays in its place.
    #expect(drawn() == lines + "\r\n\r\n\u{1b}[2A\r\n0: 36x10\u{1b}[K\r\n1: 36x10\u{1b}[K")
    #expect(drawn() == "\u{1b}[2A" + lines + "\r\n0: 36x10\u{1b}[K\r\n1: 36x10\u{1b}[K")
    picture.count.withLock { $0 = 1 }
    #expect(drawn() == "\u{1b}[2A" + lines + "\r\n0: 36x10\u{1b}[K\u{1b}[J")
    size = (30, 9)
    #expect(drawn() == "\u{1b}[H\u{1b}[2J" + lines + "\r\n0: 26x7\u{1b}[K")
    line.clear()
    line.clear()
    #expect(stage.takeOutput() == ["<erased>\u{1b}[1A\r\u{1b}[J"])
  }

  /// A picture that takes long comes more rarely.
  @Test func drawingTakesAThirtiethOfTheTime() {
    let line = ProgressLine(
      isQuiet: false, plainInterval: .seconds(5), style: .redrawn(size: { (80, 24) }),
      now: { self.stage.now },
      write: { _ in self.stage.now += .milliseconds(20) })
    stage.now += .milliseconds(100)
    line.update("episode", done: 1, of: 0)
    stage.now += .milliseconds(590)
    #expect(!line.isDue)
    stage.now += .milliseconds(10)
    #expect(line.isDue)
  }
}
