import CVectorMath
import ReinforcementLearning

extension CartPole {
  /// Several carts, whose states lie side by side and move in the lanes of vectors.
  public struct Batch: EnvironmentBatch, Sendable {
    /// Everything but where the carts are and whether they have left their range.
    private var carts: [CartPole]
    /// Which carts have left their range, or were never reset.
    private var isSpecial: [Bool]
    /// The columns.
    private var numbers: [Double]
    /// Whether all have the usual reward and integrator.
    private var areAllUsual: Bool

    public init(_ environments: [CartPole]) {
      carts = environments
      isSpecial = Array(repeating: true, count: environments.count)
      areAllUsual = environments.allSatisfy(\.isUsual)
      numbers = Array(repeating: 0, count: Column.allCases.count * carts.count)
      for index in carts.indices { place(index) }
    }

    public var count: Int { carts.count }

    public subscript(index: Int) -> CartPole {
      get {
        var cart = carts[index]
        // One that was never reset is nowhere.
        guard cart.currentState != nil else { return cart }
        func number(_ column: Column) -> Double { numbers[column.rawValue * count + index] }
        cart.currentState = State(
          coordinates: SIMD2(number(.position), number(.angle)),
          velocities: SIMD2(number(.velocity), number(.angularVelocity)))
        cart.hasTerminated = isSpecial[index]
        return cart
      }
      set {
        carts[index] = newValue
        areAllUsual = carts.allSatisfy(\.isUsual)
        place(index)
      }
    }

    public mutating func reset(
      at index: Int, seed: UInt64?, options: [String: Double]
    ) -> SIMD4<Float> {
      let observation = carts[index].reset(seed: seed, options: options)
      place(index)
      return observation
    }

    public mutating func step(_ actions: [Int], into rows: BatchRows) {
      let (count, areAllUsual, carts) = (count, areAllUsual, carts)
      numbers.withUnsafeMutableBufferPointer { numbers in
        isSpecial.withUnsafeMutableBufferPointer { isSpecial in
          guard let start = numbers.baseAddress else { return }
          let columns = Columns(start: start, count: count)
          vm_sine_and_cosine(columns[.angle], columns[.sine], columns[.cosine], count)
          for first in stride(from: 0, to: count, by: 4) {
            if areAllUsual, first + 4 <= count, !hasAny(rows.needsReset, isSpecial, first) {
              columns.advance(first, actions: four(actions, first))
              columns.write(rows, first)
              columns.forEachOutside(first) { index in
                rows.isTerminated[index] = true
                isSpecial[index] = true
              }
              continue
            }
            // One by one, as a single cart does it.
            for index in first..<min(first + 4, count) where !rows.needsReset[index] {
              var cart = carts[index]
              if cart.currentState != nil {
                cart.currentState = columns.state(index)
                cart.hasTerminated = isSpecial[index]
              }
              rows.write(cart.step(actions[index]), at: index)
              if let state = cart.currentState { columns.store(state, index) }
              isSpecial[index] = cart.hasTerminated
            }
          }
        }
      }
    }

    /// Takes the state of a cart over.
    private mutating func place(_ index: Int) {
      let (cart, count) = (carts[index], count)
      isSpecial[index] = cart.hasTerminated || cart.currentState == nil
      numbers.withUnsafeMutableBufferPointer { numbers in
        guard let start = numbers.baseAddress, let state = cart.currentState else { return }
        Columns(start: start, count: count).store(state, index)
      }
    }
  }
}

extension CartPole {
  fileprivate var isUsual: Bool { !usesSuttonBartoReward && integrator == .explicitEuler }
}

/// What is known of each cart.
private enum Column: Int, CaseIterable {
  case position, angle, velocity, angularVelocity, sine, cosine
}

private typealias Four = SIMD4<Double>

/// The memory of the columns.
private struct Columns {
  let start: UnsafeMutablePointer<Double>
  let count: Int

  subscript(column: Column) -> UnsafeMutablePointer<Double> { start + column.rawValue * count }

  /// Moves four carts by a step.
  ///
  /// A function of its own, since the compiler takes vectors apart where lanes are looked at close by.
  @inline(never)
  func advance(_ first: Int, actions: SIMD4<Int64>) {
    var motion = CartPoleMotion(
      position: four(.position, first), angle: four(.angle, first),
      velocity: four(.velocity, first), angularVelocity: four(.angularVelocity, first))
    // 10 N with the sign bit of a push to the left.
    let push = SIMD4(repeating: Int64(bitPattern: (10.0).bitPattern))
    motion.advance(
      force: unsafeBitCast((actions ^ 1) &<< 63 | push, to: Four.self),
      sine: four(.sine, first), cosine: four(.cosine, first),
      isSemiImplicit: false)
    set(.position, first, motion.position)
    set(.angle, first, motion.angle)
    set(.velocity, first, motion.velocity)
    set(.angularVelocity, first, motion.angularVelocity)
  }

  /// Calls `body` with those of four carts whose episodes must end here.
  @inline(__always)
  func forEachOutside(_ first: Int, _ body: (Int) -> Void) {
    let (position, angle) = (four(.position, first), four(.angle, first))
    let (far, tilted) = (CartPole.State.positionLimit, CartPole.State.angleLimit)
    let isOutside =
      (position .> far) .| (position .< -far) .| (angle .> tilted) .| (angle .< -tilted)
    // The minimum of the lanes, by which `any` decides, takes long.
    let lanes = unsafeBitCast(isOutside, to: SIMD4<Int64>.self)
    let halves = lanes.lowHalf | lanes.highHalf
    if halves[0] | halves[1] == 0 { return }
    for lane in 0..<4 where lanes[lane] != 0 { body(first + lane) }
  }

  /// Writes what four carts that go on give for a step.
  @inline(__always)
  func write(_ rows: BatchRows, _ first: Int) {
    precondition(rows.observationCount == 4, "CartPole.Batch: rows of another environment")
    let (x, v) = (
      SIMD4<Float>(four(.position, first)), SIMD4<Float>(four(.velocity, first))
    )
    let (angle, w) = (
      SIMD4<Float>(four(.angle, first)), SIMD4<Float>(four(.angularVelocity, first))
    )
    guard let observations = rows.observations.baseAddress,
      let rewards = rows.rewards.baseAddress, let isTerminated = rows.isTerminated.baseAddress,
      let isTruncated = rows.isTruncated.baseAddress
    else { return }
    let target = UnsafeMutableRawPointer(observations + 4 * first)
    for lane in 0..<4 {
      target.storeBytes(
        of: SIMD4(x[lane], v[lane], angle[lane], w[lane]), toByteOffset: 16 * lane,
        as: SIMD4<Float>.self)
    }
    UnsafeMutableRawPointer(rewards + first).storeBytes(of: Four(repeating: 1), as: Four.self)
    UnsafeMutableRawPointer(isTerminated + first).storeBytes(of: 0, as: UInt32.self)
    UnsafeMutableRawPointer(isTruncated + first).storeBytes(of: 0, as: UInt32.self)
  }

  func state(_ index: Int) -> CartPole.State {
    CartPole.State(
      coordinates: SIMD2(self[.position][index], self[.angle][index]),
      velocities: SIMD2(self[.velocity][index], self[.angularVelocity][index]))
  }

  func store(_ state: CartPole.State, _ index: Int) {
    self[.position][index] = state.coordinates[0]
    self[.angle][index] = state.coordinates[1]
    self[.velocity][index] = state.velocities[0]
    self[.angularVelocity][index] = state.velocities[1]
  }

  @inline(__always)
  private func four(_ column: Column, _ first: Int) -> Four {
    UnsafeRawPointer(self[column] + first).loadUnaligned(as: Four.self)
  }

  @inline(__always)
  private func set(_ column: Column, _ first: Int, _ four: Four) {
    UnsafeMutableRawPointer(self[column] + first).storeBytes(of: four, as: Four.self)
  }
}

/// Four actions, which must be 0 or 1.
@inline(__always)
private func four(_ actions: [Int], _ first: Int) -> SIMD4<Int64> {
  let four = actions.withUnsafeBytes {
    $0.loadUnaligned(fromByteOffset: 8 * first, as: SIMD4<Int64>.self)
  }
  let halves = four.lowHalf | four.highHalf
  precondition(
    (halves[0] | halves[1]) & ~1 == 0, "The actions must be 0 or 1; got \(four).")
  return four
}

/// Whether one of four flags is set in either column.
@inline(__always)
private func hasAny(
  _ column: UnsafeMutableBufferPointer<Bool>, _ other: UnsafeMutableBufferPointer<Bool>,
  _ first: Int
) -> Bool {
  let flags = UnsafeRawBufferPointer(column).loadUnaligned(fromByteOffset: first, as: UInt32.self)
  return flags
    | UnsafeRawBufferPointer(other).loadUnaligned(fromByteOffset: first, as: UInt32.self) != 0
}
