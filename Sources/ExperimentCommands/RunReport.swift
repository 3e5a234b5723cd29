import Experiments
import Files
import Foundation
import Pages
import Rendering
import State
import Statistics

/// The page of one run: curves, replays where there are any, results and settings.
struct RunReport<Program: ExperimentProgram> {
  typealias Main = Program.Main
  typealias Settings = Main.Settings

  /// The name of the page in the run's folder.
  static var name: String { "report.html" }

  private let run: RunFiles
  private let settings: Settings
  private let usual: Settings
  private let replays: [Replay]
  private let pictures: RunPictures<Main>?

  /// Collects what the page shows.
  ///
  /// - Parameters:
  ///   - folder: The folder of a run.
  ///   - context: What names are looked up in.
  ///   - withReplays: Whether the agents play.
  ///   - monitor: Tells when to end, and hears how far it is.
  /// - Throws: `Failure` if the folder holds no run or what plays cannot be read.
  init(
    of folder: Path, in context: Settings.Context, withReplays: Bool, _ monitor: Monitor
  ) throws(Failure) {
    settings = try Run<Main>.savedSettings(in: folder, context)
    usual = try Settings.base(SettingValues(settings), in: context)
    run = RunFiles(folder)
    pictures = try Program.pictures(settings, in: context)
    replays =
      withReplays ? try Program.replays(of: folder, settings, in: context, monitor) : []
  }

  /// Writes the page into the run's folder, in the place of an earlier one.
  func write() throws(Failure) {
    try AtomicFile.write(page.contents, to: run.path.appending(Self.name))
  }

  var page: Page {
    var page = Page(title: run.path.name)
    page.add(.paragraph(lead, class: "lead"))
    let plots = plots
    page.add(Array(plots.prefix(1)))
    if !replays.isEmpty {
      page.add(.heading("Replays"))
      page.add(
        .paragraph(
          "One episode of each, from the same start: what the agent finds best, without chance.",
          class: "note"))
      page.add(replays)
    }
    if let pictures, let caption = pictures.caption {
      let shown = Self.images(pictures, of: run.path)
      if !shown.isEmpty {
        page.add(.heading("On the way"))
        page.add(.paragraph(caption, class: "note"))
        page.add(.images(shown))
      }
    }
    if plots.count > 1 { page.add(.heading("Further curves")) }
    page.add(Array(plots.dropFirst()))
    page.add(.heading("Result"))
    page.add(.facts(facts(in: run.result).map { ($0.name, $0.value, false) }))
    for table in tables { page.add(table) }
    page.add(.heading("Settings"))
    page.add(.paragraph("Bold: what differs from the usual settings.", class: "note"))
    page.add(.facts(settingFacts))
    if let command = run.config.first(where: { $0.name == "command" })?.value.text {
      page.add(.heading("Command"))
      page.add(.code(command))
    }
    return page
  }

  /// The first picture and the last ones, as PNGs.
  private static func images(
    _ pictures: RunPictures<Main>, of run: Path
  ) -> [(title: String, png: Data)] {
    let all = pictures.drawn(in: run)
    return (all.prefix(1) + all.dropFirst().suffix(5)).compactMap { position, path in
      guard let png = try? RegularFile.contents(of: path, atMost: 1 << 22) else { return nil }
      return ("after \(position) steps", png)
    }
  }

  private var lead: String {
    let status = run.result["status"]?.text ?? "begun"
    let version = run.config.first { $0.name == "version" }?.value.text ?? ""
    return "\(settings.variantName), seed \(settings.seed): \(status). "
      + "\(Program.name) \(version)"
  }

  // MARK: Curves

  private var plots: [Plot] {
    let axes = (Main.curves.first?.horizontal ?? ["step"]).filter { run.table[$0] != nil }
    guard !axes.isEmpty else { return [] }
    let known = Main.curves.map(\.column)
    let others = run.table.columns.filter { !axes.contains($0) && !known.contains($0) }.map {
      Curve($0.words, label: $0.words, column: $0, over: axes, window: 20)
    }
    return (Main.curves + others).compactMap { plot($0, over: axes) }
  }

  private func plot(_ curve: Curve, over axes: [String]) -> Plot? {
    guard let values = run.table[curve.column], values.contains(where: \.isFinite) else {
      return nil
    }
    let look = Look.assigned(to: [settings.variantName])[0]
    let charts = axes.map { axis in
      let track = DisplayTrack(
        x: run.table[axis] ?? [], y: values, window: curve.window, limit: 4000)
      var series = Program.reportSeries(of: run, column: curve.column, over: axis)
      if let mean = track.mean {
        series.append(
          Series(
            name: "each \(axes[0])", x: track.x, y: track.y, style: .solid, color: look.color,
            isFaint: true))
        series.append(
          Series(
            name: "mean of \(curve.window)", x: mean.x, y: mean.y, style: .solid,
            color: look.color))
      } else {
        series.append(
          Series(
            name: curve.label, x: track.x, y: track.y, style: .solid, color: look.color))
      }
      return Chart(title: curve.title, xLabel: axis, yLabel: curve.label, series: series)
    }
    return Plot(charts)
  }

  // MARK: Facts

  /// The members of a result that are no objects.
  private func facts(in result: JSONValue) -> [(name: String, value: String)] {
    (result.members ?? []).compactMap { member in
      switch member.value {
      case .object, .null, .array: nil
      default: (member.name.words, member.value.fact)
      }
    }
  }

  /// The objects of the result that hold objects of numbers, as tables.
  private var tables: [HTML] {
    (run.result.members ?? []).compactMap { member in
      let rows = (member.value.members ?? []).filter { $0.value.members != nil }
      guard let columns = rows.first?.value.members?.map(\.name) else { return nil }
      var table = TextTable(
        [.init(member.name.words)] + columns.map { .init($0.words, .trailing) })
      for row in rows {
        table.addRow([row.name.words] + columns.map { row.value[$0]?.fact ?? "–" })
      }
      return .table(source: table.html)
    }
  }

  private var settingFacts: [(name: String, value: String, isMarked: Bool)] {
    settings.relevant.map { setting in
      let value = setting.get(settings)
      return (setting.flag, value.fact, value != setting.get(usual))
    }
  }
}

extension String {
  /// The name of a column or a member as words.
  fileprivate var words: String { replacing("_", with: " ") }
}

extension JSONValue {
  /// The value for a person.
  fileprivate var fact: String {
    switch self {
    case .null: "none"
    case .text(let text): text
    case .array(let values): values.isEmpty ? "none" : values.map(\.fact).joined(separator: ", ")
    case .number(let value): pageNumber(value)
    default: description
    }
  }
}
