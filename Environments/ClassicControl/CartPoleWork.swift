import ReinforcementLearning

/// The motion of several carts, which is computed side by side in the lanes of vectors.
public struct CartPoleWork: SharedStepWork {
  /// A cart in the middle of a step: before `run` where it was, after it where it is.
  @usableFromInline
  @frozen
  struct Cart: Sendable {
    @usableFromInline var state: CartPole.State
    @usableFromInline let force: Double
    @usableFromInline let integrator: CartPole.Integrator

    @inlinable
    init(state: CartPole.State, force: Double, integrator: CartPole.Integrator) {
      self.state = state
      self.force = force
      self.integrator = integrator
    }
  }

  @usableFromInline var carts: [Cart] = []

  @inlinable public init() {}

  public mutating func run() {
    carts.withUnsafeMutableBufferPointer { carts in
      guard let base = carts.baseAddress else { return }
      var index = 0
      while index < carts.count {
        let isBlock =
          index + 4 <= carts.count
          && (1..<4).allSatisfy { carts[index + $0].integrator == carts[index].integrator }
        if isBlock {
          Cart.advance(base + index)
          index += 4
        } else {
          carts[index].state.advance(force: carts[index].force, integrator: carts[index].integrator)
          index += 1
        }
      }
    }
  }

  @inlinable
  public mutating func removeAll() {
    carts.removeAll(keepingCapacity: true)
  }
}
