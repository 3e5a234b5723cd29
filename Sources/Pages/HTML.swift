#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A piece of HTML, in which texts are escaped when they come in.
public struct HTML: Sendable {
  /// The piece as it stands in a file.
  public var source: String

  /// HTML that is sound already.
  public init(source: String) { self.source = source }

  /// A text in which HTML finds no tags, references or ends of attributes.
  public init(_ text: String) {
    var source = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": source += "&amp;"
      case "<": source += "&lt;"
      case ">": source += "&gt;"
      case "\"": source += "&quot;"
      case "'": source += "&#39;"
      // What no document may hold.
      case "\0"..<" " where scalar != "\n" && scalar != "\t": source += "\u{FFFD}"
      default: source.unicodeScalars.append(scalar)
      }
    }
    self.source = source
  }

  /// A paragraph, of a class that the style sheet knows.
  public static func paragraph(_ text: String, class name: String = "") -> HTML {
    let mark = name.isEmpty ? "" : " class=\"\(name)\""
    return HTML(source: "<p\(mark)>\(HTML(text).source)</p>")
  }

  /// A heading of a section.
  public static func heading(_ text: String) -> HTML {
    HTML(source: "<h2>\(HTML(text).source)</h2>")
  }

  /// Code or a command.
  public static func code(_ text: String) -> HTML {
    HTML(source: "<pre>\(HTML(text).source)</pre>")
  }

  /// A table that is wider than the screen is moved by itself.
  public static func table(source: String) -> HTML {
    HTML(source: "<div class=\"scroll\">\(source)</div>")
  }

  /// Names and values in as many columns as there is room for.
  ///
  /// - Parameter facts: The facts; what `isMarked` stands out.
  public static func facts(_ facts: [(name: String, value: String, isMarked: Bool)]) -> HTML {
    let rows = facts.map { fact in
      "<div\(fact.isMarked ? " class=\"changed\"" : "")><dt>\(HTML(fact.name).source)</dt>"
        + "<dd>\(HTML(fact.value).source)</dd></div>"
    }
    return HTML(source: "<dl class=\"facts\">\(rows.joined(separator: "\n"))</dl>")
  }

  /// Images with what is to be said about each, side by side where there is room.
  ///
  /// - Parameter images: The PNGs, which become part of the page.
  public static func images(_ images: [(title: String, png: Data)]) -> HTML {
    let figures = images.map { image in
      let title = HTML(image.title).source
      return "<figure><figcaption>\(title)</figcaption>"
        + "<img alt=\"\(title)\" src=\"data:image/png;base64,\(image.png.base64EncodedString())\">"
        + "</figure>"
    }
    return HTML(source: "<div class=\"images\">\n\(figures.joined(separator: "\n"))\n</div>")
  }

  /// A link to something in the same folder or below.
  ///
  /// - Parameters:
  ///   - path: The relative path, as it is on the disk.
  ///   - text: What is shown.
  public static func link(to path: String, _ text: String) -> HTML {
    HTML(source: "<a href=\"\(percentEncoded(path))\">\(HTML(text).source)</a>")
  }

  /// A relative path as a URL has it.
  public static func percentEncoded(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789-._~/".unicodeScalars.contains(scalar))
      if isPlain {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return result
  }
}
