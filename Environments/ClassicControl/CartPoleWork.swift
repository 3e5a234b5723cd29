import CVectorMath
import ReinforcementLearning

/// The motion of several carts, which is computed side by side in the lanes of vectors.
///
/// Copies are independent if they are made between steps, not between `beginStep` and `endStep`.
public struct CartPoleWork: SharedStepWork {
  /// Allocated by the first step, kept for the others.
  @usableFromInline var memory: Memory?

  // Looked up in `memory` with the first cart of a step and when there is no room, so that adding
  // a cart takes one comparison.
  @usableFromInline var numbers: UnsafeMutablePointer<Double>?
  @usableFromInline var capacity = 0

  /// How many carts have been added.
  @usableFromInline var count = 0

  @inlinable public init() {}

  /// Adds a cart: where it is, the force on it in N, and how its step is computed.
  @inlinable
  mutating func add(_ state: CartPole.State, force: Double, integrator: CartPole.Integrator) {
    if count == capacity { makeRoom() }
    guard let numbers else { return }
    let cart = numbers + Row.offset(ofCart: count)
    cart[Row.position] = state.coordinates[0]
    cart[Row.angle] = state.coordinates[1]
    cart[Row.velocity] = state.velocities[0]
    cart[Row.angularVelocity] = state.velocities[1]
    cart[Row.force] = force
    cart[Row.isSemiImplicit] = integrator == .semiImplicitEuler ? 1 : 0
    count &+= 1
  }

  /// Where a cart is: after `run`, at the end of its step.
  @inlinable
  func state(at index: Int) -> CartPole.State {
    // One comparison for both bounds.
    guard UInt(bitPattern: index) < UInt(bitPattern: count), let numbers else {
      preconditionFailure("There is no cart \(index) among \(count).")
    }
    let cart = numbers + Row.offset(ofCart: index)
    return CartPole.State(
      coordinates: SIMD2(cart[Row.position], cart[Row.angle]),
      velocities: SIMD2(cart[Row.velocity], cart[Row.angularVelocity]))
  }

  public mutating func run() {
    memory?.advance(count)
  }

  @inlinable
  public mutating func removeAll() {
    // No capacity, so that the next cart looks whether the memory is still this work's alone.
    (count, capacity) = (0, 0)
  }

  /// Finds room for one cart more, in memory that no copy of this work has.
  @usableFromInline
  mutating func makeRoom() {
    if memory == nil || memory?.capacity == count || !isKnownUniquelyReferenced(&memory) {
      let larger = Memory(capacity: max(Row.length, 2 * count, memory?.capacity ?? 0))
      if count > 0, let memory { larger.copy(memory) }
      memory = larger
    }
    numbers = memory?.numbers
    capacity = memory?.capacity ?? 0
  }
}

// Copies share memory only until the first cart of a step is added.
extension CartPoleWork: @unchecked Sendable {}

extension CartPoleWork {
  /// How the memory is laid out: in blocks of 64 carts, which have a row of numbers for each of
  /// these. Rows of a constant length spare multiplications with every number.
  @usableFromInline
  enum Row {
    @inlinable static var length: Int { 64 }

    @inlinable static var position: Int { 0 }
    @inlinable static var angle: Int { length }
    @inlinable static var velocity: Int { 2 * length }
    @inlinable static var angularVelocity: Int { 3 * length }
    @inlinable static var force: Int { 4 * length }
    @inlinable static var isSemiImplicit: Int { 5 * length }
    static var sine: Int { 6 * length }
    static var cosine: Int { 7 * length }

    /// Where the rows of a cart begin.
    @inlinable
    static func offset(ofCart index: Int) -> Int {
      (index & ~(length - 1)) << 3 | index & (length - 1)
    }
  }

  /// The numbers of all carts.
  @usableFromInline
  final class Memory {
    /// How many carts there is room for, in whole blocks.
    let capacity: Int
    let numbers: UnsafeMutablePointer<Double>

    init(capacity: Int) {
      self.capacity = capacity
      numbers = .allocate(capacity: 8 * capacity)
      numbers.initialize(repeating: 0, count: 8 * capacity)
    }

    deinit {
      numbers.deallocate()
    }

    /// Takes all carts over.
    func copy(_ other: Memory) {
      numbers.update(from: other.numbers, count: 8 * other.capacity)
    }

    /// Advances the first `count` carts.
    func advance(_ count: Int) {
      for start in stride(from: 0, to: count, by: Row.length) {
        let block = numbers + Row.offset(ofCart: start)
        let countHere = min(count - start, Row.length)
        vm_sine_and_cosine(
          block + Row.angle, block + Row.sine, block + Row.cosine, countHere)
        // By fours: whatever there is behind the last cart, nobody asks for it.
        for index in stride(from: 0, to: countHere, by: 4) { Self.advanceFour(block + index) }
      }
    }

    private static func advanceFour(_ carts: UnsafeMutablePointer<Double>) {
      var motion = CartPoleMotion(
        position: four(carts + Row.position), angle: four(carts + Row.angle),
        velocity: four(carts + Row.velocity),
        angularVelocity: four(carts + Row.angularVelocity))
      motion.advance(
        force: four(carts + Row.force), sine: four(carts + Row.sine),
        cosine: four(carts + Row.cosine), isSemiImplicit: four(carts + Row.isSemiImplicit) .!= 0)
      store(motion.position, carts + Row.position)
      store(motion.angle, carts + Row.angle)
      store(motion.velocity, carts + Row.velocity)
      store(motion.angularVelocity, carts + Row.angularVelocity)
    }

    @inline(__always)
    private static func four(_ numbers: UnsafeMutablePointer<Double>) -> SIMD4<Double> {
      UnsafeRawPointer(numbers).loadUnaligned(as: SIMD4<Double>.self)
    }

    @inline(__always)
    private static func store(_ four: SIMD4<Double>, _ numbers: UnsafeMutablePointer<Double>) {
      UnsafeMutableRawPointer(numbers).storeBytes(of: four, as: SIMD4<Double>.self)
    }
  }
}
