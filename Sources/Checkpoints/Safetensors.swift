#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The contents of a safetensors file: named arrays and free text.
///
/// The format is the eight bytes of the header's length, a JSON header that says for each array its
/// type, shape and place, and the values themselves, little-endian. It holds no code, so a file
/// from elsewhere can be read safely, and PyTorch, JAX and NumPy read it too.
///
/// Only 32-bit floats (`F32`) are written and read. Reading is stricter than the reference
/// implementation (PyPI and crates.io `safetensors`): whatever is not exactly consistent is refused.
public struct Safetensors: Sendable, Equatable {
  /// The arrays, sorted by the UTF-8 bytes of their names.
  public let arrays: [NamedArray]
  /// Free text by key, such as a network's architecture as JSON.
  public let metadata: [String: String]

  /// Creates the contents of a file; the order of `arrays` does not matter.
  ///
  /// - Precondition: No two arrays have the same name.
  public init(arrays: [NamedArray], metadata: [String: String] = [:]) {
    self.arrays = arrays.sorted { $0.name.precedesInUTF8($1.name) }
    self.metadata = metadata
    var names: Set<String> = []
    for array in arrays {
      precondition(names.insert(array.name).inserted, "two arrays are called \"\(array.name)\"")
    }
  }

  /// The array called `name`, or `nil` if there is none.
  public subscript(name: String) -> NamedArray? {
    arrays.first { $0.name == name }
  }

  /// The values of the array called `name`, which must have the shape that the reader expects.
  ///
  /// - Parameter file: The file's path, for the error's sentence.
  /// - Throws: `CheckpointError` if there is no such array or its shape is another.
  public func values(
    of name: String, shape: [Int], in file: String
  ) throws(CheckpointError) -> [Float] {
    let fix = "use a checkpoint of the same architecture"
    guard let array = self[name] else {
      throw CheckpointError(file: file, problem: "has no array \(name.quotedBriefly)", fix: fix)
    }
    guard array.shape == shape else {
      throw CheckpointError(
        file: file,
        problem: "holds \(name.quotedBriefly) with shape \(array.shape) instead of \(shape)",
        fix: fix)
    }
    return array.values
  }
}

// MARK: - Bytes

extension Safetensors {
  /// The bytes of the file. Equal contents give equal bytes, whatever order they were given in.
  public func encoded() -> Data {
    var header = SafetensorsHeader(metadata: metadata)
    var end = 0
    for array in arrays {
      let begin = end
      end += array.values.count * MemoryLayout<Float>.size
      header.entries.append(
        .init(name: array.name, dtype: "F32", shape: array.shape, begin: begin, end: end))
    }
    let text = header.encoded
    precondition(
      text.count <= SafetensorsHeader.maximumLength,
      "names and metadata take \(text.count) bytes, more than readers accept")
    var data = Data(capacity: 8 + text.count + end)
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(contentsOf: text)
    for array in arrays {
      let words = array.values.map(\.bitPattern.littleEndian)
      words.withUnsafeBytes { data.append(contentsOf: $0) }
    }
    return data
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameter file: The file's path, for the error's sentence.
  /// - Throws: `CheckpointError` if the bytes are cut short, contradict each other or the format, or
  ///   hold another type than 32-bit floats.
  public init(decoding data: Data, from file: String) throws(CheckpointError) {
    guard data.count >= 8 else {
      throw .damaged(file, "it has \(data.count) bytes, less than the 8 of a header's length")
    }
    let length = data.prefix(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= SafetensorsHeader.maximumLength, length <= data.count - 8 else {
      throw .damaged(
        file, "its header should have \(length) bytes, but only \(data.count - 8) follow")
    }
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(parsing: Array(data.dropFirst(8).prefix(Int(length))))
    } catch {
      throw .damaged(file, error.message)
    }
    let values = data.dropFirst(8 + Int(length))
    try Self.check(header, dataCount: values.count, file: file)
    self.init(
      arrays: header.entries.map { entry in
        let bytes = values.dropFirst(entry.begin).prefix(entry.end - entry.begin)
        return NamedArray(name: entry.name, shape: entry.shape, values: floats(from: bytes))
      },
      metadata: header.metadata)
  }

  /// Checks that every array has the size that its shape asks for, and that the arrays follow each
  /// other from the first byte of the data to the last.
  private static func check(
    _ header: SafetensorsHeader, dataCount: Int, file: String
  ) throws(CheckpointError) {
    var end = 0
    for entry in header.entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      let name = entry.name.quotedBriefly
      guard entry.dtype == "F32" else {
        throw CheckpointError(
          file: file, problem: "holds array \(name) as \(entry.dtype.quotedBriefly)",
          fix: "convert it to 32-bit floats (F32)")
      }
      guard let count = NamedArray.count(ofShape: entry.shape) else {
        throw .damaged(file, "array \(name) has the impossible shape \(entry.shape.prefix(8))")
      }
      guard entry.begin == end, entry.end >= entry.begin, entry.end <= dataCount else {
        throw .damaged(
          file,
          "array \(name) claims bytes \(entry.begin) to \(entry.end) of \(dataCount), "
            + "where \(end) comes next")
      }
      guard entry.end - entry.begin == count * MemoryLayout<Float>.size else {
        throw .damaged(
          file, "array \(name) of \(count) values has \(entry.end - entry.begin) bytes")
      }
      end = entry.end
    }
    guard end == dataCount else {
      throw .damaged(file, "\(dataCount - end) bytes follow the last array")
    }
  }
}

/// The little-endian 32-bit floats in `bytes`.
private func floats(from bytes: Data) -> [Float] {
  bytes.withUnsafeBytes { source in
    let size = MemoryLayout<UInt32>.size
    return (0..<source.count / size).map { index in
      let word = source.loadUnaligned(fromByteOffset: index * size, as: UInt32.self)
      return Float(bitPattern: UInt32(littleEndian: word))
    }
  }
}

// MARK: - Files

extension Safetensors {
  /// Reads the file at `url`.
  ///
  /// - Throws: `CheckpointError` if the file cannot be read or is not consistent.
  public init(contentsOf url: URL) throws(CheckpointError) {
    try self.init(decoding: RegularFile.contents(of: url), from: url.relativePath)
  }

  /// Writes the file at `url`, in place of one that may be there, so that a reader finds either the
  /// old or the new contents.
  ///
  /// - Throws: `CheckpointError` if the file cannot be written.
  public func write(to url: URL) throws(CheckpointError) {
    try AtomicFile.write(encoded(), to: url)
  }
}
