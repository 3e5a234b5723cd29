#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What a file descriptor is connected to, as far as drawing is concerned.
struct Terminal {
  let descriptor: Int32

  /// Whether this is a terminal that can return to the start of a line and erase it.
  var canRedraw: Bool {
    guard isatty(descriptor) == 1 else { return false }
    return getenv("TERM").map { String(cString: $0) } != "dumb"
  }

  /// The width; 80 if the terminal does not tell.
  var columns: Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes `text` at once, after what `print` has buffered. That nobody reads it is no error.
  func write(_ text: String) {
    fflush(nil)
    var text = text
    text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let slice = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: rest))
        let count = writeBytes(descriptor, slice)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
  }
}

/// `write(2)` under a name that methods called `write` do not hide.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
