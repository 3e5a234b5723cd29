import Foundation
import Rendering

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A chart whose axes both have `scale`.
func chart(
  _ series: [Series], yRange: ClosedRange<Double>? = nil, scale: AxisScale = .linear
) -> Chart {
  Chart(
    title: "title", xLabel: "x", yLabel: "y", series: series, yRange: yRange, xScale: scale,
    yScale: scale)
}

/// The width and height that a PNG's header gives.
func size(of png: Data) -> (width: Int, height: Int) {
  func number(at offset: Int) -> Int {
    png.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | Int($1) }
  }
  return (number(at: 16), number(at: 20))
}

/// The names and attributes of a document's elements, in order; `nil` if it is not well-formed.
func elements(of document: Data) -> (names: [String], attributes: [[String: String]])? {
  final class Collector: NSObject, XMLParserDelegate {
    var names: [String] = []
    var attributes: [[String: String]] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      names.append(name)
      self.attributes.append(attributes)
    }
  }
  let collector = Collector()
  let parser = XMLParser(data: document)
  parser.delegate = collector
  return parser.parse() ? (collector.names, collector.attributes) : nil
}

/// Runs `body` with a new folder, which is removed afterwards.
func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "RenderingTests-\(UInt64.random(in: 0 ... .max))", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}
