import Box2DEnvironments
import Files
import Foundation
import Pages
import RandomNumbers
import Recordings
import ReinforcementLearning
import Testing

@Suite struct ReplayFilmTests {
  /// What the page's script reads.
  private func data(_ film: ReplayFilm) throws -> JSONValue {
    var page = Page(title: "page")
    page.add([film.replay(title: "title", note: "note")])
    let text = String(decoding: page.contents, as: UTF8.self)
    let start = try #require(text.range(of: "\"replays\":["))
    let end = try #require(text[start.upperBound...].range(of: "]}</script>"))
    let json = text[start.upperBound..<end.lowerBound].trimmingCharacters(in: .newlines)
    return try JSONValue(parsing: Data(json.utf8))
  }

  private func elements(_ value: JSONValue?) throws -> [JSONValue] {
    guard case .array(let values) = try #require(value) else { return [] }
    return values
  }

  private func moment(_ step: Int, isLast: Bool = false) -> EpisodeMoment {
    EpisodeMoment(episode: 1, step: step, totalReward: Double(step) / 3, isLast: isLast)
  }

  /// What does not move is kept once, and a row of shapes as its first and a count.
  @Test func framesShareTheirShapes() throws {
    let film = ReplayFilm(framesPerSecond: 50)
    for step in 0..<3 {
      var drawing = Drawing(x: 0...6, y: 0...4)
      for x in 0..<5 { drawing.fillDisc(at: [Double(x), 1], radius: 0.1, color: .black) }
      drawing.stroke(
        [[0, 0], [Double(step), 1]], isClosed: true, color: Drawing.Color(0x0000FF, opacity: 0.5),
        width: 0.01)
      drawing.fill([[.nan, 0], [1, 1]], color: .black)
      drawing.write("<b>", at: [1, 2], height: 0.2, color: .black)
      film.add(drawing, at: moment(step))
    }
    let data = try data(film)
    #expect(data["seconds"]?.double == 0.02)
    let shapes = try elements(data["shapes"])
    // Five discs, three lines, a text.
    #expect(shapes.count == 9)
    #expect(shapes[5].description == "[2, 2, 0.5, 10, 0, 0, 0, 1000]")
    #expect(shapes[6].description == #"[4, 1, 1, 1000, 2000, 200, "<b>"]"#)
    let frames = try elements(data["frames"]).map(\.description)
    #expect(frames == ["[0, 0, -6]", "[0, 0, -4, 7, 6]", "[0, 0, -4, 8, 6]"])
    #expect(try elements(data["captions"])[2].description == "[2, 0.666667]")
  }

  /// Of a long episode every second frame is kept, or every fourth, and the last one.
  @Test func longEpisodesHaveFewerFrames() throws {
    let film = ReplayFilm(framesPerSecond: 50)
    let last = 3501
    for step in 0...last {
      var drawing = Drawing(x: 0...6, y: 0...4)
      drawing.fillDisc(at: [Double(step % 7), 1], radius: 1, color: .black)
      film.add(drawing, at: moment(step, isLast: step == last))
    }
    let data = try data(film)
    let steps = try elements(data["captions"]).map { try #require(try elements($0)[0].integer) }
    #expect(steps.count <= ReplayFilm.frameLimit && steps.first == 0 && steps.last == last)
    #expect(data["seconds"]?.double == 0.08 && steps[1] == 4)
    #expect(!film.isFull)
    film.add(Drawing(x: 0...1, y: 0...1), at: moment(ReplayFilm.stepLimit, isLast: true))
    #expect(film.isFull)
  }

  /// A scene in which everything moves stays small.
  @Test func aWalkerFitsIntoAPage() throws {
    let film = ReplayFilm(framesPerSecond: 50)
    var environment = RecordedEnvironment(BipedalWalker(), into: film)
    var generator = PCG64(seed: 0)
    _ = environment.reset(seed: 1)
    for _ in 0..<200 {
      if environment.step(environment.actionSpace.sample(using: &generator)).isLast { break }
    }
    let frames = film.frameCount
    #expect(frames > 30)
    let size = film.replay(title: "", note: "").byteCount
    #expect(size < 1200 * frames, "\(size / frames) bytes a frame")
  }
}
