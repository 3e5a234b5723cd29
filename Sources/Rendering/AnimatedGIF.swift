import CGIF
import State

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Images one after the other, as a GIF that starts over at its end.
///
/// Of each image only the rectangle is kept that has changed, and in it only the pixels that have. The
/// file is put together in memory.
///
/// ```swift
/// let film = try AnimatedGIF(width: 600, height: 400)
/// try film.add(raster, centiseconds: 2)
/// try AtomicFile.write(film.encoded(), to: "film.gif")
/// ```
public final class AnimatedGIF {
  /// The size in pixels.
  public let width, height: Int

  /// How many images have been added.
  public private(set) var frameCount = 0

  private let file: UnsafeMutablePointer<GifFileType>
  private let bytes = GIFBytes()
  private var isOpen = true
  private var palette = GIFPalette()
  /// The last image.
  private var pixels: [UInt32]
  /// A row of the next one, as indices.
  private var row: [UInt8]

  /// The most pixels that the format has room for on a side.
  public static let longestSide = 65_535

  /// Starts a film.
  ///
  /// - Precondition: The sides have from 1 to 65,535 pixels.
  /// - Throws: `Failure` if the memory does not suffice.
  public init(width: Int, height: Int) throws(Failure) {
    let sides = 1...Self.longestSide
    precondition(
      sides.contains(width) && sides.contains(height),
      "a GIF cannot have \(width) by \(height) pixels")
    self.width = width
    self.height = height
    pixels = Array(repeating: 0, count: width * height)
    row = Array(repeating: 0, count: width)
    var code: Int32 = 0
    guard let file = EGifOpen(bytes.reference, GIFBytes.write, &code) else {
      throw Self.failure(code)
    }
    self.file = file
    EGifSetGifVersion(file, true)
    // The colours take this one's place in the end.
    let colors = GifMakeMapObject(256, nil)
    defer { GifFreeMapObject(colors) }
    try check(EGifPutScreenDesc(file, Int32(width), Int32(height), 8, 0, colors))
    try repeatForever()
  }

  deinit {
    if isOpen { EGifCloseFile(file, nil) }
  }

  private func repeatForever() throws(Failure) {
    try check(EGifPutExtensionLeader(file, APPLICATION_EXT_FUNC_CODE))
    try check(EGifPutExtensionBlock(file, 11, Array("NETSCAPE2.0".utf8)))
    try check(EGifPutExtensionBlock(file, 3, [1, 0, 0]))
    try check(EGifPutExtensionTrailer(file))
  }

  /// Adds an image.
  ///
  /// - Parameters:
  ///   - raster: The image, of this size.
  ///   - centiseconds: For how many hundredths of a second it is shown. Programs that show GIFs take
  ///     less than 2 for 10.
  /// - Throws: `Failure` if the memory does not suffice.
  public func add(_ raster: Raster, centiseconds: Int) throws(Failure) {
    precondition(isOpen, "nothing can be added to a GIF that has been encoded")
    precondition(
      raster.width == width && raster.height == height,
      "an image of \(raster.width) by \(raster.height) pixels is not \(width) by \(height)")
    precondition((0...65_535).contains(centiseconds), "no image lasts \(centiseconds) hundredths")
    var control = GraphicsControlBlock(
      DisposalMode: DISPOSE_DO_NOT, UserInputFlag: false, DelayTime: Int32(centiseconds),
      TransparentColor: Int32(GIFPalette.transparent))
    var block = [UInt8](repeating: 0, count: 4)
    EGifGCBToExtension(&control, &block)
    try check(EGifPutExtension(file, GRAPHICS_EXT_FUNC_CODE, 4, block))
    let result: Result<Void, Failure> = raster.withPixels { pixels in
      Result { () throws(Failure) in try self.put(pixels) }
    }
    try result.get()
    frameCount += 1
  }

  /// The file's bytes. Nothing can be added afterwards.
  ///
  /// - Throws: `Failure` if the memory does not suffice.
  /// - Precondition: There is an image.
  public func encoded() throws(Failure) -> Data {
    precondition(frameCount > 0, "a GIF needs an image")
    if isOpen {
      isOpen = false
      var code: Int32 = 0
      guard EGifCloseFile(file, &code) == GIF_OK else { throw Self.failure(code) }
      // They follow a header of 13 bytes, and that of index 0 is not used.
      for (index, color) in palette.colors.enumerated() {
        for (offset, shift) in [16, 8, 0].enumerated() {
          bytes.data[13 + 3 * (index + 1) + offset] = UInt8(color >> UInt32(shift) & 0xFF)
        }
      }
    }
    return bytes.data
  }

  /// Writes what differs from the last image.
  private func put(_ new: UnsafeBufferPointer<UInt32>) throws(Failure) {
    let isFirst = frameCount == 0
    let changes = isFirst ? Changes(x: 0..<width, y: 0..<height) : changes(in: new)
    let columns = changes.x.count
    try check(
      EGifPutImageDesc(
        file, Int32(changes.x.lowerBound), Int32(changes.y.lowerBound), Int32(columns),
        Int32(changes.y.count), false, nil))
    let (width, file) = (width, file)
    // Pointers and a palette of its own: this loop is most of the work of a recording.
    var palette = palette
    let status = pixels.withUnsafeMutableBufferPointer { old in
      row.withUnsafeMutableBufferPointer { row in
        for y in changes.y {
          let start = y * width + changes.x.lowerBound
          for x in 0..<columns {
            let color = new[start + x] & 0xFFFFFF
            if color == old[start + x] && !isFirst {
              row[x] = GIFPalette.transparent
            } else {
              row[x] = palette.index(of: color)
              old[start + x] = color
            }
          }
          if EGifPutLine(file, row.baseAddress, Int32(columns)) == GIF_ERROR { return GIF_ERROR }
        }
        return GIF_OK
      }
    }
    self.palette = palette
    try check(status)
  }

  /// A rectangle.
  private struct Changes {
    var x, y: Range<Int>
  }

  /// The rectangle of the pixels that are others than before: one pixel where none is.
  private func changes(in new: UnsafeBufferPointer<UInt32>) -> Changes {
    var (left, right, top, bottom) = (width, 0, height, 0)
    pixels.withUnsafeBufferPointer { old in
      for y in 0..<height {
        let row = y * width..<(y + 1) * width
        guard let first = row.first(where: { old[$0] != new[$0] & 0xFFFFFF }) else { continue }
        let last = row.last { old[$0] != new[$0] & 0xFFFFFF } ?? first
        left = min(left, first - row.lowerBound)
        right = max(right, last - row.lowerBound + 1)
        top = min(top, y)
        bottom = y + 1
      }
    }
    return left < right ? Changes(x: left..<right, y: top..<bottom) : Changes(x: 0..<1, y: 0..<1)
  }

  private func check(_ status: Int32) throws(Failure) {
    if status == GIF_ERROR { throw Self.failure(file.pointee.Error) }
  }

  private static func failure(_ code: Int32) -> Failure {
    let reason = GifErrorString(code).map { String(cString: $0) } ?? "error \(code)"
    return .failed("the GIF cannot be made (\(reason)); choose a smaller size or fewer images")
  }
}

/// Where libgif writes a file to.
private final class GIFBytes {
  var data = Data()

  var reference: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static let write: OutputFunc = { file, bytes, count in
    guard let reference = file?.pointee.UserData, let bytes else { return 0 }
    let sink = Unmanaged<GIFBytes>.fromOpaque(reference).takeUnretainedValue()
    sink.data.append(bytes, count: Int(count))
    return count
  }
}
