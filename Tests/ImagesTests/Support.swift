import CZlib
import Files
import Foundation
import State
import Testing

/// Runs `body` with a new folder, which is removed afterwards.
func withTemporaryFolder<Result>(_ body: (Path) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "swift-relax-\(UUID().uuidString)", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(Path(folder.path))
}

extension Data {
  /// Writes the data as a file, without any care.
  func write(to path: Path) throws { try write(to: URL(filePath: path.text)) }
}

/// The sentence of the `Failure` that `body` throws; anything else fails the test.
func sentence(
  sourceLocation: SourceLocation = #_sourceLocation, of body: () throws -> some Any
) -> String {
  let error = #expect(throws: Failure.self, sourceLocation: sourceLocation) {
    _ = try body()
  }
  return error?.description ?? ""
}

/// An IDX file of unsigned bytes, or of what `type` says.
func idx(_ dimensions: [Int], _ bytes: [UInt8], type: UInt8 = 8) -> Data {
  var data = Data([0, 0, type, UInt8(dimensions.count)])
  for dimension in dimensions {
    withUnsafeBytes(of: UInt32(dimension).bigEndian) { data.append(contentsOf: $0) }
  }
  return data + bytes
}

/// `data` compressed as one gzip member.
func gzip(_ data: Data) -> Data {
  var stream = z_stream()
  return withUnsafeMutablePointer(to: &stream) { stream in
    let status = deflateInit2_(
      stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    #expect(status == Z_OK)
    defer { deflateEnd(stream) }
    var input = Array(data)
    var output = [UInt8](repeating: 0, count: Int(deflateBound(stream, UInt(data.count))))
    let count = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        #expect(deflate(stream, Z_FINISH) == Z_STREAM_END)
        return output.count - Int(stream.pointee.avail_out)
      }
    }
    return Data(output[..<count])
  }
}
