import Experiments
import Files
import Foundation
import Rendering
import State
import Statistics
import Synchronization

/// What is seen beside the curve while an experiment goes on.
public protocol LiveScene<Main>: AnyObject, Sendable {
  associatedtype Main: Experiment
  /// The width in units of the height.
  var proportion: Double { get }
  /// Hears how far the experiment is, now and then.
  func follow(_ experiment: Main)
  /// Draws what is to be seen now.
  func draw(on raster: Raster)
}

/// What `--live` shows below the progress line: the first curve of a run's page, and a scene beside it.
final class LiveView<Main: Experiment>: TerminalPicture {
  private struct State {
    var table: GrowingTable
    var chart: [String] = []
    var chartSize = (columns: 0, rows: 0)
    var nextReading: ContinuousClock.Instant?
  }

  private let state: Mutex<State>
  private let scene: (any LiveScene<Main>)?
  private let abilities = TerminalAbilities(ProcessInfo.processInfo.environment)

  /// Shows a run.
  ///
  /// - Parameters:
  ///   - folder: The run's folder, whose table is read as it grows.
  ///   - scene: What is seen beside.
  init(in folder: Path, _ scene: (any LiveScene<Main>)?) {
    state = Mutex(State(table: GrowingTable(folder.appending(Main.table))))
    self.scene = scene
  }

  func follow(_ experiment: Main) { scene?.follow(experiment) }

  var erasure: String { scene != nil && abilities.showsImages ? Raster.kittyErasure : "" }

  func lines(columns: Int, rows: Int) -> [String] {
    let layout = LiveLayout(columns: columns, rows: rows, proportion: scene?.proportion)
    guard let chart = layout.chart else { return [] }
    let lines = self.chart(chart.columns, chart.rows)
    guard let scene, let area = layout.scene else { return lines }
    // Where a frame cannot be made, there is the curve.
    guard let picture = try? picture(of: scene, area) else { return lines }
    let empty = String(repeating: " ", count: chart.columns)
    return (0..<max(lines.count, picture.count)).map { row in
      (row < lines.count ? lines[row] : empty) + "  " + (row < picture.count ? picture[row] : "")
    }
  }

  private func picture(
    of scene: any LiveScene<Main>, _ area: (columns: Int, rows: Int)
  ) throws(Failure) -> [String] {
    guard abilities.showsImages else {
      let raster = try Raster(width: area.columns, height: 2 * area.rows)
      scene.draw(on: raster)
      return raster.characters(abilities.colors)
    }
    // A character is about half as wide as it is high.
    let raster = try Raster(width: 8 * area.columns, height: 16 * area.rows)
    scene.draw(on: raster)
    return [try raster.kittyImage(columns: area.columns, rows: area.rows)]
      + Array(repeating: "", count: area.rows - 1)
  }

  /// The curve, from what the table had a second ago.
  private func chart(_ columns: Int, _ rows: Int) -> [String] {
    state.withLock { state in
      let now = ContinuousClock.now
      let isSame = state.chartSize == (columns, rows)
      if isSame, let next = state.nextReading, now < next { return state.chart }
      state.nextReading = now + .seconds(1)
      if state.table.update() || !isSame || state.chart.isEmpty {
        state.chart = Self.chart(of: state.table, columns, rows)
        state.chartSize = (columns, rows)
      }
      return state.chart
    }
  }

  private static func chart(of table: GrowingTable, _ columns: Int, _ rows: Int) -> [String] {
    guard let curve = Main.curves.first else { return [] }
    let axis = curve.horizontal.first { table[$0] != nil } ?? ""
    let track = DisplayTrack(
      x: table[axis] ?? [], y: table[curve.column] ?? [], window: curve.window,
      limit: 4 * columns)
    let shown = track.mean ?? (track.x, track.y)
    let title = track.mean == nil && curve.window > 1 ? curve.label : curve.title
    let last = shown.y.last { $0.isFinite }.map { ": " + label($0) } ?? ""
    return TerminalChart(title: title + last, x: shown.x, y: shown.y, label: label)
      .lines(columns: columns, rows: rows)
  }

  private static func label(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? Format.legible(value, decimals: 1)
  }
}

/// What fits where on a terminal.
struct LiveLayout: Equatable {
  typealias Area = (columns: Int, rows: Int)

  /// The curve; `nil` if there is no room for anything.
  private(set) var chart: Area?
  /// The scene, to the right of the curve.
  private(set) var scene: Area?

  /// Shares a terminal out.
  ///
  /// - Parameters:
  ///   - columns: The characters that a line may have.
  ///   - rows: The lines that there may be.
  ///   - proportion: The scene's width in units of its height; `nil` without a scene.
  init(columns: Int, rows: Int, proportion: Double?) {
    guard columns >= 20, rows >= 5 else { return }
    chart = (columns, min(rows, 10))
    guard let proportion, columns >= 50 else { return }
    // A character is about twice as high as it is wide. More than 100 of them cost time.
    let height = min(Double(rows), Double(min(columns / 2, 100)) / (2 * proportion))
    let area = (columns: Int(2 * proportion * height), rows: Int(height))
    guard area.rows >= 4, area.columns >= 8 else { return }
    scene = area
    chart = (min(columns - area.columns - 2, 100), max(5, min(area.rows, 16)))
  }

  static func == (one: LiveLayout, other: LiveLayout) -> Bool {
    one.chart?.columns == other.chart?.columns && one.chart?.rows == other.chart?.rows
      && one.scene?.columns == other.scene?.columns && one.scene?.rows == other.scene?.rows
  }
}

/// What a terminal can show beside text, as far as it says so in the environment's variables; one in
/// doubt can less.
struct TerminalAbilities: Equatable {
  /// Whether it draws images by kitty's protocol.
  var showsImages: Bool
  var colors: TerminalColors

  init(_ variables: [String: String]) {
    let type = variables["TERM"] ?? ""
    // What draws for several terminals at once takes no images.
    let isShared =
      variables["TMUX"] != nil || variables["STY"] != nil || type.hasPrefix("screen")
      || type.hasPrefix("tmux")
    let program = variables["TERM_PROGRAM"] ?? ""
    showsImages =
      !isShared
      && (["xterm-kitty", "xterm-ghostty"].contains(type)
        || ["WezTerm", "ghostty"].contains(program))
    colors =
      ["truecolor", "24bit"].contains(variables["COLORTERM"] ?? "") || showsImages
      ? .all : type.contains("256color") || type.hasPrefix("xterm") ? .cube : .none
  }
}
