import Files
import Rendering
import State

/// A recording as a film in H.264, which the program ffmpeg makes.
final class MP4File: FrameFile {
  private let path, temporary: Path
  private let encoder: ChildProcess
  private var isFinished = false

  init(_ path: Path, width: Int, height: Int, framesPerSecond: Int) throws(Failure) {
    self.path = path
    temporary = try AtomicFile.begin(path, replacing: false)
    let arguments = [
      "ffmpeg", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr0",
      "-video_size", "\(width)x\(height)", "-framerate", "\(framesPerSecond)", "-i", "pipe:0",
      "-an", "-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p",
      // The format has colours for pairs of pixels only.
      "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-movflags", "+faststart", "-f", "mp4",
      // A name that begins with a hyphen is no option, and one with a colon no protocol.
      "file:\(temporary.text)",
    ]
    guard let encoder = ChildProcess(arguments, takesInput: true) else {
      AtomicFile.discard(temporary)
      throw .failed(
        "There is no program ffmpeg, which makes MP4; install it, or let the name end with .gif.")
    }
    self.encoder = encoder
  }

  deinit {
    if !isFinished { AtomicFile.discard(temporary) }
  }

  func add(_ raster: Raster, showingFor count: Int) throws(Failure) {
    for _ in 0..<count {
      let isTaken = raster.withPixels { encoder.write(UnsafeRawBufferPointer($0)) }
      // What has gone wrong is what it says at its end.
      guard isTaken else { return try finish() }
    }
  }

  func finish() throws(Failure) {
    encoder.closeInput()
    let (status, message) = try encoder.run { _ in true }
    guard status == 0 else {
      let reason = message.split(separator: "\n").first.map { String($0).printable }
      throw .failed(
        "ffmpeg could not make \(path) (\(reason ?? "exit code \(status)")); write a GIF instead, or "
          + "install ffmpeg with libx264.")
    }
    isFinished = true
    try AtomicFile.publish(temporary, as: path, replacing: false)
  }
}
