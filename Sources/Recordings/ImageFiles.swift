import Files
import Rendering
import State

/// A recording as a PNG for each frame.
final class ImageFiles: FrameFile {
  private let prefix, suffix: String
  private let digits: Int
  private var count = 0

  init(prefix: String, digits: Int, suffix: String) throws(Failure) {
    (self.prefix, self.digits, self.suffix) = (prefix, digits, suffix)
    let folder = path(of: 1).parent
    try Folder.makeParents(of: folder)
    _ = try Folder.make(folder)
  }

  /// The name of a frame, counted from 1.
  private func path(of index: Int) -> Path {
    let number = String(index)
    return Path(
      prefix + String(repeating: "0", count: max(0, digits - number.count)) + number + suffix)
  }

  /// A frame that is shown for longer is one image, too.
  func add(_ raster: Raster, showingFor count: Int) throws(Failure) {
    self.count += 1
    try AtomicFile.write(raster.png(), to: path(of: self.count), replacing: false)
  }

  func finish() throws(Failure) {}
}
