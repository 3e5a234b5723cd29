import RandomNumbers
import ReinforcementLearning
import State
import Testing

/// All vectors of `count` zeros and ones.
func binaryActions(count: Int) -> [[Int]] {
  (0..<1 << count).map { number in (0..<count).map { number >> $0 & 1 } }
}

/// The mean of some numbers.
func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }

/// The returns of episodes of sampled actions.
func sampledReturns<Tested: Environment>(
  of environment: Tested, episodes: Int, seed: UInt64 = 1
) -> [Double] {
  var (environment, generator) = (environment, PCG64(seed: seed))
  return (0..<episodes).map { episode in
    _ = environment.reset(seed: episode == 0 ? seed : nil)
    var total = 0.0
    while true {
      let step = environment.step(environment.actionSpace.sample(using: &generator))
      total += step.reward
      if step.isLast { return total }
    }
  }
}

/// Whether what follows a saved state follows again once that has been restored, also in a new
/// environment.
func expectContinuation<Tested: Environment & Stateful>(_ environment: Tested) throws {
  func next(_ environment: inout Tested) -> [Float] {
    var generator = PCG64(seed: 5)
    var scalars: [Float] = []
    for _ in 0..<40 {
      let step = environment.step(environment.actionSpace.sample(using: &generator))
      scalars += step.observation.scalars + [Float(step.reward)]
      if step.isLast { scalars += environment.reset().scalars }
    }
    return scalars
  }

  var (used, fresh) = (environment, environment)
  _ = used.reset(seed: 3)
  _ = next(&used)
  let snapshot = try StateSnapshot(of: &used)
  let expected = next(&used)
  try snapshot.restore(&fresh)
  #expect(next(&fresh) == expected)
}
