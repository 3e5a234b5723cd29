import Files
import State

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A page for a browser in one file, which asks for nothing from outside.
///
/// ```swift
/// var page = Page(title: "CartPole by relax")
/// page.add(.heading("Curves"))
/// page.add([Plot([chart])])
/// try AtomicFile.write(page.contents, to: "report.html")
/// ```
public struct Page: Sendable {
  /// What the page is called.
  public var title: String
  private var parts: [HTML] = []
  private var arrays = PageTexts()
  private var plots: [String] = []
  private var replays: [String] = []

  public init(title: String) { self.title = title }

  /// Adds text, tables, links.
  public mutating func add(_ part: HTML) { parts.append(part) }

  /// Adds charts, side by side where there is room; the page's first one is large.
  public mutating func add(_ plots: [Plot]) {
    guard !plots.isEmpty else { return }
    let hosts = plots.map { plot in
      self.plots.append(plot.json(&arrays))
      return "<figure class=\"plot\" data-plot=\"\(self.plots.count - 1)\"></figure>"
    }
    // The choice of the axis and the hint stand with the first charts.
    let isFirst = self.plots.count == plots.count
    let hint = "Drag or turn the wheel to zoom; a double click shows everything again."
    let source = "<div class=\"plots\">\n\(hosts.joined(separator: "\n"))\n</div>"
    add(
      HTML(
        source: isFirst
          ? """
          <div class="axes" data-axes></div>
          \(source)
          <p class="note hint">\(hint)</p>
          """ : source))
  }

  /// Adds episodes to be played, side by side where there is room.
  public mutating func add(_ replays: [Replay]) {
    guard !replays.isEmpty else { return }
    let hosts = replays.map { replay in
      self.replays.append(replay.json)
      return "<figure class=\"replay\" data-replay=\"\(self.replays.count - 1)\"></figure>"
    }
    add(HTML(source: "<div class=\"replays\">\n\(hosts.joined(separator: "\n"))\n</div>"))
  }

  /// The file.
  public var contents: Data {
    let data = """
      {"arrays":[\(arrays.texts.joined(separator: ",\n"))],
      "plots":[\(plots.joined(separator: ",\n"))],
      "replays":[\(replays.joined(separator: ",\n"))]}
      """
    return Self.document(
      title: title,
      body: parts.map(\.source).joined(separator: "\n"),
      data: data, scripts: [PackageResources.page_js])
  }

  /// A document with this package's style sheet, charts and replays.
  ///
  /// - Parameters:
  ///   - title: What it is called, its heading too.
  ///   - body: What stands beneath, as HTML.
  ///   - data: The JSON in the element of the name `data`, without a `<`.
  ///   - styles: Further style sheets.
  ///   - scripts: Further scripts.
  ///   - connection: Whether scripts may ask the server that the document came from.
  public static func document(
    title: String, body: String, data: String = "{}", styles: [[UInt8]] = [],
    scripts: [[UInt8]], mayConnect connection: Bool = false
  ) -> Data {
    let title = HTML(title).source
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    let policy =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
      + (connection ? "; connect-src 'self'" : "")
    let scripts = [PackageResources.plot_js, PackageResources.replay_js] + scripts
    return Data(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <link rel="icon" href="data:,">
      <title>\(title)</title>
      <style>
      \(([PackageResources.page_css] + styles).map(text).joined())</style>
      </head>
      <body>
      <h1>\(title)</h1>
      \(body)
      <noscript><p>Curves and replays need JavaScript, which is switched off here.</p></noscript>
      <script type="application/json" id="data">\(data)</script>
      \(scripts.map { "<script>\n\(text($0))</script>" }.joined(separator: "\n"))
      </body>
      </html>

      """.utf8)
  }
}
