import State

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The colours that a terminal knows.
public enum TerminalColors: Sendable {
  /// All of them.
  case all
  /// A cube of 6 · 6 · 6.
  case cube
  /// None that can be relied on.
  case none
}

extension Raster {
  /// The image as lines of characters, each of which shows a pixel and the one beneath it.
  public func characters(_ colors: TerminalColors) -> [String] {
    withPixels { pixels in
      stride(from: 0, to: height - height % 2, by: 2).map { y in
        var line = ""
        var last: (upper: UInt32, lower: UInt32)?
        for x in 0..<width {
          let upper = pixels[y * width + x] & 0xFFFFFF
          let lower = pixels[(y + 1) * width + x] & 0xFFFFFF
          if colors == .none {
            line.append(shade(upper, lower))
            continue
          }
          // The colours stay until they change.
          if last?.upper != upper || last?.lower != lower {
            line += "\u{1b}[38;\(code(upper, colors));48;\(code(lower, colors))m"
            last = (upper, lower)
          }
          line += "▀"
        }
        return colors == .none ? line : line + "\u{1b}[0m"
      }
    }
  }

  /// The image for a terminal that knows kitty's graphics protocol, in so many of its characters, from the cursor
  /// on, which stays where it is. It takes the place of the last one.
  ///
  /// - Throws: `Failure` if the memory does not suffice.
  public func kittyImage(columns: Int, rows: Int) throws(Failure) -> String {
    let text = try png().base64EncodedString()
    var rest = Substring(text)
    var result = ""
    while !rest.isEmpty {
      let part = rest.prefix(4096)
      rest = rest.dropFirst(4096)
      let head =
        result.isEmpty
        ? "a=T,f=100,i=\(Self.kittyNumber),p=1,q=2,C=1,c=\(columns),r=\(rows)," : ""
      result += "\u{1b}_G\(head)m=\(rest.isEmpty ? 0 : 1);\(part)\u{1b}\\"
    }
    return result
  }

  /// Takes such an image away.
  public static let kittyErasure = "\u{1b}_Ga=d,d=I,i=\(kittyNumber),q=2\u{1b}\\"

  /// By what a terminal knows the image again.
  private static let kittyNumber = 7878
}

/// A colour in the numbers of ISO 8613-6.
private func code(_ color: UInt32, _ colors: TerminalColors) -> String {
  let parts = [color >> 16, color >> 8 & 0xFF, color & 0xFF]
  if colors == .all { return "2;\(parts[0]);\(parts[1]);\(parts[2])" }
  // The cube's levels are 0, 95, 135, 175, 215 and 255.
  let levels = parts.map { $0 < 48 ? 0 : $0 < 115 ? 1 : min(5, ($0 - 35) / 40) }
  return "5;\(16 + 36 * levels[0] + 6 * levels[1] + levels[2])"
}

/// A character of the brightness of two pixels.
private func shade(_ upper: UInt32, _ lower: UInt32) -> Character {
  func brightness(_ color: UInt32) -> UInt32 {
    (299 * (color >> 16) + 587 * (color >> 8 & 0xFF) + 114 * (color & 0xFF)) / 1000
  }
  let ramp: [Character] = [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]
  return ramp[Int((brightness(upper) + brightness(lower)) / 2) * 9 / 255]
}
