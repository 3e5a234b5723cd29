import Parallelism
import State

/// The processes among which the work of one computation is shared.
public enum Job {
  /// For what is called on this thread. All ranks must then call the same things in the same order; nothing
  /// that comes out may depend on how many they are.
  @TaskLocal public static var ranks = Ranks.alone
}

/// Shares the work of what `body` does among ranks.
public func withRanks<Result, Failure: Error>(
  _ ranks: Ranks, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  try Job.$ranks.withValue(ranks.waitingForever) {
    Swift.Result(catching: body)
  }.get()
}

/// The results of `body` for the indices of `costs`, in this order, computed on the threads of all ranks; every
/// rank gets all of them.
///
/// Each call must depend on its index alone: then the results depend neither on the number of threads nor
/// on that of ranks.
///
/// - Parameters:
///   - costs: How long each takes, in any unit, the same on all ranks.
///   - pack: A result as bytes.
///   - unpack: The result that was packed.
///   - body: Computes the result of one index.
/// - Throws: On all ranks what `body` has thrown for the lowest index; its sentence is left to rank 0, and empty
///   on the others. Or `Failure` if the ranks cannot reach each other.
public func sharedMap<Result: Sendable>(
  costs: [Int], pack: (Result) throws(Failure) -> [UInt8],
  unpack: ([UInt8]) throws(Failure) -> Result,
  _ body: @Sendable (Int) throws(Failure) -> Result
) throws(Failure) -> [Result] {
  typealias Outcome = Swift.Result<Result, Failure>
  let (ranks, threads) = (Job.ranks, ThreadBudget.threads)
  func compute(_ indices: [Int]) -> [Outcome] {
    // They share the threads.
    let each = max(1, threads / max(1, min(threads, indices.count)))
    return concurrentMap(indices.count, jobs: threads) { index in
      withThreads(each) {
        Outcome { () throws(Failure) in try body(indices[index]) }
      }
    }
  }
  var outcomes = [Outcome?](repeating: nil, count: costs.count)
  if ranks.isAlone {
    outcomes = compute(Array(costs.indices))
  } else {
    let shares = shares(of: costs, among: ranks.count)
    let own = compute(shares[ranks.rank])
    // Which of them are failures, and then all of them.
    var parts: [[UInt8]] = [[]]
    for outcome in own {
      do throws(Failure) {
        parts.append(try pack(try outcome.get()))
        parts[0].append(0)
      } catch {
        parts.append(error.bytes(of: ranks))
        parts[0].append(1)
      }
    }
    let all = try ranks.gather(parts: parts, .silent)
    for (rank, indices) in shares.enumerated() {
      for (place, index) in indices.enumerated() {
        if all[rank][0][place] == 1 {
          outcomes[index] = .failure(Failure(all[rank][1 + place], heardBy: ranks))
        } else if rank == ranks.rank {
          outcomes[index] = own[place]
        } else {
          outcomes[index] = .success(try unpack(all[rank][1 + place]))
        }
      }
    }
  }
  var results: [Result] = []
  for case let outcome? in outcomes { results.append(try outcome.get()) }
  return results
}

/// `sharedMap` of what is its state.
///
/// - Parameter like: Anything that the states can be put into.
public func sharedStates<Result: Stateful & Sendable>(
  costs: [Int], like: Result, _ body: @Sendable (Int) throws(Failure) -> Result
) throws(Failure) -> [Result] {
  try sharedMap(
    costs: costs,
    pack: { result throws(Failure) in
      var result = result
      return try StateBytes(of: &result).bytes
    },
    unpack: { bytes throws(Failure) in
      var result = like
      try StateBytes(bytes).restore(&result)
      return result
    }, body)
}

/// The indices for each of several workers, none of which has much more to do than another: the longest
/// first, each to whoever has the least.
func shares(of costs: [Int], among count: Int) -> [[Int]] {
  var shares = [[Int]](repeating: [], count: count)
  var loads = [Int](repeating: 0, count: count)
  for index in costs.indices.sorted(by: { (costs[$1], $0) < (costs[$0], $1) }) {
    let least = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
    shares[least].append(index)
    loads[least] += max(1, costs[index])
  }
  return shares
}
