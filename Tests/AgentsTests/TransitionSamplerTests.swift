import Autodiff
import RandomNumbers
import Testing

@testable import Agents

@Suite struct TransitionSamplerTests {
  /// Five transitions whose states are their numbers.
  private var window: EpisodeWindow {
    var window = EpisodeWindow(capacity: 2)
    window.append(
      [0..<2, 2..<5].map { range in
        let states = Tensor(range.flatMap { [Float($0), -Float($0)] }, shape: [range.count, 2])
        return EpisodeFeatures(
          states: states, timedStates: states, samples: .zeros([range.count, 1]),
          returns: .zeros([range.count]), rewards: [])
      })
    return window
  }

  @Test func fewTransitionsComeInOrderWithoutADraw() throws {
    let sampler = try #require(TransitionSampler(window))
    var generator = PCG64(seed: 1)
    for limit in [5, 100] {
      let (states, indices) = sampler.draw(limit, using: &generator)
      #expect(states.values == [0, 0, 1, -1, 2, -2, 3, -3, 4, -4])
      #expect(indices == [0, 1, 2, 3, 4])
    }
    #expect(generator == PCG64(seed: 1))
  }

  @Test func statesBelongToTheirTransitions() throws {
    let sampler = try #require(TransitionSampler(window))
    var (generator, seen) = (PCG64(seed: 1), Set<Int>())
    for _ in 0..<20 {
      let (states, indices) = sampler.draw(4, using: &generator)
      #expect(states.shape == [4, 2])
      #expect(states.values == indices.flatMap { [Float($0), -Float($0)] })
      seen.formUnion(indices)
    }
    #expect(seen == Set(0..<5))
  }

  @Test func nothingToDrawFrom() {
    #expect(TransitionSampler(EpisodeWindow(capacity: 1)) == nil)
  }
}
