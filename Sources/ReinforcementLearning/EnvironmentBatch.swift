/// The environments of a `VectorEnvironment`, which are stepped at once.
///
/// An environment whose state is a few numbers can have a batch of its own (`Environment.Batch`), which keeps
/// the numbers of many environments side by side and steps them in the lanes of vectors. All others make
/// up `SeparateEnvironments`. What comes out must be what `step` gives, to the bit, whichever environments are
/// stepped together.
public protocol EnvironmentBatch<Member> {
  /// What the environments are.
  associatedtype Member: Environment

  /// Takes environments over, in the order of the rows.
  init(_ environments: [Member])

  /// How many environments there are.
  var count: Int { get }

  /// An environment as a value.
  subscript(index: Int) -> Member { get set }

  /// Starts an episode in one environment, as its `reset` does.
  mutating func reset(at index: Int, seed: UInt64?, options: [String: Double])
    -> Member.Observation

  /// Takes a step in every environment that is in an episode, and writes all that came out into its rows
  /// (`BatchRows.write(_:at:)` does): also flags that are `false` and figures that are none. The rows of the
  /// others stay as they are.
  ///
  /// - Parameters:
  ///   - actions: One for each environment.
  ///   - rows: Where results go, and which environments are in no episode.
  mutating func step(_ actions: [Member.Action], into rows: BatchRows)
}

/// Where a batch writes what comes out of a step; row i belongs to environment i.
///
/// It is only valid during the call that it is passed to.
public struct BatchRows {
  /// Which environments are in no episode and have no part in the step.
  public let needsReset: UnsafeMutableBufferPointer<Bool>
  /// The observations, `observationCount` scalars for each environment.
  public let observations: UnsafeMutableBufferPointer<Float>
  /// The number of scalars in an observation.
  public let observationCount: Int
  /// The reward of each environment.
  public let rewards: UnsafeMutableBufferPointer<Double>
  /// Whether each has reached a terminal state.
  public let isTerminated: UnsafeMutableBufferPointer<Bool>
  /// Whether the episode of each was cut from outside.
  public let isTruncated: UnsafeMutableBufferPointer<Bool>
  /// The additional figures of each.
  public let infos: UnsafeMutableBufferPointer<[String: Double]>

  @inlinable
  init(
    needsReset: UnsafeMutableBufferPointer<Bool>,
    observations: UnsafeMutableBufferPointer<Float>, observationCount: Int,
    rewards: UnsafeMutableBufferPointer<Double>, isTerminated: UnsafeMutableBufferPointer<Bool>,
    isTruncated: UnsafeMutableBufferPointer<Bool>,
    infos: UnsafeMutableBufferPointer<[String: Double]>
  ) {
    self.needsReset = needsReset
    self.observations = observations
    self.observationCount = observationCount
    self.rewards = rewards
    self.isTerminated = isTerminated
    self.isTruncated = isTruncated
    self.infos = infos
  }

  /// Writes what came out of a step.
  @inlinable
  @inline(__always)
  public func write(_ step: Step<some ObservationVector>, at index: Int) {
    rewards[index] = step.reward
    isTerminated[index] = step.isTerminated
    isTruncated[index] = step.isTruncated
    // Mostly both are empty, and exchanging dictionaries costs two reference counts.
    if !step.info.isEmpty || !infos[index].isEmpty { infos[index] = step.info }
    write(step.observation, at: index)
  }

  /// Writes the observation alone.
  @inlinable
  @inline(__always)
  func write(_ observation: some ObservationVector, at index: Int) {
    let count = observation.observationCount
    precondition(
      count == observationCount, "The observation has \(count) scalars, not \(observationCount).")
    guard let base = observations.baseAddress else { return }
    observation.write(to: base + index * count)
  }

  /// Calls `body` with the row of each environment whose flags say that its last step ended its episode.
  @inlinable
  @inline(__always)
  func forEachEnd(_ body: (Int) -> Void) {
    forEachFlag(isTerminated, isTruncated, body)
  }

  /// Calls `body` with the row of each environment that is in no episode.
  @inlinable
  @inline(__always)
  func forEachIdle(_ body: (Int) -> Void) {
    forEachFlag(needsReset, needsReset, body)
  }
}

/// Calls `body` with each place where one of two flags is set, which happens seldom.
@inlinable
@inline(__always)
func forEachFlag(
  _ first: UnsafeMutableBufferPointer<Bool>, _ second: UnsafeMutableBufferPointer<Bool>,
  _ body: (Int) -> Void
) {
  let bytes = (first: UnsafeRawBufferPointer(first), second: UnsafeRawBufferPointer(second))
  let whole = first.count & ~7
  // Eight at a time, the first one in the lowest byte.
  for start in stride(from: 0, to: whole, by: 8) {
    var flags = UInt64(
      littleEndian: bytes.first.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        | bytes.second.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    while flags != 0 {
      body(start + flags.trailingZeroBitCount / 8)
      flags &= flags - 1
    }
  }
  for index in whole..<first.count where first[index] || second[index] { body(index) }
}

/// Environments that keep their own states, and share the work of a step if they can (`SharedStepWork`).
public struct SeparateEnvironments<Member: Environment>: EnvironmentBatch {
  @usableFromInline var environments: [Member]
  @usableFromInline var work = Member.SharedWork()

  @inlinable
  public init(_ environments: [Member]) { self.environments = environments }

  @inlinable public var count: Int { environments.count }

  @inlinable
  public subscript(index: Int) -> Member {
    get { environments[index] }
    _modify { yield &environments[index] }
  }

  @inlinable
  public mutating func reset(
    at index: Int, seed: UInt64?, options: [String: Double]
  ) -> Member.Observation {
    environments[index].reset(seed: seed, options: options)
  }

  @inlinable
  public mutating func step(_ actions: [Member.Action], into rows: BatchRows) {
    environments.withUnsafeMutableBufferPointer { environments in
      for index in environments.indices where !rows.needsReset[index] {
        environments[index].beginStep(actions[index], sharing: &work)
      }
      work.run()
      var begunCount = 0
      for index in environments.indices where !rows.needsReset[index] {
        rows.write(
          environments[index].endStep(actions[index], sharing: &work, at: begunCount), at: index)
        begunCount += 1
      }
      work.removeAll()
    }
  }
}

extension SeparateEnvironments: Sendable where Member: Sendable {}
