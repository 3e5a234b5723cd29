import ManyMachines
import State

/// What the ranks have each some of, dealt in turn.
struct OwnedParts<Part: Stateful> {
  /// This rank's.
  var parts: [Part] = []

  /// All of them, in their order.
  ///
  /// - Parameters:
  ///   - count: How many all ranks have.
  ///   - empty: What the part of an index is put into.
  func exchanged(count: Int, _ empty: (Int) -> Part) throws(Failure) -> [Part] {
    var message: [UInt8] = []
    for var part in parts {
      let bytes = try StateBytes(of: &part).bytes
      withUnsafeBytes(of: bytes.count) { message.append(contentsOf: $0) }
      message.append(contentsOf: bytes)
    }
    let ranks = Job.ranks
    var messages = try ranks.gather(message, .silent).map { $0[...] }
    var all: [Part] = []
    for index in 0..<count {
      let rank = index % ranks.count
      let size = messages[rank].withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
      let bytes = Array(messages[rank].dropFirst(MemoryLayout<Int>.size).prefix(size))
      messages[rank] = messages[rank].dropFirst(MemoryLayout<Int>.size + size)
      if rank == ranks.rank {
        all.append(parts[index / ranks.count])
      } else {
        var part = empty(index)
        try StateBytes(bytes).restore(&part)
        all.append(part)
      }
    }
    return all
  }
}
