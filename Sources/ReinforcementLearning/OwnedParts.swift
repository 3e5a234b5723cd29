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
    let ranks = Job.ranks
    var own: [[UInt8]] = []
    for var part in parts { own.append(try StateBytes(of: &part).bytes) }
    let states = try ranks.gather(parts: own, .silent)
    var all: [Part] = []
    for index in 0..<count {
      let (place, rank) = index.quotientAndRemainder(dividingBy: ranks.count)
      if rank == ranks.rank {
        all.append(parts[place])
      } else {
        var part = empty(index)
        try StateBytes(states[rank][place]).restore(&part)
        all.append(part)
      }
    }
    return all
  }
}
