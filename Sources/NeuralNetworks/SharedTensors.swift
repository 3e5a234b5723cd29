import Autodiff
import ManyMachines
import State

/// Computes tensors for each part of something, such as the episodes of a batch, on the threads of all ranks.
///
/// - Parameters:
///   - costs: How long each takes, in any unit.
///   - body: Computes the constants of one; it must depend on its index alone.
/// - Returns: What came out, in the order of the indices, whoever has computed it.
/// - Throws: What `body` throws, or `Failure` if the ranks cannot reach each other.
public func sharedTensors(
  costs: [Int], _ body: @Sendable (Int) throws(Failure) -> [Tensor]
) throws(Failure) -> [[Tensor]] {
  try sharedMap(costs: costs, pack: packed, unpack: unpacked, body)
}

/// Tensors as bytes: of each the lengths of its axes, and its elements.
private func packed(_ tensors: [Tensor]) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(tensors.reduce(0) { $0 + 4 * (1 + $1.shape.rank + $1.shape.count) })
  for tensor in tensors {
    let dimensions = tensor.shape.dimensions.map { Int32($0) }
    withUnsafeBytes(of: Int32(dimensions.count)) { bytes.append(contentsOf: $0) }
    dimensions.withUnsafeBytes { bytes.append(contentsOf: $0) }
    tensor.values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
  return bytes
}

private func unpacked(_ bytes: [UInt8]) -> [Tensor] {
  bytes.withUnsafeBytes { bytes in
    var offset = 0
    func next<Number: BitwiseCopyable>(_ count: Int) -> [Number] {
      let first = offset
      offset += 4 * count
      return [Number](unsafeUninitializedCapacity: count) { numbers, initialized in
        UnsafeMutableRawBufferPointer(numbers).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[first..<first + 4 * count]))
        initialized = count
      }
    }
    var tensors: [Tensor] = []
    while offset < bytes.count {
      let rank: [Int32] = next(1)
      let shape = (next(Int(rank[0])) as [Int32]).map { Int($0) }
      tensors.append(Tensor(next(shape.reduce(1, *)), shape: Shape(shape)))
    }
    return tensors
  }
}
