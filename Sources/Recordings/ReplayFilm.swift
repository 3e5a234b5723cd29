import Pages
import ReinforcementLearning
import State

/// Keeps an episode as the shapes that a page draws again.
///
/// Places are kept to a tenth of a pixel of the drawing's natural size. A shape that does not move is
/// kept once, and of a long episode only every second frame, or every fourth, and so on.
public final class ReplayFilm: EpisodeRecorder {
  /// The number of frames above which every other one is dropped.
  public static let frameLimit = 1001
  /// The bytes above which every other frame is dropped.
  public static let byteLimit = 600_000

  private var frames: [(drawing: Drawing, moment: EpisodeMoment)] = []
  /// How many steps lie between two frames that are kept.
  private var stride = 1
  private let framesPerSecond: Int

  /// Begins a film.
  ///
  /// - Parameter framesPerSecond: How many steps are shown in a second.
  public init(framesPerSecond: Int) {
    precondition(framesPerSecond > 0, "cannot show \(framesPerSecond) frames in a second")
    self.framesPerSecond = framesPerSecond
  }

  public var failure: Failure? { nil }

  /// The number of steps after which an episode is no longer followed; some environments have no end.
  public static let stepLimit = 10_000

  public var isFull: Bool { (frames.last?.moment.step ?? 0) + stride > Self.stepLimit }

  /// Whether nothing was seen.
  public var isEmpty: Bool { frames.isEmpty }

  /// How many frames are kept.
  public var frameCount: Int { frames.count }

  public func add(_ drawing: Drawing, at moment: EpisodeMoment) {
    guard moment.step.isMultiple(of: stride) || moment.isLast else { return }
    frames.append((drawing, moment))
    if frames.count > Self.frameLimit { halve() }
  }

  private func halve() {
    stride *= 2
    frames = frames.filter { $0.moment.step.isMultiple(of: stride) || $0.moment.isLast }
  }

  /// The film, to be played.
  ///
  /// - Parameters:
  ///   - title: What plays.
  ///   - note: What is to be said about it.
  /// - Precondition: There is a frame.
  public func replay(title: String, note: String) -> Replay {
    precondition(!isEmpty, "a replay needs a frame")
    var film = encoded()
    while film.utf8.count > Self.byteLimit, frames.count > 8 {
      halve()
      film = encoded()
    }
    return Replay(title: title, note: note, film: film)
  }

  private func encoded() -> String {
    var table = ShapeTable(frames[0].drawing)
    let lists = frames.map { table.list(of: $0.drawing) }
    let captions = frames.map { "[\($0.moment.step),\(pageNumber($0.moment.totalReward))]" }
    let (width, height) = frames[0].drawing.naturalSize
    let seconds = Double(stride) / Double(framesPerSecond)
    return """
      "width":\(width),"height":\(height),"seconds":\(pageNumber(seconds)),\
      "colors":[\(table.colors.texts.joined(separator: ","))],\
      "views":[\(table.views.texts.joined(separator: ","))],
      "shapes":[\(table.shapes.texts.joined(separator: ","))],
      "frames":[\(lists.joined(separator: ","))],
      "captions":[\(captions.joined(separator: ","))]
      """
  }
}

/// The shapes of all frames, each once.
private struct ShapeTable {
  var colors = PageTexts()
  var views = PageTexts()
  var shapes = PageTexts()
  /// Units in a length of 1 in the drawing.
  private let scale: Double

  init(_ drawing: Drawing) {
    scale =
      10 * Double(drawing.naturalSize.width) / (drawing.x.upperBound - drawing.x.lowerBound)
  }

  /// A frame: its view and its shapes, −n standing for the n that follow.
  mutating func list(of drawing: Drawing) -> String {
    let background = color(drawing.background)
    let view = [drawing.x.lowerBound, drawing.y.lowerBound, drawing.x.upperBound]
    let edges = (view + [drawing.y.upperBound]).map { unit($0) }
    var list = [views.place(of: "[\(joined(edges + [background]))]")]
    var last = -2
    for shape in drawing.shapes {
      guard let text = text(of: shape) else { continue }
      let place = shapes.place(of: text)
      if place == last + 1, list.count > 1 {
        if let end = list.last, end < 0 { list[list.count - 1] = end - 1 } else { list.append(-1) }
      } else {
        list.append(place)
      }
      last = place
    }
    return "[\(joined(list))]"
  }

  /// A shape as `replay.js` reads it; `nil` of one that has no place.
  private mutating func text(of shape: Drawing.Shape) -> String? {
    switch shape {
    case .polygon(let corners, let color):
      return points(corners).map { "[0,\(head(color)),\($0)]" }
    case .line(let places, let isClosed, let color, let width):
      guard width.isFinite else { return nil }
      return points(places).map {
        "[\(isClosed ? 2 : 1),\(head(color)),\(unit(width)),\($0)]"
      }
    case .disc(let center, let radius, let color):
      guard radius.isFinite else { return nil }
      return points([center]).map { "[3,\(head(color)),\($0),\(unit(radius))]" }
    case .text(let text, let place, let height, let color):
      guard height.isFinite else { return nil }
      return points([place]).map {
        "[4,\(head(color)),\($0),\(unit(height)),\(pageQuoted(text))]"
      }
    }
  }

  /// Colour and opacity.
  private mutating func head(_ color: Drawing.Color) -> String {
    "\(self.color(color)),\(pageNumber((color.opacity * 100).rounded() / 100))"
  }

  private mutating func color(_ color: Drawing.Color) -> Int {
    let digits = String(color.hex, radix: 16)
    return colors.place(of: "\"#\(String(repeating: "0", count: 6 - digits.count))\(digits)\"")
  }

  /// The points, each but the first from the one before; `nil` where one is nowhere.
  private func points(_ points: [SIMD2<Double>]) -> String? {
    var previous = SIMD2(0, 0)
    var numbers: [Int] = []
    for point in points {
      guard abs(point.x * scale) < 1e12, abs(point.y * scale) < 1e12 else { return nil }
      let place = SIMD2(unit(point.x), unit(point.y))
      numbers += [place.x &- previous.x, place.y &- previous.y]
      previous = place
    }
    return numbers.isEmpty ? nil : joined(numbers)
  }

  private func unit(_ length: Double) -> Int {
    Int(min(max((length * scale).rounded(), -1e15), 1e15))
  }

  private func joined(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ",")
  }
}
