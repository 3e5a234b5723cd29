import CCartPole
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
      precondition(rows.observationCount == 4, "CartPole.Batch: rows of another environment")
      precondition(
        actions.count == self.count,
        "CartPole.Batch: \(actions.count) actions for \(self.count) carts")
      let (count, areAllUsual, carts) = (count, areAllUsual, carts)
      numbers.withUnsafeMutableBufferPointer { numbers in
        isSpecial.withUnsafeMutableBufferPointer { isSpecial in
          guard let start = numbers.baseAddress else { return }
          let columns = Columns(start: start, count: count)
          vm_sine_and_cosine(columns[.angle], columns[.sine], columns[.cosine], count)
          var first = 0
          while first < count {
            var end = first
            while areAllUsual, end + 4 <= count, !hasAny(rows.needsReset, isSpecial, end) {
              end += 4
            }
            columns.advance(first..<end, actions, rows, isSpecial)
            first = end
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
            first += 4
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

/// The memory of the columns.
private struct Columns {
  let start: UnsafeMutablePointer<Double>
  let count: Int

  subscript(column: Column) -> UnsafeMutablePointer<Double> { start + column.rawValue * count }

  /// Moves carts that go on by a step, fours of them.
  func advance(
    _ carts: Range<Int>, _ actions: [Int], _ rows: BatchRows,
    _ hasEnded: UnsafeMutableBufferPointer<Bool>
  ) {
    guard !carts.isEmpty, let observations = rows.observations.baseAddress,
      let rewards = rows.rewards.baseAddress, let isTerminated = rows.isTerminated.baseAddress,
      let isTruncated = rows.isTruncated.baseAddress, let hasEnded = hasEnded.baseAddress
    else { return }
    let areLegal = actions.withUnsafeBytes {
      cart_pole_advance(
        cart_pole_columns(
          position: self[.position], angle: self[.angle], velocity: self[.velocity],
          angular_velocity: self[.angularVelocity], sine: self[.sine], cosine: self[.cosine]),
        $0.assumingMemoryBound(to: Int64.self).baseAddress,
        cart_pole_rows(
          observations: observations, rewards: rewards, is_terminated: isTerminated,
          is_truncated: isTruncated), hasEnded, carts.lowerBound, carts.count)
    }
    precondition(areLegal, "The actions must be 0 or 1; got \(actions[carts]).")
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
