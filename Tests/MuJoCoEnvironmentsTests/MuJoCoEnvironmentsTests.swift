#if MuJoCo
  import Foundation
  import MuJoCoEnvironments
  import RandomNumbers
  import ReinforcementLearning
  import State
  import TestSupport
  import Testing

  @Suite struct MuJoCoEnvironmentsTests {
    @Test(arguments: Subject.allCases)
    func episodesEqualGymnasiums(subject: Subject) throws {
      let name = try #require(subject.specifications.first).name
      let episodes = try RecordedEpisode.all(in: name)
      #expect(episodes.count == 4)
      for episode in episodes { episode.expectReplay(in: subject.environment) }
    }

    @Test(arguments: Subject.allCases)
    func keepsTheContractOfEnvironments(subject: Subject) {
      #expect(checkEnvironment(subject.environment).isEmpty)
      for specification in subject.specifications {
        #expect(checkEnvironment(specification.make(), seed: 3, stepCount: 100).isEmpty)
      }
    }

    @Test(arguments: [
      ("inverted-pendulum", "InvertedPendulum-v4", 950.0, 4, 1, 3 as Float),
      ("inverted-double-pendulum", "InvertedDoublePendulum-v4", 9100, 11, 1, 1),
      ("hopper", "Hopper-v4", 3800, 11, 3, 1), ("half-cheetah", "HalfCheetah-v4", 4800, 17, 6, 1),
    ])
    func registeredVersion(
      name: String, id: String, threshold: Double, observations: Int, actions: Int, bound: Float
    ) throws {
      let registry = EnvironmentRegistry(Subject.allCases.flatMap(\.specifications))
      let specification = try registry.specification(named: id)
      #expect(specification.name == name && specification.rewardThreshold == threshold)
      #expect(specification.maxEpisodeSteps == 1000)
      let environment = specification.make()
      let space = environment.actionSpace as? Box
      #expect(space == Box(low: -bound, high: bound, count: actions))
      let unbounded = Box(low: -.infinity, high: .infinity, count: observations)
      #expect(environment.observationSpace == unbounded)
    }

    @Test(arguments: Subject.allCases)
    func aStateGoesOnInAnotherEnvironmentWithTheSameBits(subject: Subject) throws {
      func expectContinuation<Tested: TestedEnvironment>(of fresh: Tested) throws {
        var environment = fresh
        _ = environment.reset(seed: 5)
        _ = environment.play(steps: 13, seed: 1)
        var untouched = environment
        let played = untouched.play(steps: 50, seed: 2)
        let snapshot = try StateSnapshot(of: &environment)
        #expect(environment.play(steps: 50, seed: 2) == played)
        var other = fresh
        try snapshot.restore(&other)
        #expect(other.play(steps: 50, seed: 2) == played)
        // In the midst of another episode, too.
        try snapshot.restore(&environment)
        let again = try StateSnapshot(of: &environment)
        #expect(environment.play(steps: 50, seed: 2) == played)
        try again.restore(&other)
        #expect(other.exactObservation != environment.exactObservation)
        #expect(other.play(steps: 50, seed: 2) == played)
      }
      try expectContinuation(of: subject.environment)
    }

    @Test(arguments: Subject.allCases)
    func aDrawingChangesNothing(subject: Subject) throws {
      func expectTheSame<Tested: TestedEnvironment>(in fresh: Tested) throws {
        #expect(fresh.drawing == nil)
        var (unseen, seen) = (fresh, fresh)
        _ = unseen.reset(seed: 5)
        _ = seen.reset(seed: 5)
        for seed in 0..<20 as Range<UInt64> {
          #expect(try #require(seen.drawing).shapes.count > 3)
          #expect(unseen.play(steps: 1, seed: seed) == seen.play(steps: 1, seed: seed))
        }
      }
      try expectTheSame(in: subject.environment)
    }

    /// The pole's end is where the observation says.
    @Test func theDrawnPoleHasItsAngle() throws {
      var environment = InvertedPendulum()
      _ = environment.reset(seed: 2)
      for _ in 0..<9 {
        let observation = environment.step([0.5]).observation.map { Double($0) }
        // The highest of all discs.
        let places = try #require(environment.drawing).shapes.compactMap { shape in
          if case .disc(let center, _, _) = shape { center } else { nil }
        }
        let end = try #require(places.max { $0.y < $1.y })
        // The pole is a thousandth of a metre from its axis.
        let angle = observation[1] + 0.001 / 0.6
        #expect(abs(end.x - observation[0] - 0.6 * sin(angle)) < 1e-5)
        #expect(abs(end.y - 0.6 * cos(angle)) < 1e-5)
      }
    }

    @Test(arguments: Subject.allCases)
    func theStateBeforeTheFirstResetIsNone(subject: Subject) throws {
      func expectNone<Tested: TestedEnvironment>(in fresh: Tested) throws {
        var environment = fresh
        let snapshot = try StateSnapshot(of: &environment)
        _ = environment.reset(seed: 5)
        #expect(environment.generator != nil && !environment.exactObservation.isEmpty)
        try snapshot.restore(&environment)
        #expect(environment.generator == nil && environment.exactObservation.isEmpty)
      }
      try expectNone(in: subject.environment)
    }

    @Test func aStateOfTheWrongLengthIsRefused() throws {
      var environment = Hopper()
      _ = environment.reset(seed: 1)
      var visitor = Shortening()
      let error = #expect(throws: Failure.self) { try environment.visitState(&visitor) }
      #expect(
        error?.description.contains(
          "simulation.positions, velocities and accelerations are [5, 5, 5]") == true)
    }

    @Test(arguments: Subject.allCases)
    func aCopyGoesOnByItself(subject: Subject) {
      func expectIndependence<Tested: TestedEnvironment>(of fresh: Tested) {
        var environment = fresh
        _ = environment.reset(seed: 5)
        _ = environment.play(steps: 7, seed: 1)
        var copy = environment
        let played = environment.play(steps: 30, seed: 2)
        #expect(copy.play(steps: 30, seed: 2) == played)
      }
      expectIndependence(of: subject.environment)
    }

    @Test func environmentsOnSeveralThreadsShareTheirModel() async {
      func played(_ seed: UInt64) -> [UInt64] {
        var environment = HalfCheetah()
        _ = environment.reset(seed: seed)
        return environment.play(steps: 60, seed: seed)
      }
      await withTaskGroup(of: (UInt64, [UInt64]).self) { group in
        for seed in 0..<4 as Range<UInt64> { group.addTask { (seed, played(seed)) } }
        for await (seed, bits) in group { #expect(bits == played(seed)) }
      }
    }

    @Test func aMotorGivesNoMoreThanItCanButIsPaidForMore() {
      var (environment, strongest) = (HalfCheetah(), HalfCheetah())
      _ = (environment.reset(seed: 1), strongest.reset(seed: 1))
      let step = environment.step([2, 1, 1, 1, 1, 1])
      let expected = strongest.step([1, 1, 1, 1, 1, 1])
      #expect(step.observation == expected.observation)
      #expect(abs(expected.reward - step.reward - 0.3) < 1e-6)
    }

    @Test func unseededEnvironmentsStartDifferently() {
      var (first, second) = (Hopper(), Hopper())
      #expect(first.generator == nil)
      #expect(first.reset() != second.reset())
    }

    @Test func stepBeforeResetStops() async {
      let result = await #expect(
        processExitsWith: .failure, observing: [\.standardErrorContent]
      ) {
        var environment = Hopper()
        _ = environment.step([0, 0, 0])
      }
      expectMessage("Call reset before the first step.", of: result)
    }

    @Test func wrongNumberOfScalarsStops() async {
      let result = await #expect(
        processExitsWith: .failure, observing: [\.standardErrorContent]
      ) {
        var environment = Hopper()
        _ = environment.reset(seed: 1)
        _ = environment.step([0, 1])
      }
      expectMessage("An action needs length 3 and finite numbers; got [0.0, 1.0].", of: result)
    }

    @Test func notANumberStops() async {
      let result = await #expect(
        processExitsWith: .failure, observing: [\.standardErrorContent]
      ) {
        var environment = InvertedPendulum()
        _ = environment.reset(seed: 1)
        _ = environment.step([.nan])
      }
      expectMessage("An action needs length 1 and finite numbers; got [nan].", of: result)
    }
  }

  /// Takes the last number away from every array.
  private struct Shortening: StateVisitor {
    var prefix = ""
    var place: String { "the test" }

    mutating func visit(_ name: String, _ values: inout [Float], shape: [Int]) {}

    mutating func visit<Value: Codable & Sendable>(_ name: String, _ value: inout Value) {
      if let values = value as? [Double], let shorter = Array(values.dropLast()) as? Value {
        value = shorter
      }
    }
  }
#endif
