import RandomNumbers
import State

/// Positive numbers that indices are drawn in proportion to: a binary tree whose nodes hold the sums of
/// what is below them, so that a draw and a change take a number of steps that grows with the logarithm
/// of their count.
///
/// T. Schaul, J. Quan, I. Antonoglou, D. Silver, "Prioritized Experience Replay", 2016
/// (arXiv:1511.05952), appendix B.2.1.
struct PriorityTree: Sendable {
  /// The numbers that there is room for.
  let capacity: Int
  /// Where the leaves begin, a power of two.
  private let leaves: Int
  /// The root has the index 1, the children of node i have 2 i and 2 i + 1.
  private var sums: [Double]

  /// A tree of zeros, none of which is ever drawn.
  init(capacity: Int) {
    precondition(capacity > 0, "PriorityTree: a capacity of \(capacity) holds nothing")
    self.capacity = capacity
    leaves = capacity == 1 ? 1 : 1 << (Int.bitWidth - (capacity - 1).leadingZeroBitCount)
    sums = [Double](repeating: 0, count: 2 * leaves)
  }

  /// The sum of all.
  var total: Double { sums[1] }

  /// The number at an index; it must be finite and not negative.
  subscript(index: Int) -> Double {
    get { sums[leaves + index] }
    set {
      precondition(newValue.isFinite && newValue >= 0, "PriorityTree: \(newValue) at \(index)")
      var node = leaves + index
      sums[node] = newValue
      // Added anew instead of changed by the difference, so that no error of rounding stays.
      while node > 1 {
        node /= 2
        sums[node] = sums[2 * node] + sums[2 * node + 1]
      }
    }
  }

  /// Draws indices, the k-th of them from the k-th of equal parts of the total, which spreads them more
  /// evenly than independent draws.
  func draw(_ count: Int, using generator: inout PCG64) -> [Int] {
    precondition(total > 0, "PriorityTree: there is nothing to draw from")
    let part = total / Double(count)
    return (0..<count).map { index(at: (Double($0) + generator.random()) * part) }
  }

  /// The index whose number reaches over `height` when all are put on top of each other.
  private func index(at height: Double) -> Int {
    var (node, rest) = (1, height)
    while node < leaves {
      let left = sums[2 * node]
      // Where rounding leads beyond the last number, that is taken.
      if rest < left || sums[2 * node + 1] == 0 {
        node *= 2
      } else {
        rest -= left
        node = 2 * node + 1
      }
    }
    return node - leaves
  }
}

extension PriorityTree: Stateful {
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    var values = Array(sums[leaves..<leaves + capacity])
    try visitor.visit("priorities", &values)
    try visitor.check(
      values.count == capacity && values.allSatisfy { $0.isFinite && $0 >= 0 },
      "\(values.count) priorities, not \(capacity) that are finite and not negative")
    self = PriorityTree(capacity: capacity)
    sums.replaceSubrange(leaves..<leaves + capacity, with: values)
    for node in (1..<leaves).reversed() { sums[node] = sums[2 * node] + sums[2 * node + 1] }
  }
}
