import RandomNumbers
import Testing

@testable import Box2DEnvironments

/// Replays 100 episodes that Gymnasium played.
@Suite struct LunarLanderSimulationTests {
  @Test func recordingsCoverAllVariants() {
    let episodes = RecordedEpisode.all
    #expect(episodes.count == 100)
    #expect(episodes.reduce(0) { $0 + $1.transitions.count } == 14_544)
    #expect(Set(episodes.map(\.policy)) == ["noop", "random", "heuristic"])
    #expect(episodes.filter(\.isContinuous).count == 40)
    #expect(episodes.filter(\.settings.enableWind).count == 40)
  }

  @Test(.enabled(if: Recording.isExact)) func episodesAreGymnasiumsToTheBit() throws {
    for episode in RecordedEpisode.all {
      try episode.recording.expectEqual(in: episode.makeEnvironment())
      let isTruncated = episode.recording.isTruncated
      #expect(isTruncated == (episode.recording.transitions.count == 1000), "\(episode)")
    }
  }

  /// Where the last bits may differ, the flight before the touch-down is still close.
  @Test func flightsFollowGymnasiums() {
    for episode in RecordedEpisode.all {
      var environment = episode.makeEnvironment()
      let first = environment.reset(seed: episode.seed)
      #expect(greatestDistance(first, episode.firstObservation) < 1e-4, "\(episode), reset")
      for (index, transition) in episode.transitions.prefix(50).enumerated() {
        let step = environment.step(transition.action)
        let distance = greatestDistance(step.observation, transition.observation)
        #expect(distance < 1e-4, "\(episode), step \(index)")
        #expect(abs(step.reward - transition.reward) < 0.01, "\(episode), step \(index)")
      }
    }
  }

  @Test func rewardIsChangeOfPotentialLessFuel() {
    for episode in RecordedEpisode.all where episode.seed < 3 {
      var environment = episode.makeEnvironment()
      var before = potential(environment.reset(seed: episode.seed))
      for transition in episode.transitions.prefix(50) {
        let step = environment.step(transition.action)
        let after = potential(step.observation)
        let expected = after - before - fuel(transition.action)
        #expect(abs(step.reward - expected) < 1e-4, "\(episode): \(step.reward), \(expected)")
        before = after
      }
    }
  }

  @Test func crashEndsWithMinusHundredAndStaysOver() {
    var environment = LunarLander()
    _ = environment.reset(seed: 0)
    var step = environment.step(0)
    var count = 1
    while !step.isTerminated && count < 200 {
      step = environment.step(0)
      count += 1
    }
    // Also while the hull no longer touches anything.
    var isAloft = false
    for _ in 0..<100 where !isAloft {
      #expect(step.isTerminated && step.reward == -100)
      step = environment.step(2)
      isAloft = environment.core.simulation?.world.contacts(of: 0).current == 0
    }
    #expect(isAloft && step.isTerminated && step.reward == -100)
  }

  @Test func leavingSidewaysIsACrash() {
    var environment = LunarLander()
    var observation = environment.reset(seed: 5)
    var (previous, last): (SIMD8<Float>, Double?) = (observation, nil)
    // Hovers while it drifts, since the controller believes the helipad to lie far away.
    for _ in 0..<1000 where last == nil {
      var believed = observation
      believed[0] -= 3 * (observation[0] < 0 ? -1 : 1)
      believed[1] -= 1.5
      let step = environment.step(HeuristicController().discreteAction(believed))
      (previous, observation) = (observation, step.observation)
      if step.isTerminated { last = step.reward }
    }
    #expect(last == -100)
    #expect(abs(previous[0]) < 1 && abs(observation[0]) >= 1)
    #expect(environment.core.simulation?.hullHasTouched == false)
  }

  @Test func fallingAsleepEndsWithPlusHundred() {
    var environment = LunarLander()
    var observation = environment.reset(seed: 0)
    for _ in 0..<1000 {
      let step = environment.step(HeuristicController().discreteAction(observation))
      observation = step.observation
      guard step.isTerminated else { continue }
      #expect(step.reward == 100)
      #expect(environment.core.simulation?.world.isAwake(0) == false)
      #expect(environment.core.simulation?.hullHasTouched == false)
      return
    }
    Issue.record("The lander has not come to rest.")
  }

  private func potential(_ observation: SIMD8<Float>) -> Double {
    let o = SIMD8<Double>(observation)
    let distance = (o[0] * o[0] + o[1] * o[1]).squareRoot()
    let speed = (o[2] * o[2] + o[3] * o[3]).squareRoot()
    return -100 * (distance + speed + abs(o[4])) + 10 * (o[6] + o[7])
  }

  private func fuel(_ action: Recording.Action) -> Double {
    switch action {
    case .discrete(let action):
      [0, 0.03, 0.3, 0.03][action]
    case .continuous(let action):
      (action[0] > 0 ? 0.15 * (Double(action[0]) + 1) : 0)
        + (abs(action[1]) > 0.5 ? 0.03 * Double(abs(action[1])) : 0)
    }
  }
}

/// The bits of the scalars, which tell 0 from −0.
func bits(_ observation: SIMD8<Float>) -> SIMD8<UInt32> {
  unsafeBitCast(observation, to: SIMD8<UInt32>.self)
}

/// The greatest distance between two scalars at the same place.
func greatestDistance(_ first: SIMD8<Float>, _ second: SIMD8<Float>) -> Float {
  let difference = first - second
  return max(difference.max(), -difference.min())
}
