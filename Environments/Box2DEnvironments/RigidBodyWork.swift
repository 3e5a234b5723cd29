import CRigidBodies
import ReinforcementLearning

/// The physics of several landers or walkers, which are solved side by side in the lanes of
/// vectors.
public struct RigidBodyWork: SharedStepWork {
  private var worlds: [WorldPointer] = []

  /// The memory of a world. It is only used between the beginning and the end of a step, while the
  /// environment that owns it must not be used.
  private struct WorldPointer: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<CRigidWorld>
  }

  public init() {}

  mutating func add(_ world: inout RigidWorld) {
    worlds.append(WorldPointer(pointer: world.uniquePointer()))
  }

  public mutating func run() {
    worlds.withUnsafeBufferPointer { worlds in
      worlds.withMemoryRebound(to: UnsafeMutablePointer<CRigidWorld>.self) { pointers in
        guard let base = pointers.baseAddress else { return }
        crigid_worlds_step(
          base, Int32(pointers.count), RigidWorld.Pace.duration,
          RigidWorld.Pace.velocityIterations, RigidWorld.Pace.positionIterations)
      }
    }
  }

  public mutating func removeAll() {
    worlds.removeAll(keepingCapacity: true)
  }
}
