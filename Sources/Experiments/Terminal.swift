import Files
import Foundation

/// What a file descriptor is connected to, as far as drawing is concerned.
struct Terminal {
  let descriptor: Int32

  /// Whether this is a terminal that can return to the start of a line and erase it.
  var canRedraw: Bool {
    guard isatty(descriptor) == 1 else { return false }
    return getenv("TERM").map { String(cString: $0) } != "dumb"
  }

  /// Its width and height in characters; 80 by 24 if the terminal does not tell.
  var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
    return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
  }

  /// Writes `text` at once. That nobody reads it is no error.
  func write(_ text: String) {
    _ = writeAll(Data(text.utf8), to: descriptor)
  }
}
