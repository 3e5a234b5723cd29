import Autodiff
import RandomNumbers

/// Draws transitions from the episodes of a window.
struct TransitionSampler {
  /// Rows of the timed states.
  private var rows: [Float] = []
  private let width: Int
  /// The number of transitions, those of the first episode first.
  let count: Int

  /// - Parameter window: Where to draw from; the sampler is `nil` if it is empty.
  init?(_ window: EpisodeWindow) {
    guard let first = window.episodes.first else { return nil }
    width = first.timedStates.shape[1]
    count = window.episodes.reduce(0) { $0 + $1.length }
    rows.reserveCapacity(count * width)
    for episode in window.episodes { rows.append(contentsOf: episode.timedStates.values) }
  }

  /// States [n, width] and which transitions they belong to: all of them, in order, where there are
  /// no more than `limit`; otherwise as many, with repetitions.
  func draw(_ limit: Int, using generator: inout PCG64) -> (states: Tensor, indices: [Int]) {
    if count <= limit { return (Tensor(rows, shape: [count, width]), Array(0..<count)) }
    let indices = (0..<limit).map { _ in generator.integers(0, count) }
    let states = [Float](unsafeUninitializedCapacity: limit * width) { states, initialized in
      for (k, index) in indices.enumerated() {
        for i in 0..<width { states[k * width + i] = rows[index * width + i] }
      }
      initialized = limit * width
    }
    return (Tensor(states, shape: [limit, width]), indices)
  }
}
