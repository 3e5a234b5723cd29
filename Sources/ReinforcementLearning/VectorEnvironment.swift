/// Several environments of one kind, stepped at once, with their results side by side.
///
/// Environments that have a batch of their own (`EnvironmentBatch`), such as CartPole with or without a
/// `TimeLimit`, or that share work (`SharedStepWork`), such as LunarLander, are stepped together, which is
/// faster; others in turn. The results are the same.
///
/// Results lie in arrays that every call overwrites in place; nothing is allocated as long as the
/// caller keeps no copy of them. Row i of a batch belongs to environment i.
///
/// ```swift
/// var batch = VectorEnvironment(count: 8, autoreset: .sameStep) {
///   TimeLimit(CartPole(), maxEpisodeSteps: 500)
/// }
/// batch.reset(seed: 42)
/// batch.step([0, 1, 1, 0, 1, 0, 0, 1])
/// let firstRow = batch.observations[..<batch.observationCount]
/// ```
public struct VectorEnvironment<Base: Environment> {
  @usableFromInline var batch: Base.Batch

  /// When the next episode of a finished environment starts.
  public let autoreset: AutoresetMode

  /// How many scalars an observation has: the length of a row.
  public let observationCount: Int

  @usableFromInline var observationRows: [Float]
  @usableFromInline var finalRows: [Float]
  @usableFromInline var rewardColumn: [Double]
  @usableFromInline var terminatedColumn: [Bool]
  @usableFromInline var truncatedColumn: [Bool]
  @usableFromInline var infoColumn: [[String: Double]]
  @usableFromInline var needsResetColumn: [Bool]

  /// Makes a batch of environments that are at hand.
  ///
  /// - Parameters:
  ///   - environments: The environments, one at least; instances of a class must be distinct.
  ///   - autoreset: When the next episode of a finished environment starts.
  public init(_ environments: [Base], autoreset: AutoresetMode) {
    precondition(!environments.isEmpty, "A vector environment needs at least one environment.")
    batch = Base.Batch(environments)
    self.autoreset = autoreset
    let count = environments.count
    observationCount = environments[0].observationSpace.count
    observationRows = Array(repeating: 0, count: count * observationCount)
    finalRows = autoreset == .sameStep ? observationRows : []
    rewardColumn = Array(repeating: 0, count: count)
    terminatedColumn = Array(repeating: false, count: count)
    truncatedColumn = Array(repeating: false, count: count)
    infoColumn = Array(repeating: [:], count: count)
    needsResetColumn = Array(repeating: true, count: count)
  }

  /// Makes a batch of new environments.
  ///
  /// - Parameters:
  ///   - count: How many environments to make, one at least.
  ///   - autoreset: When the next episode of a finished environment starts.
  ///   - make: Makes one environment.
  public init(count: Int, autoreset: AutoresetMode, make: () -> Base) {
    self.init((0..<max(count, 0)).map { _ in make() }, autoreset: autoreset)
  }

  /// How many environments there are.
  @inlinable public var count: Int { batch.count }

  /// The environments, in the order of the rows.
  public var environments: [Base] { (0..<count).map { batch[$0] } }

  /// The environment of a row, as a value. One that is put there goes on from where it is; the row's results
  /// stay those of the last step.
  @inlinable
  public subscript(index: Int) -> Base {
    get { batch[index] }
    _modify { yield &batch[index] }
  }

  /// The observations, row by row: `count` × `observationCount` scalars.
  @inlinable public var observations: [Float] { observationRows }

  /// The last observations of finished episodes, laid out as `observations`. Only with `sameStep`
  /// (otherwise empty), and only rows of environments whose last step ended an episode count.
  @inlinable public var finalObservations: [Float] { finalRows }

  /// The reward of each environment's last step.
  @inlinable public var rewards: [Double] { rewardColumn }

  /// Whether each environment's last step reached a terminal state.
  @inlinable public var isTerminated: [Bool] { terminatedColumn }

  /// Whether each environment's last step was cut from outside.
  @inlinable public var isTruncated: [Bool] { truncatedColumn }

  /// The additional figures of each environment's last step.
  @inlinable public var infos: [[String: Double]] { infoColumn }

  /// Whether each environment must be reset before it can be stepped: before the first reset,
  /// and after the end of an episode unless the mode is `sameStep`.
  @inlinable public var needsReset: [Bool] { needsResetColumn }
}

extension VectorEnvironment {
  /// Starts a new episode in all environments.
  ///
  /// - Parameters:
  ///   - seed: The first environment's seed; the next one has `seed + 1` and so on. `nil`
  ///     continues the environments' own streams.
  ///   - options: Settings for these episodes; later automatic resets use the defaults.
  public mutating func reset(seed: UInt64? = nil, options: [String: Double] = [:]) {
    for index in 0..<count {
      reset(at: index, seed: seed.map { $0 &+ UInt64(index) }, options: options)
    }
  }

  /// Starts a new episode in one environment.
  ///
  /// - Parameters:
  ///   - index: The environment's row.
  ///   - seed: Its seed, or `nil` to continue its own stream.
  ///   - options: Settings for this episode.
  @inlinable
  public mutating func reset(at index: Int, seed: UInt64? = nil, options: [String: Double] = [:]) {
    precondition((0..<count).contains(index), "There is no environment \(index) of \(count).")
    let observation = batch.reset(at: index, seed: seed, options: options)
    withRows { rows, _, _ in rows.write(observation, at: index) }
    rewardColumn[index] = 0
    terminatedColumn[index] = false
    truncatedColumn[index] = false
    infoColumn[index] = [:]
    needsResetColumn[index] = false
  }

  /// Takes one action in each environment.
  ///
  /// - Parameter actions: One action for each environment, in the order of the rows.
  @inlinable
  public mutating func step(_ actions: [Base.Action]) { step(actions, restarting: true) }

  /// Takes one action in each environment that is in an episode, and leaves the others as they are.
  ///
  /// - Parameter actions: One action for each environment; those of the others are ignored.
  @inlinable
  public mutating func stepUnfinished(_ actions: [Base.Action]) {
    step(actions, restarting: false)
  }

  @inlinable
  mutating func step(_ actions: [Base.Action], restarting: Bool) {
    precondition(
      actions.count == count, "There are \(actions.count) actions for \(count) environments.")
    // Those whose episode was over before the step.
    var ended: [Int] = []
    let autoreset = autoreset
    withRows { rows, finalObservations, batch in
      if restarting {
        rows.forEachIdle { index in
          requireRestart(of: index, rows, autoreset)
          ended.append(index)
        }
      }
      batch.step(actions, into: rows)
      rows.forEachEnd { index in
        if rows.needsReset[index] { return }
        guard autoreset == .sameStep else {
          rows.needsReset[index] = true
          return
        }
        let row = index * rows.observationCount..<(index + 1) * rows.observationCount
        for scalar in row { finalObservations[scalar] = rows.observations[scalar] }
        rows.write(batch.reset(at: index, seed: nil, options: [:]), at: index)
      }
    }
    for index in ended { reset(at: index) }
  }

  /// Looks the memory of all columns up.
  @inlinable
  mutating func withRows(
    _ body: (BatchRows, UnsafeMutableBufferPointer<Float>, inout Base.Batch) -> Void
  ) {
    let observationCount = observationCount
    observationRows.withUnsafeMutableBufferPointer { observations in
      finalRows.withUnsafeMutableBufferPointer { finalObservations in
        rewardColumn.withUnsafeMutableBufferPointer { rewards in
          terminatedColumn.withUnsafeMutableBufferPointer { isTerminated in
            truncatedColumn.withUnsafeMutableBufferPointer { isTruncated in
              infoColumn.withUnsafeMutableBufferPointer { infos in
                needsResetColumn.withUnsafeMutableBufferPointer { needsReset in
                  body(
                    BatchRows(
                      needsReset: needsReset, observations: observations,
                      observationCount: observationCount, rewards: rewards,
                      isTerminated: isTerminated, isTruncated: isTruncated, infos: infos),
                    finalObservations, &batch)
                }
              }
            }
          }
        }
      }
    }
  }
}

extension VectorEnvironment: Sendable where Base: Sendable, Base.Batch: Sendable {}

/// Stops the program unless the next episode of an environment may start in the place of a step.
@usableFromInline
func requireRestart(of index: Int, _ rows: BatchRows, _ autoreset: AutoresetMode) {
  // An episode that has ended has set a flag; without one there has been no episode yet.
  precondition(
    rows.isTerminated[index] || rows.isTruncated[index], "Call reset before the first step.")
  precondition(
    autoreset == .nextStep,
    "The episode of environment \(index) is over; call reset(at: \(index)) first.")
}
