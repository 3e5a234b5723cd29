import Experiments
import Files
import Foundation
import Pages
import Rendering
import Statistics

/// Answers what the dashboard's page asks for, as JSON.
actor DashboardModel {
  private var folder: WatchedFolder
  private var lastUpdate: ContinuousClock.Instant?
  /// The runs whose tables are in memory, the latest last.
  private var recent: [Int] = []

  /// How many tables stay in memory.
  private static let tableLimit = 400

  init(_ path: Path) { folder = WatchedFolder(path) }

  /// Looks at the folder, if nobody has just done so for somebody else.
  private func update() {
    let now = ContinuousClock.now
    if let lastUpdate, now - lastUpdate < .milliseconds(800) { return }
    folder.update()
    lastUpdate = .now
  }

  // MARK: Runs

  /// All runs and what distinguishes them.
  func runs() -> String {
    update()
    let runs = folder.runs.values.sorted { $0.number < $1.number }
    let looks = folder.groups.looks
    let columns = columns(of: runs)
    func texts(_ names: [String]) -> String { "[\(names.map(pageQuoted).joined(separator: ","))]" }
    return """
      {"version":\(folder.version),"folder":\(pageQuoted(folder.path.text)),\
      "keys":\(texts(folder.groups.layout.keys)),"columns":\(texts(columns)),\
      "algorithms":\(Self.names(folder.groups.layout.algorithms, looks.algorithms)),\
      "variants":\(Self.names(folder.groups.layout.variants, looks.variants)),\
      "comparisons":\(texts(folder.comparisons)),
      "runs":[\(runs.map(entry).joined(separator: ",\n"))]}
      """
  }

  /// What has changed since a version; `nil` if nothing has.
  func changes(since version: Int) -> (version: Int, json: String)? {
    update()
    guard folder.version > version || version > folder.version else { return nil }
    // Of a time before this process, or before the runs came to differ in something else.
    guard version <= folder.version, folder.reset <= version else {
      return (folder.version, "{\"version\":\(folder.version),\"reload\":true}")
    }
    let changed = folder.runs.values.filter { $0.version > version }.sorted {
      $0.number < $1.number
    }
    let removed = folder.removed.filter { $0.value > version }.keys.sorted()
    return (
      folder.version,
      """
      {"version":\(folder.version),"removed":\(removed),\
      "runs":[\(changed.map(entry).joined(separator: ","))]}
      """
    )
  }

  private static func names(_ names: [String], _ looks: [Look]) -> String {
    let entries = zip(names, looks).map { name, look in
      "{\"name\":\(pageQuoted(name)),\"color\":\"\(look.color.web)\",\"dash\":"
        + "\(pageNumbers(look.dash))}"
    }
    return "[\(entries.joined(separator: ","))]"
  }

  /// A run in the list, with the settings that not all have.
  private func entry(_ run: WatchedRun) -> String {
    let settings = folder.groups.layout.keys.map { key in
      run[key].map { pageQuoted($0.plain) } ?? "null"
    }
    return """
      {"id":\(run.number),"name":\(pageQuoted(run.name.isEmpty ? "." : run.name)),\
      "state":"\(run.state.rawValue)","seed":\(pageQuoted(run["seed"]?.plain ?? "")),\
      "algorithm":\(folder.groups.algorithms[run.number] ?? 0),\
      "variant":\(folder.groups.variants[run.number] ?? 0),\
      "page":\(run.hasPage),"changed":\(run.changed),"version":\(run.version),\
      "settings":[\(settings.joined(separator: ","))]}
      """
  }

  /// The columns that tables have, those of the latest runs first.
  private func columns(of runs: [WatchedRun]) -> [String] {
    var columns: [String] = []
    var seen: Set<String> = []
    for run in runs.sorted(by: { $0.changed > $1.changed }).prefix(20) {
      for column in table(of: run.number)?.columns ?? [] where seen.insert(column).inserted {
        columns.append(column)
      }
    }
    return columns
  }

  // MARK: Curves

  /// A column of some runs.
  func curves(of numbers: [Int], column: String, axis: String, window: Int) -> String {
    update()
    let curves = numbers.compactMap { number -> String? in
      guard let track = track(of: number, column, axis, window, limit: 500) else { return nil }
      let line = track.mean ?? (track.x, track.y)
      let last = line.y.last { $0.isFinite } ?? .nan
      return """
        {"id":\(number),"rows":\(table(of: number)?.rowCount ?? 0),"last":\(pageNumber(last)),\
        "x":\(pageNumbers(line.x)),"y":\(pageNumbers(line.y))}
        """
    }
    return "{\"curves\":[\(curves.joined(separator: ",\n"))]}"
  }

  /// The median and the quartiles of a column over the runs of each group.
  func groups(
    of numbers: [Int], column: String, axis: String, window: Int, byVariant: Bool
  ) -> String {
    update()
    let places = byVariant ? folder.groups.variants : folder.groups.algorithms
    let groups = Dictionary(grouping: numbers.filter { places[$0] != nil }) { places[$0] ?? 0 }
    let entries = groups.sorted { $0.key < $1.key }.compactMap { place, numbers -> String? in
      let tracks = numbers.compactMap { number -> LearningCurve.Track? in
        guard let track = track(of: number, column, axis, window, limit: 2000) else { return nil }
        let line = track.mean ?? (track.x, track.y)
        let points = zip(line.x, line.y).filter {
          $0.isFinite && $1.isFinite && abs($0) < 1e15
        }
        guard !points.isEmpty else { return nil }
        return .init(positions: points.map { Int($0.0) }, values: points.map(\.1))
      }
      guard let last = tracks.compactMap(\.positions.last).min(),
        let first = tracks.compactMap(\.positions.first).max(), first <= last
      else { return nil }
      let span = Double(last - first)
      let grid = Set((0...300).map { first + Int(span * Double($0) / 300) }).sorted()
      let curve = LearningCurve(tracks, at: grid)
      return """
        {"group":\(place),"count":\(tracks.count),"x":\(pageNumbers(curve.x)),\
        "y":\(pageNumbers(curve.median)),"low":\(pageNumbers(curve.lowerQuartile)),\
        "high":\(pageNumbers(curve.upperQuartile))}
        """
    }
    return "{\"groups\":[\(entries.joined(separator: ",\n"))]}"
  }

  /// The folder of a run.
  func path(of number: Int) -> Path? {
    update()
    return folder.runs[number]?.path
  }

  /// Everything about one run.
  func run(_ number: Int, axis: String) -> String? {
    update()
    guard let run = folder.runs[number], let table = table(of: number) else { return nil }
    let names = table.columns.filter { $0 != axis && !["episode", "step", "epoch"].contains($0) }
    let curves = names.compactMap { name -> String? in
      guard let track = track(of: number, name, axis, 20, limit: 1500),
        track.y.contains(where: \.isFinite)
      else { return nil }
      let mean = track.mean.map {
        ",\"mean\":{\"x\":\(pageNumbers($0.x)),\"y\":\(pageNumbers($0.y))}"
      }
      return """
        {"column":\(pageQuoted(name)),"x":\(pageNumbers(track.x)),\
        "y":\(pageNumbers(track.y))\(mean ?? "")}
        """
    }
    func facts(_ members: [JSONValue.Member]) -> String {
      let facts = members.filter { $0.value.members == nil && $0.value != .null }.map {
        "[\(pageQuoted($0.name)),\(pageQuoted($0.value.plain))]"
      }
      return "[\(facts.joined(separator: ","))]"
    }
    return """
      {"id":\(number),"rows":\(table.rowCount),"command":\(pageQuoted(run.command)),\
      "settings":\(facts(run.settings)),"result":\(facts(run.result.members ?? [])),
      "curves":[\(curves.joined(separator: ",\n"))]}
      """
  }

  private func track(
    of number: Int, _ column: String, _ axis: String, _ window: Int, limit: Int
  ) -> DisplayTrack? {
    guard let table = table(of: number), let y = table[column] else { return nil }
    // Something all tables have if not what was asked for.
    let x = table[axis] ?? table.values.first ?? []
    return DisplayTrack(x: x, y: y, window: window, limit: limit)
  }

  private func table(of number: Int) -> GrowingTable? {
    guard let table = folder.withRun(number, { $0.readTable() }) else { return nil }
    if recent.last != number {
      recent.removeAll { $0 == number }
      recent.append(number)
      if recent.count > Self.tableLimit {
        _ = folder.withRun(recent.removeFirst()) { $0.forgetTable() }
      }
    }
    return table
  }

  // MARK: Files

  /// The files that are shown as they are.
  private static let files = ["report.html", "comparison.html"]

  /// The page of a run or of a comparison; `nil` of anything else.
  ///
  /// - Parameter name: The file's path below the folder.
  func page(_ name: String) -> Data? {
    update()
    guard let file = name.split(separator: "/", omittingEmptySubsequences: false).last,
      Self.files.contains(String(file))
    else { return nil }
    // Only what was found when the folder was looked through: nothing leads out of it.
    let parent = String(name.dropLast(file.count + (name.count > file.count ? 1 : 0)))
    guard folder.contains(parent) else { return nil }
    let path = parent.isEmpty ? folder.path : folder.path.appending(parent)
    let target = path.appending(String(file))
    var status = stat()
    guard lstat(target.text, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return try? RegularFile.contents(of: target, atMost: 1 << 26)
  }
}
