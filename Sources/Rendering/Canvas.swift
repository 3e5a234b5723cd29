import CCairo
import State

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A white sheet on which Cairo draws, to be had as SVG or PNG afterwards. Lengths are in pixels at
/// scale 1, from the top left corner.
final class Canvas {
  /// What the drawing becomes.
  enum Format {
    case svg
    case png(scale: Double)
  }

  /// The most pixels that Cairo allows on a side of an image.
  static let longestSide = 32_767.0

  private let format: Format
  private let bytes = ByteSink()
  /// Both keep a failure and then ignore all calls, so that `encoded` is the place to check.
  private let surface, context: OpaquePointer

  /// Creates an empty sheet.
  init(width: Double, height: Double, format: Format) throws(Failure) {
    self.format = format
    switch format {
    case .svg:
      surface = cairo_svg_surface_create_for_stream(ByteSink.write, bytes.reference, width, height)
      cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX)
      context = cairo_create(surface)
    case .png(let scale):
      let pixels = (width: (width * scale).rounded(.up), height: (height * scale).rounded(.up))
      guard max(pixels.width, pixels.height) <= Self.longestSide else {
        throw .failed(
          "an image of \(width * scale) by \(height * scale) pixels is too large for PNG here; "
            + "choose a smaller scale, or SVG")
      }
      surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, Int32(pixels.width), Int32(pixels.height))
      context = cairo_create(surface)
      cairo_scale(context, scale, scale)
    }
    clear(.white)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    setFontOptions()
  }

  deinit {
    cairo_destroy(context)
    // Writes the end of an SVG into `bytes` if `encoded` was not called.
    cairo_surface_destroy(surface)
  }

  /// Without hinting, texts have the same widths in every format and at every scale.
  private func setFontOptions() {
    let options = cairo_font_options_create()
    defer { cairo_font_options_destroy(options) }
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_set_font_options(context, options)
  }

  /// The file's bytes. On an SVG nothing can be drawn afterwards.
  func encoded() throws(Failure) -> Data {
    var status = cairo_status(context)
    switch format {
    case .svg:
      cairo_surface_finish(surface)
    case .png:
      bytes.data = Data()
      if status == CAIRO_STATUS_SUCCESS {
        status = cairo_surface_write_to_png_stream(surface, ByteSink.write, bytes.reference)
      }
    }
    if status == CAIRO_STATUS_SUCCESS { status = cairo_surface_status(surface) }
    guard status == CAIRO_STATUS_SUCCESS else {
      let reason = String(cString: cairo_status_to_string(status))
      throw .failed("the figure cannot be drawn (\(reason)); choose a smaller size")
    }
    if case .png = format { return bytes.data }
    return Self.withoutSurfaceNumber(bytes.data)
  }

  /// `data` without the running number that Cairo gives to each surface of a process, and which
  /// nothing in an SVG refers to; with it, no two would be equal.
  private static func withoutSurfaceNumber(_ data: Data) -> Data {
    let name = Data("<g id=\"surface".utf8)
    guard let range = data.firstRange(of: name) else { return data }
    let digits = data[range.upperBound...].prefix { $0 != UInt8(ascii: "\"") }
    var data = data
    data.removeSubrange(digits.indices)
    return data
  }

  // MARK: Shapes

  /// Calls a function with the pixels of a PNG, row by row: each is 0xRRGGBB below eight bits that mean
  /// nothing.
  func withPixels<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
    cairo_surface_flush(surface)
    let count =
      Int(cairo_image_surface_get_stride(surface)) / 4
      * Int(cairo_image_surface_get_height(surface))
    guard let start = cairo_image_surface_get_data(surface) else {
      return body(UnsafeBufferPointer(start: nil, count: 0))
    }
    return start.withMemoryRebound(to: UInt32.self, capacity: count) {
      body(UnsafeBufferPointer(start: $0, count: count))
    }
  }

  /// Calls a function that draws in a part of the sheet alone, from whose corner places count.
  func within(_ part: Rectangle, _ body: () -> Void) {
    cairo_save(context)
    cairo_rectangle(context, part.x, part.y, part.width, part.height)
    cairo_clip(context)
    cairo_translate(context, part.x, part.y)
    body()
    cairo_restore(context)
  }

  /// Covers everything.
  func clear(_ color: Color) {
    use(color)
    cairo_paint(context)
  }

  /// Draws a line through `points`, back to the first one if it is closed; `dash` lists the lengths of
  /// marks and gaps.
  func stroke(
    _ points: [Point], isClosed: Bool = false, color: Color, opacity: Double = 1, width: Double,
    dash: [Double] = []
  ) {
    trace(points)
    if isClosed { cairo_close_path(context) }
    use(color, opacity: opacity)
    cairo_set_line_width(context, width)
    cairo_set_dash(context, dash, Int32(dash.count), 0)
    cairo_stroke(context)
  }

  /// Fills the area that `corners` surround; `opacity` is from 0 to 1.
  func fill(_ corners: [Point], color: Color, opacity: Double) {
    trace(corners)
    use(color, opacity: opacity)
    cairo_fill(context)
  }

  /// Fills a disc.
  func fillDisc(at center: Point, radius: Double, color: Color, opacity: Double = 1) {
    cairo_new_path(context)
    cairo_arc(context, center.x, center.y, radius, 0, 2 * .pi)
    use(color, opacity: opacity)
    cairo_fill(context)
  }

  /// Runs `body`, of which only what falls into `rectangle` is seen.
  func clipped(to rectangle: Rectangle, _ body: () -> Void) {
    cairo_save(context)
    cairo_rectangle(context, rectangle.x, rectangle.y, rectangle.width, rectangle.height)
    cairo_clip(context)
    body()
    cairo_restore(context)
  }

  /// Draws an image whose top left corner is at `corner`: its pixels are 0xRRGGBB, row by row, and
  /// become squares of the side `scale`.
  func paint(_ pixels: [UInt32], width: Int, at corner: Point, scale: Double) {
    var pixels = pixels
    pixels.withUnsafeMutableBytes { bytes in
      let image = cairo_image_surface_create_for_data(
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), CAIRO_FORMAT_RGB24, Int32(width),
        Int32(bytes.count / 4 / width), Int32(4 * width))
      cairo_save(context)
      cairo_translate(context, corner.x, corner.y)
      cairo_scale(context, scale, scale)
      cairo_set_source_surface(context, image, 0, 0)
      cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
      cairo_paint(context)
      cairo_restore(context)
      // Ends all use of `bytes`.
      cairo_surface_finish(image)
      cairo_surface_destroy(image)
    }
  }

  private func trace(_ points: [Point]) {
    cairo_new_path(context)
    for point in points { cairo_line_to(context, point.x, point.y) }
  }

  private func use(_ color: Color, opacity: Double = 1) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, opacity)
  }

  // MARK: Text

  /// Writes `text` so that `anchor` is at the start, the middle or the end of its base line; upwards
  /// if `isVertical`.
  func write(
    _ text: String, at anchor: Point, font: Font, alignment: Alignment = .start,
    isVertical: Bool = false, color: Color = .ink
  ) {
    let width = width(of: text, font: font)
    cairo_save(context)
    cairo_translate(context, anchor.x, anchor.y)
    if isVertical { cairo_rotate(context, -.pi / 2) }
    let offset: Double =
      switch alignment {
      case .start: 0
      case .middle: -width / 2
      case .end: -width
      }
    cairo_move_to(context, offset, 0)
    use(color)
    cairo_show_text(context, text)
    cairo_restore(context)
  }

  /// How long `text` is.
  func width(of text: String, font: Font) -> Double {
    cairo_select_font_face(
      context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
      font.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, font.size)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    return extents.x_advance
  }

  /// `text`, or as much of its beginning as fits into `width`, with an ellipsis.
  func truncated(_ text: String, to width: Double, font: Font) -> String {
    guard self.width(of: text, font: font) > width else { return text }
    var shorter = text
    while !shorter.isEmpty, self.width(of: shorter + "…", font: font) > width {
      shorter.removeLast()
    }
    return shorter + "…"
  }
}

/// Where Cairo writes a file to.
private final class ByteSink {
  var data = Data()

  var reference: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static let write: cairo_write_func_t = { reference, bytes, count in
    guard let reference, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
    let sink = Unmanaged<ByteSink>.fromOpaque(reference).takeUnretainedValue()
    sink.data.append(bytes, count: Int(count))
    return CAIRO_STATUS_SUCCESS
  }
}
