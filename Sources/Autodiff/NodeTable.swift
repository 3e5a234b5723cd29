/// Integers by node, in a hash table with open addressing: the walk looks up every input of every
/// operation, and would spend most of its time on the hashing of a `Dictionary`.
struct NodeTable {
  // Their count is a power of two, and more than half of the keys are 0: free.
  private var keys: [UInt64]
  private var values: [Int]
  private var count = 0

  init() {
    keys = [UInt64](repeating: 0, count: 64)
    values = [Int](repeating: 0, count: 64)
  }

  func value(for node: Node) -> Int? {
    let key = key(of: node)
    let slot = slot(for: key)
    return keys[slot] == key ? values[slot] : nil
  }

  mutating func set(_ value: Int, for node: Node) {
    let key = key(of: node)
    var slot = slot(for: key)
    if keys[slot] != key {
      count += 1
      if 2 * count >= keys.count {
        grow()
        slot = self.slot(for: key)
      }
      keys[slot] = key
    }
    values[slot] = value
  }

  /// The address, which is never 0.
  private func key(of node: Node) -> UInt64 { UInt64(UInt(bitPattern: ObjectIdentifier(node))) }

  /// Where the key is, or belongs.
  private func slot(for key: UInt64) -> Int {
    // Multiplication by 2⁶⁴ over the golden ratio carries every bit of the address upwards.
    let hash = (key &* 0x9E37_79B9_7F4A_7C15) >> 32
    let mask = keys.count - 1
    var slot = Int(hash) & mask
    while keys[slot] != key && keys[slot] != 0 { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    keys = [UInt64](repeating: 0, count: 2 * oldKeys.count)
    values = [Int](repeating: 0, count: 2 * oldKeys.count)
    for (key, value) in zip(oldKeys, oldValues) where key != 0 {
      let slot = slot(for: key)
      keys[slot] = key
      values[slot] = value
    }
  }
}
