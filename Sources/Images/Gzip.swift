import CZlib
import Foundation

/// Reads gzip files (RFC 1952) by way of zlib.
enum Gzip {
  /// Why compressed bytes cannot be read, as the rest of a sentence that starts with their file.
  struct Damage: Error, Equatable {
    let problem: String
  }

  /// Whether `data` starts as every gzip file does.
  static func isCompressed(_ data: Data) -> Bool {
    data.starts(with: [0x1F, 0x8B])
  }

  /// The first bytes that `data`, one or several gzip members in a row, stands for.
  ///
  /// If these are fewer than `limit`, they are all, and the check sums of `data` are right. Nothing
  /// is decompressed beyond `limit`, so that a small file cannot fill the memory.
  ///
  /// - Precondition: `data` and `limit` have less than 4 GiB.
  /// - Throws: `Damage` if the bytes are damaged or cut short, or if others follow them.
  static func decompress(_ data: Data, atMost limit: Int) throws(Damage) -> [UInt8] {
    precondition((1...Int(UInt32.max)).contains(limit), "cannot decompress up to \(limit) bytes")
    precondition(data.count <= UInt32.max, "cannot decompress \(data.count) bytes at once")
    // No byte of deflated data stands for more than 1032: 258 bytes take two bits at least.
    let capacity = min(limit, max(1, data.count * 1032))
    var damage: Damage?
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      do throws(Damage) {
        count = try inflate(data, into: buffer)
      } catch {
        damage = error
      }
    }
    if let damage { throw damage }
    return bytes
  }

  /// Decompresses until `buffer` is full or `data` ends; returns how many bytes were written.
  private static func inflate(
    _ data: Data, into buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(Damage) -> Int {
    // On the heap, because zlib remembers the address and refuses a stream that has moved.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    // 15 bits of window, and 16 for gzip's header and trailer instead of zlib's.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw Damage(problem: "cannot be decompressed: zlib cannot start") }
    defer { inflateEnd(stream) }
    stream.pointee.next_out = buffer.baseAddress
    stream.pointee.avail_out = UInt32(buffer.count)
    let damage = data.withUnsafeBytes { source in
      // zlib does not write through this pointer, though its type would allow it.
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: source.assumingMemoryBound(to: UInt8.self).baseAddress)
      stream.pointee.avail_in = UInt32(source.count)
      return inflateMembers(of: stream)
    }
    if let damage { throw damage }
    return buffer.count - Int(stream.pointee.avail_out)
  }

  /// Decompresses one member after the other; returns what went wrong.
  private static func inflateMembers(of stream: UnsafeMutablePointer<z_stream>) -> Damage? {
    while true {
      switch CZlib.inflate(stream, Z_NO_FLUSH) {
      case Z_STREAM_END:
        if stream.pointee.avail_in == 0 { return nil }
        guard stream.pointee.next_in[0] == 0x1F else {
          return Damage(problem: "has other bytes after the end of its gzip data")
        }
        inflateReset(stream)
      case Z_OK, Z_BUF_ERROR:
        // zlib stops where the output is full or the input is used up.
        if stream.pointee.avail_out == 0 { return nil }
        return Damage(problem: "is cut short: its gzip data has no end")
      case Z_MEM_ERROR:
        return Damage(problem: "cannot be decompressed: the memory does not suffice")
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "unknown error"
        return Damage(problem: "has damaged gzip data (\(reason))")
      }
    }
  }
}
