import Foundation
import Synchronization
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An HTTP server on the loopback interface that sends a few files, as long as it lives.
final class FileServer: Sendable {
  /// What a server does other than well-behaved ones.
  enum Habit: Equatable {
    case none
    /// Ignores ranges and sends the whole file.
    case ignoresRanges
    /// Promises all, but closes the connection after so many bytes.
    case breaksOff(after: Int)
    /// Sends the file and other bytes without end, which it announces or not.
    case neverEnds(announcing: Bool)
    /// Sends the beginning, and then nothing for a while.
    case stalls
    /// Says that the files are elsewhere.
    case redirects(to: URL)
  }

  /// A request: the name of the file and the value of its field "Range", if there is one.
  struct Request: Equatable {
    let name: String
    var range: String?
  }

  private let files: [String: Data]
  private let habit: Habit
  private let descriptor: Int32
  private let received = Mutex<[Request]>([])
  private let sent = Mutex(0)
  /// Where the files are.
  let url: URL

  /// The requests so far.
  var requests: [Request] { received.withLock { $0 } }

  /// How many bytes were taken so far.
  var sentCount: Int { sent.withLock { $0 } }

  init(_ files: [String: Data], habit: Habit = .none) throws {
    // A proxy could not reach this server.
    setenv("no_proxy", "127.0.0.1", 1)
    self.files = files
    self.habit = habit
    let (descriptor, port) = try listeningSocket()
    self.descriptor = descriptor
    url = try #require(URL(string: "http://127.0.0.1:\(port)/data/"))
    Thread.detachNewThread { [weak self] in
      // Closed here alone: elsewhere, its number could be another socket's by the next `accept`.
      defer { close(descriptor) }
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        guard let self else { return }
        answer(connection)
      }
    }
  }

  deinit {
    // Wakes the thread, whose `accept` then fails.
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  /// Reads one request and sends the answer.
  private func answer(_ connection: Int32) {
    var bytes: [UInt8] = []
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      var byte: UInt8 = 0
      guard read(connection, &byte, 1) == 1 else { return }
      bytes.append(byte)
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
    let path = lines[0].split(separator: " ")[1]
    let range = lines.first { $0.lowercased().hasPrefix("range: ") }?.dropFirst("range: ".count)
    let request = Request(
      name: String(path.dropFirst("/data/".count)), range: range.map(String.init))
    received.withLock { $0.append(request) }
    // A client that hangs up must not end the process.
    signal(SIGPIPE, SIG_IGN)
    var parts = response(to: request)
    if habit == .stalls { parts[1] = parts[1].prefix(1000) }
    for part in parts { guard send(part, to: connection) else { return } }
    switch habit {
    case .neverEnds:
      while send(Data(count: 1 << 16), to: connection) {}
    case .stalls:
      var end = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
      poll(&end, 1, 10_000)
    default: break
    }
  }

  /// Whether all bytes were taken.
  private func send(_ bytes: Data, to connection: Int32) -> Bool {
    let count = bytes.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
    sent.withLock { $0 += max(count, 0) }
    return count == bytes.count
  }

  /// The head and the body of the answer.
  private func response(to request: Request) -> [Data] {
    guard let file = files[request.name] else { return [head("404 Not Found", length: 0)] }
    var start = 0
    if let range = request.range, habit != .ignoresRanges {
      // "bytes=123-"
      start = Int(range.dropFirst("bytes=".count).dropLast()) ?? 0
      guard start < file.count else {
        return [
          head(
            "416 Range Not Satisfiable", length: 0, fields: ["Content-Range: bytes */\(file.count)"]
          )
        ]
      }
    }
    let body = Data(file.dropFirst(start))
    if case .redirects(let url) = habit {
      return [head("302 Found", length: 0, fields: ["Location: \(url)\(request.name)"])]
    }
    if habit == .neverEnds(announcing: false) {
      return [Data("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8), body]
    }
    if habit == .neverEnds(announcing: true) {
      return [head("200 OK", length: 1 << 40), body]
    }
    let head =
      start == 0
      ? head("200 OK", length: body.count)
      : head(
        "206 Partial Content", length: body.count,
        fields: ["Content-Range: bytes \(start)-\(file.count - 1)/\(file.count)"])
    if case .breaksOff(let count) = habit { return [head, body.prefix(count)] }
    return [head, body]
  }

  private func head(_ status: String, length: Int, fields: [String] = []) -> Data {
    let lines = ["HTTP/1.1 \(status)", "Content-Length: \(length)", "Connection: close"] + fields
    return Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }
}

/// A socket that listens on the loopback interface, and its port.
private func listeningSocket() throws -> (descriptor: Int32, port: UInt16) {
  #if canImport(Darwin)
    let descriptor = socket(AF_INET, SOCK_STREAM, 0)
  #else
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  #endif
  try #require(descriptor >= 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  try withUnsafeMutableBytes(of: &address) { bytes in
    let pointer = try #require(bytes.baseAddress).assumingMemoryBound(to: sockaddr.self)
    try #require(bind(descriptor, pointer, length) == 0)
    try #require(listen(descriptor, 16) == 0)
    try #require(getsockname(descriptor, pointer, &length) == 0)
  }
  return (descriptor, UInt16(bigEndian: address.sin_port))
}
