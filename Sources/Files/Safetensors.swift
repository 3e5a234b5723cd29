import Foundation
import State

/// The contents of a safetensors file: named arrays and free text.
///
/// The format is the eight bytes of the header's length, a JSON header that says for each array its
/// type, shape and place, and the values themselves, little-endian. It holds no code, so a file
/// from elsewhere can be read safely, and PyTorch, JAX and NumPy read it too.
///
/// Floats of 32 and 64 bits and integers of 64 (`F32`, `F64`, `I64`) are written and read. Reading is
/// stricter than the reference implementation (PyPI and crates.io `safetensors`): whatever is not
/// exactly consistent is refused.
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
}

// MARK: - Bytes

extension Safetensors {
  /// The bytes of the file. Equal contents give equal bytes, whatever order they were given in.
  public func encoded() -> Data {
    var header = SafetensorsHeader(metadata: metadata)
    var end = 0
    for array in arrays {
      let begin = end
      end += array.elements.count * array.elements.size
      header.entries.append(
        .init(
          name: array.name, dtype: array.elements.dtype, shape: array.shape, begin: begin, end: end)
      )
    }
    let text = header.encoded
    precondition(
      text.count <= SafetensorsHeader.maximumLength,
      "names and metadata take \(text.count) bytes, more than readers accept")
    var data = Data(capacity: 8 + text.count + end)
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(contentsOf: text)
    for array in arrays {
      switch array.elements {
      case .float32(let values): data.append(words: values.map(\.bitPattern))
      case .float64(let values): data.append(words: values.map(\.bitPattern))
      case .int64(let values): data.append(words: values.map(Int64.init))
      }
    }
    return data
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameter file: The file's path, for the error's sentence.
  /// - Throws: `Failure` if the bytes are cut short, contradict each other or the format, or
  ///   hold numbers of another type.
  public init(decoding data: Data, from file: String) throws(Failure) {
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
        let elements: NamedArray.Elements =
          switch entry.dtype {
          case "F32": .float32(words(in: bytes).map(Float.init(bitPattern:)))
          case "F64": .float64(words(in: bytes).map(Double.init(bitPattern:)))
          default: .int64(words(in: bytes).map { (word: Int64) in Int(word) })
          }
        return NamedArray(name: entry.name, shape: entry.shape, elements: elements)
      },
      metadata: header.metadata)
  }

  /// Checks that every array has the size that its shape asks for, and that the arrays follow each
  /// other from the first byte of the data to the last.
  private static func check(
    _ header: SafetensorsHeader, dataCount: Int, file: String
  ) throws(Failure) {
    var end = 0
    for entry in header.entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      let name = entry.name.quotedBriefly
      guard let size = ["F32": 4, "F64": 8, "I64": 8][entry.dtype] else {
        throw .file(
          file, "holds array \(name) as \(entry.dtype.quotedBriefly)",
          fix: "convert it to 32-bit floats (F32)")
      }
      guard let count = NamedArray.count(ofShape: entry.shape, elementSize: size) else {
        throw .damaged(file, "array \(name) has the impossible shape \(entry.shape.prefix(8))")
      }
      guard entry.begin == end, entry.end >= entry.begin, entry.end <= dataCount else {
        throw .damaged(
          file,
          "array \(name) claims bytes \(entry.begin) to \(entry.end) of \(dataCount), "
            + "where \(end) comes next")
      }
      guard entry.end - entry.begin == count * size else {
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

/// The little-endian words in `bytes`.
private func words<Word: FixedWidthInteger & BitwiseCopyable>(in bytes: Data) -> [Word] {
  bytes.withUnsafeBytes { source in
    let size = MemoryLayout<Word>.size
    return (0..<source.count / size).map { index in
      Word(littleEndian: source.loadUnaligned(fromByteOffset: index * size, as: Word.self))
    }
  }
}

extension Data {
  /// Appends words, little end first.
  fileprivate mutating func append(words: [some FixedWidthInteger]) {
    words.map(\.littleEndian).withUnsafeBytes { append(contentsOf: $0) }
  }
}

extension Failure {
  /// A file whose bytes contradict each other or the format.
  static func damaged(_ file: String, _ problem: String) -> Failure {
    .file(
      file, "is not a usable checkpoint: \(problem)",
      fix: "copy it again from its source or train anew")
  }
}

// MARK: - Files

extension Safetensors {
  /// Reads the file at `path`.
  ///
  /// - Throws: `Failure` if the file cannot be read or is not consistent.
  public init(contentsOf path: Path) throws(Failure) {
    try self.init(decoding: RegularFile.contents(of: path), from: path.text)
  }

  /// Writes the file at `path`, in place of one that may be there, so that a reader finds either the
  /// old or the new contents.
  ///
  /// - Throws: `Failure` if the file cannot be written.
  public func write(to path: Path) throws(Failure) {
    try AtomicFile.write(encoded(), to: path)
  }
}
