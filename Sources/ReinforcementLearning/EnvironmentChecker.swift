import RandomNumbers

/// Tries an environment out and returns what is wrong with it: nothing, if it keeps the contract
/// of `Environment`.
///
/// Looks at the spaces, at determinism under a seed, at NaN and infinity, at resets during an
/// episode and without a seed, in a batch, at masks of actions, and takes sampled actions that are
/// allowed, also after the end of an episode. Of each check only the first failure is returned.
/// What stops the program (a failed precondition, an index out of range) cannot be caught and stops
/// this function too.
///
/// ```swift
/// #expect(checkEnvironment(Corridor()).isEmpty)
/// ```
///
/// - Parameters:
///   - environment: The environment; an instance of a class is left in the middle of an episode.
///   - seed: The seed of the episodes and of the actions.
///   - stepCount: How many steps to take in each of the runs that are compared.
public func checkEnvironment<Tested: Environment>(
  _ environment: Tested, seed: UInt64 = 0, stepCount: Int = 500
) -> [EnvironmentProblem] {
  precondition(stepCount > 0, "At least one step must be taken; got \(stepCount).")
  var checker = EnvironmentChecker(environment: environment, seed: seed)
  checker.checkSeedDeterminism()
  checker.checkEpisodes(stepCount: stepCount)
  checker.checkSeedContinuation()
  return checker.problems
}

private struct EnvironmentChecker<Tested: Environment> {
  var environment: Tested
  let seed: UInt64
  var problems: [EnvironmentProblem] = []
  /// What the last observation says of the actions; `nil` where all are allowed.
  private var mask: [Bool]?

  init(environment: Tested, seed: UInt64) {
    self.environment = environment
    self.seed = seed
  }

  /// What one action led to, in a form that can be compared bit by bit.
  struct Moment: Equatable {
    var observation: [UInt32]
    var reward: UInt64 = 0
    var isTerminated = false
    var isTruncated = false

    var isLast: Bool { isTerminated || isTruncated }
  }

  mutating func checkSeedDeterminism() {
    if reset(seed: seed) != reset(seed: seed) {
      report(.seedDeterminism, "Two resets with seed \(seed) give different first observations.")
    }
  }

  mutating func checkEpisodes(stepCount: Int) {
    let fresh = reset(seed: seed)
    let first = run(stepCount: stepCount)

    // The run may have stopped anywhere in an episode, its end included; two more steps into a
    // new one make sure that this reset comes in the middle.
    _ = reset(seed: nil)
    _ = run(stepCount: 2)
    if reset(seed: seed) != fresh, !has(.seedDeterminism) {
      report(
        .midEpisodeReset,
        "A reset with seed \(seed) gives another first observation during an episode than before.")
    }

    let second = run(stepCount: stepCount)
    if let index = first.indices.first(where: { first[$0] != second[$0] }) {
      report(
        .stepDeterminism,
        "With seed \(seed) and the same actions, step \(index + 1) differs from run to run.")
      return
    }

    // A batch holds no rows of another width.
    if has(.observationCount) { return }
    _ = reset(seed: seed)
    let shared = run(stepCount: stepCount, inBatch: true)
    if let index = first.indices.first(where: { first[$0] != shared[$0] }) {
      report(
        .batchStep,
        "With seed \(seed) and the same actions, step \(index + 1) differs in a batch.")
    }
  }

  mutating func checkSeedContinuation() {
    // Enough resets that a start drawn from only a few states is not taken for a constant one.
    let resetCount = 16
    func continuedStarts() -> [Moment] {
      let first = reset(seed: seed)
      return [first] + (0..<resetCount).map { _ in reset(seed: nil) }
    }

    let starts = continuedStarts()
    if starts != continuedStarts(), !has(.seedDeterminism) {
      report(
        .seedContinuation,
        "After a reset with seed \(seed), resets without a seed differ from run to run.")
    }
    let isRandom = (1...resetCount).contains { reset(seed: seed &+ UInt64($0)) != starts[0] }
    if isRandom && starts.allSatisfy({ $0 == starts[0] }) {
      report(
        .seedContinuation,
        "A reset without a seed starts the same episode again instead of continuing the stream.")
    }
  }
}

extension EnvironmentChecker {
  /// Takes sampled actions, the same ones in every run, and goes on into new episodes.
  mutating func run(stepCount: Int, inBatch: Bool = false) -> [Moment] {
    var generator = PCG64(seed: seed)
    var moments: [Moment] = []
    while moments.count < stepCount {
      moments.append(moment(after: sampleAction(using: &generator), inBatch: inBatch))
      guard moments[moments.count - 1].isLast else { continue }
      // An agent that overlooks the end must not bring the program down, as long as it does what is allowed.
      for _ in 0..<3 where allowsAny {
        moments.append(moment(after: sampleAction(using: &generator), inBatch: inBatch))
      }
      moments.append(reset(seed: nil))
    }
    return moments
  }

  /// Takes a step, as part of a batch if it is to be.
  mutating func moment(after action: Tested.Action, inBatch: Bool) -> Moment {
    guard inBatch else {
      let step = environment.step(action)
      inspect(step.observation, reward: step.reward, isTerminated: step.isTerminated)
      return moment(of: step)
    }
    var batch = VectorEnvironment([environment], autoreset: .disabled)
    batch.needsResetColumn = [false]
    batch.step([action])
    environment = batch[0]
    mask = self.mask(in: batch.observations)
    return Moment(
      observation: batch.observations.map(\.bitPattern), reward: batch.rewards[0].bitPattern,
      isTerminated: batch.isTerminated[0], isTruncated: batch.isTruncated[0])
  }

  mutating func reset(seed: UInt64?) -> Moment {
    let observation = environment.reset(seed: seed, options: [:])
    inspect(observation, reward: 0)
    return Moment(observation: observation.scalars.map(\.bitPattern))
  }

  func moment(of step: Step<Tested.Observation>) -> Moment {
    Moment(
      observation: step.observation.scalars.map(\.bitPattern), reward: step.reward.bitPattern,
      isTerminated: step.isTerminated, isTruncated: step.isTruncated)
  }

  mutating func sampleAction(using generator: inout PCG64) -> Tested.Action {
    let action = drawAction(using: &generator)
    if !environment.actionSpace.contains(action) {
      report(.actionSpace, "The action space draws \(action), but does not contain it.")
    }
    return action
  }

  /// An action that the last observation allows.
  func drawAction(using generator: inout PCG64) -> Tested.Action {
    let space = environment.actionSpace
    guard let mask, let maskable = space as? any MaskableSpace,
      let action = maskable.sample(mask: mask, using: &generator) as? Tested.Action
    else { return space.sample(using: &generator) }
    return action
  }

  /// What an observation says of the actions; `nil` where it says nothing that can be understood.
  func mask(in scalars: [Float]) -> [Bool]? {
    guard let columns = environment.actionMask,
      environment.actionSpace.accepts(mask: columns, observationCount: scalars.count)
    else { return nil }
    return scalars[columns].map { $0 != 0 }
  }

  /// Whether the last observation allows any action.
  var allowsAny: Bool {
    guard let mask, let space = environment.actionSpace as? any MaskableSpace else { return true }
    return space.hasElement(allowedBy: mask)
  }

  mutating func inspectMask(in scalars: [Float], isTerminated: Bool) {
    mask = mask(in: scalars)
    guard let columns = environment.actionMask else { return }
    guard mask != nil else {
      report(
        .actionMask,
        "The scalars \(columns) of \(scalars.count) are no mask of the actions \(environment.actionSpace)."
      )
      return
    }
    if !scalars[columns].allSatisfy({ $0 == 0 || $0 == 1 }) {
      report(
        .actionMask,
        "The mask of actions \(brief(Array(scalars[columns]))) is not of zeros and ones.")
    } else if !isTerminated && !allowsAny {
      report(
        .actionMask,
        "The mask of actions \(brief(Array(scalars[columns]))) allows none, though the episode goes on."
      )
    }
  }

  mutating func inspect(
    _ observation: Tested.Observation, reward: Double, isTerminated: Bool = false
  ) {
    let scalars = observation.scalars
    let space = environment.observationSpace
    if scalars.count != space.count {
      report(
        .observationCount,
        "An observation has \(scalars.count) scalars, the observation space \(space.count).")
    } else if !space.contains(scalars) {
      report(
        .observationBounds, "The observation \(brief(scalars)) lies outside the observation space.",
        isWarning: true)
    }
    if !scalars.allSatisfy(\.isFinite) {
      report(.finiteValues, "The observation \(brief(scalars)) is not finite.")
    }
    if !reward.isFinite { report(.finiteValues, "The reward \(reward) is not finite.") }
    inspectMask(in: scalars, isTerminated: isTerminated)
  }

  /// Scalars for a sentence, of which there may be thousands.
  func brief(_ scalars: [Float]) -> String {
    guard scalars.count > 16 else { return "\(scalars)" }
    let first = scalars.prefix(16).map { "\($0)" }.joined(separator: ", ")
    return "[\(first), …] of \(scalars.count) scalars"
  }

  func has(_ check: EnvironmentProblem.Check) -> Bool {
    problems.contains { $0.check == check }
  }

  mutating func report(
    _ check: EnvironmentProblem.Check, _ message: String, isWarning: Bool = false
  ) {
    guard !has(check) else { return }
    problems.append(EnvironmentProblem(check: check, isWarning: isWarning, message: message))
  }
}
