import Foundation
import Parallelism
import State

/// The processes that work together on one job: this one, its rank, and how many there are.
///
/// `mpirun` or Slurm has started them, on one machine or on many. A process that nobody has started
/// in this way is `alone`, and so is every one where the package was built without the trait `MPI`:
/// whoever asks for ranks need not know the difference.
///
/// Only the main thread may call what is here.
public struct Ranks: Sendable {
  /// The number of this process, from 0 on. Rank 0 alone speaks, and writes what all have made.
  public let rank: Int
  /// How many processes there are.
  public let count: Int
  /// How long this rank waits for what the others have to say; for ever without it.
  ///
  /// Where the launcher does not end a job of which a rank has died, nobody else would.
  var patience: Duration? = .seconds(60)
  /// The name of the machine that each of them runs on.
  public private(set) var hosts: [String] = []
  /// Whether there is a job to leave, be it of one process.
  let isJoined: Bool

  /// One process, which is all of them.
  public static let alone = Ranks(rank: 0, count: 1, isJoined: false)

  init(rank: Int, count: Int, isJoined: Bool) {
    self.rank = rank
    self.count = count
    self.isJoined = isJoined
  }

  /// Learns which machines there are.
  mutating func meet() throws(Failure) {
    let host = Array(ProcessInfo.processInfo.hostName.utf8)
    hosts = try gather(host, .silent).map { String(decoding: $0, as: UTF8.self).printable }
  }

  /// The same ranks where one may have far more to do than another before they come together.
  public var waitingForever: Ranks {
    var ranks = self
    ranks.patience = nil
    return ranks
  }

  /// The lowest rank on the machine of a rank.
  public func leader(of rank: Int) -> Int {
    isAlone ? 0 : hosts.firstIndex(of: hosts[rank]) ?? rank
  }

  /// Whether this is rank 0.
  public var isFirst: Bool { rank == 0 }

  /// Whether there is no other process.
  public var isAlone: Bool { count == 1 }

  /// The cores that this process may keep busy: its part of the machine's where several share it.
  public var processors: Int {
    if isAlone { return processorCount }
    let all = ProcessInfo.processInfo.processorCount
    let neighbours = hosts.count { $0 == hosts[rank] }
    // The launcher may have bound it to fewer.
    return max(1, min(processorCount, all / neighbours))
  }

  /// Where this process is, for a sentence: "rank 3 on node7".
  public var name: String { isAlone ? "rank 0" : "rank \(rank) on \(hosts[rank])" }

  // MARK: What all do together

  /// Does something on every rank, and goes on only where it went well on all of them.
  ///
  /// - Parameters:
  ///   - monitor: Tells when to end while this rank waits for the others.
  ///   - body: What is done.
  /// - Throws: On all ranks what went wrong on the lowest one of those where it did; its sentence is
  ///   left to rank 0, and empty on the others.
  public func together<Result>(
    _ monitor: Monitor, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if isAlone { return try body() }
    let outcome = Swift.Result(catching: body)
    var message: [UInt8] = []
    if case .failure(let failure) = outcome { message = failure.bytes(of: self) }
    for message in try gather(message, monitor) where !message.isEmpty {
      throw Failure(message, heardBy: self)
    }
    return try outcome.get()
  }

  /// Collects what every rank has to say in parts.
  ///
  /// - Parameters:
  ///   - parts: Those of this one.
  ///   - monitor: Tells when to end while it waits for the others.
  /// - Returns: The parts of each rank, in the order of ranks.
  public func gather(parts: [[UInt8]], _ monitor: Monitor) throws(Failure) -> [[[UInt8]]] {
    let head = MemoryLayout<Int>.size
    var message: [UInt8] = []
    message.reserveCapacity(parts.reduce(0) { $0 + head + $1.count })
    for part in parts {
      withUnsafeBytes(of: part.count) { message.append(contentsOf: $0) }
      message.append(contentsOf: part)
    }
    return try gather(message, monitor).map { message in
      message.withUnsafeBytes { message in
        var (parts, start): ([[UInt8]], Int) = ([], 0)
        while start < message.count {
          let count = message.loadUnaligned(fromByteOffset: start, as: Int.self)
          parts.append(Array(message[start + head..<start + head + count]))
          start += head + count
        }
        return parts
      }
    }
  }

  /// What rank 0 says, on all of them.
  public func fromFirst(_ text: String, _ monitor: Monitor) throws(Failure) -> String {
    let all = try gather(isFirst ? Array(text.utf8) : [], monitor)
    return String(decoding: all[0], as: UTF8.self)
  }

  /// Makes sure that all ranks run the same program with the same arguments.
  public func checkAlike(_ arguments: [String], _ monitor: Monitor) throws(Failure) {
    if isAlone { return }
    let commands = try gather(Array(arguments.joined(separator: "\0").utf8), monitor)
    let program = withUnsafeBytes(of: Self.programDigest.littleEndian) { Array($0) }
    let all = try gather(program, monitor)
    try together(monitor) { () throws(Failure) in
      guard all[0] != program else { return }
      throw .failed(
        "The program is another build than that of rank 0; copy the same one to every machine.")
    }
    try together(monitor) { () throws(Failure) in
      guard commands[0] != commands[rank] else { return }
      throw .usage("The arguments are others than those of rank 0; start all ranks with the same.")
    }
  }

  /// A number that differs between builds of the program: FNV-1a of its file, by words.
  private static var programDigest: UInt64 {
    let path = CommandLine.arguments.first ?? ""
    guard
      let data = FileManager.default.contents(atPath: "/proc/self/exe")
        ?? FileManager.default.contents(atPath: path)
    else { return 0 }
    return data.withUnsafeBytes { bytes in
      var digest: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(bytes.count)
      for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
        digest ^= bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        digest &*= 0x100_0000_01b3
      }
      for byte in bytes.suffix(bytes.count % 8) {
        digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3
      }
      return digest
    }
  }
}

extension Failure {
  /// What a rank tells the others of its failure.
  func bytes(of ranks: Ranks) -> [UInt8] {
    // What goes wrong everywhere needs no place.
    let place = ranks.isFirst ? "" : "\(ranks.name): "
    return [kind.code] + Array((place + description).utf8)
  }

  /// The failure that a rank has told of; its sentence is left to rank 0.
  init(_ bytes: [UInt8], heardBy ranks: Ranks) {
    let sentence = String(decoding: bytes.dropFirst(), as: UTF8.self)
    self.init(
      kind: Kind(code: bytes.first ?? 0), description: ranks.isFirst ? sentence : "")
  }

  /// The failure as a rank tells it on its own.
  public func located(at ranks: Ranks) -> Failure {
    ranks.isFirst || description.isEmpty
      ? self : Failure(kind: kind, description: "\(ranks.name): \(description)")
  }
}

extension Failure.Kind {
  private static let all: [Failure.Kind] = [.usage, .failed, .divergence, .interruption]

  fileprivate var code: UInt8 { UInt8(Self.all.firstIndex(of: self) ?? 1) }

  fileprivate init(code: UInt8) {
    self = Int(code) < Self.all.count ? Self.all[Int(code)] : .failed
  }
}
