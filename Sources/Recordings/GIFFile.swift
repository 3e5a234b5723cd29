import Files
import Rendering
import State

/// A recording as a GIF.
final class GIFFile: FrameFile {
  private let path: Path
  private let film: AnimatedGIF
  private let rate: Int
  private var count = 0

  init(_ path: Path, width: Int, height: Int, framesPerSecond rate: Int) throws(Failure) {
    self.path = path
    self.rate = rate
    // Tells early that it cannot be written.
    AtomicFile.discard(try AtomicFile.begin(path, replacing: false))
    film = try AnimatedGIF(width: width, height: height)
  }

  func add(_ raster: Raster, showingFor count: Int) throws(Failure) {
    // From the beginning, so that 30 frames take a second though none of them takes 3⅓ hundredths.
    let start = self.count * 100 / rate
    self.count += count
    try film.add(raster, centiseconds: min(self.count * 100 / rate - start, 65_535))
  }

  func finish() throws(Failure) {
    try AtomicFile.write(film.encoded(), to: path, replacing: false)
  }
}
