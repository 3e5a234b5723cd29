import State
import Synchronization

/// The runs of a comparison that are still to be made, those that take longest first.
///
/// How long the runs of a variant take is known when one of them is finished. Until then it may be the
/// longest of all.
final class RunQueue<Settings: ExperimentSettings>: Sendable {
  /// What became of an attempt to begin a run.
  enum Attempt<Claim: Sendable>: Sendable {
    case begun(Claim)
    /// It is finished: by somebody else.
    case finished(RunValues)
    /// Somebody else is at it.
    case busy
    /// Whoever was at it is no more.
    case lost
  }

  private struct State {
    /// What came out, by the place in the plan.
    var values: [Int: RunValues]
    var underWay: Set<Int> = []
    var lost: Set<Int> = []
    /// How many are passed over at first, where other ranks begin with them.
    var skipping: Int
  }

  private let entries: [Int]
  private let indices: [Int]
  private let state: Mutex<State>

  /// - Parameters:
  ///   - plan: All runs.
  ///   - done: What came out of those that are finished.
  ///   - indices: Which of them this process may make; all without it.
  ///   - skipping: How many of them others begin with.
  init(
    _ plan: ComparisonPlan<Settings>, done: [Int: RunValues], only indices: [Int]? = nil,
    skipping: Int = 0
  ) {
    entries = plan.runs.map(\.entry)
    self.indices = indices ?? Array(entries.indices)
    state = Mutex(State(values: done, skipping: skipping))
  }

  /// Begins the next run.
  ///
  /// - Parameter attempt: Tries to begin a run.
  /// - Returns: The run, or whether others are still at some; `nil` and `false` where all is done or lost.
  func next<Claim: Sendable>(
    _ attempt: (Int) throws(Failure) -> Attempt<Claim>
  ) throws(Failure) -> (run: (index: Int, claim: Claim)?, isWaiting: Bool) {
    try state.withLock { state throws(Failure) in
      var isWaiting = false
      let order = order(state)
      let first = order.isEmpty ? 0 : state.skipping % order.count
      state.skipping = 0
      for index in order[first...] + order[..<first] where !state.underWay.contains(index) {
        switch try attempt(index) {
        case .begun(let claim):
          state.underWay.insert(index)
          return ((index, claim), false)
        case .finished(let values): state.values[index] = values
        case .busy: isWaiting = true
        case .lost: state.lost.insert(index)
        }
      }
      return (nil, isWaiting)
    }
  }

  /// Takes what came out of a run.
  func finish(_ index: Int, _ values: RunValues) {
    state.withLock { state in
      state.values[index] = values
      state.underWay.remove(index)
    }
  }

  /// What came out so far, by the place in the plan.
  var values: [Int: RunValues] { state.withLock { $0.values } }

  /// The runs that are neither finished nor lost, in the order in which they are begun.
  private func order(_ state: borrowing State) -> [Int] {
    var times: [Int: (sum: Double, count: Int)] = [:]
    for (index, values) in state.values {
      let time = times[entries[index]] ?? (0, 0)
      times[entries[index]] = (
        time.sum + (values.result["wall_seconds"]?.double ?? 0), time.count + 1
      )
    }
    func time(_ index: Int) -> Double {
      times[entries[index]].map { $0.sum / Double($0.count) } ?? .infinity
    }
    let (values, lost) = (state.values, state.lost)
    return indices.filter { values[$0] == nil && !lost.contains($0) }
      .sorted { (time($1), $0) < (time($0), $1) }
  }
}
