import Autodiff
import RandomNumbers

/// Draws transitions from the episodes of a window.
struct TransitionSampler {
  /// The timed states, [transitions, width].
  private let states: Tensor
  /// The number of transitions, those of the first episode first.
  var count: Int { states.shape[0] }

  /// - Parameter window: Where to draw from; the sampler is `nil` if it is empty.
  init?(_ window: EpisodeWindow) {
    if window.episodes.isEmpty { return nil }
    states = .concatenatingRows(window.episodes.map(\.timedStates))
  }

  /// States [n, width] and which transitions they belong to: all of them, in order, where there are
  /// no more than `limit`; otherwise as many, with repetitions.
  func draw(_ limit: Int, using generator: inout PCG64) -> (states: Tensor, indices: [Int]) {
    if count <= limit { return (states, Array(0..<count)) }
    let indices = (0..<limit).map { _ in generator.integers(0, count) }
    return (states.rows(at: indices), indices)
  }
}

extension Tensor {
  /// The rows of a matrix, or the elements of a vector, at some indices, as a constant.
  func rows(at indices: [Int]) -> Tensor {
    let (count, width) = (shape[0], shape.rank == 1 ? 1 : shape[1])
    precondition(
      indices.allSatisfy { $0 >= 0 && $0 < count }, "rows: some are not among those of \(shape)")
    let rows = [Float](unsafeUninitializedCapacity: indices.count * width) { rows, initialized in
      values.withUnsafeBufferPointer { values in
        for (k, index) in indices.enumerated() {
          for i in 0..<width { rows[k * width + i] = values[index * width + i] }
        }
      }
      initialized = indices.count * width
    }
    return Tensor(rows, shape: shape.rank == 1 ? [indices.count] : [indices.count, width])
  }
}
