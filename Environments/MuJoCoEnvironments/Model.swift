#if MuJoCo
  import CMuJoCo
  import Synchronization

  /// A compiled model. All simulations of it share it, and nothing changes it.
  final class Model: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<mjModel>

    // The compiler of models keeps the last one in a global variable.
    private static let compiler = Mutex(())

    /// Compiles a model of this library, which has no mistakes.
    ///
    /// - Parameter description: The model in MJCF.
    init(_ description: String) {
      precondition(
        mj_version() == mjVERSION_HEADER,
        "This program was built for MuJoCo \(mjVERSION_HEADER) and has met \(mj_version()).")
      var reason = [CChar](repeating: 0, count: 1000)
      let model = Self.compiler.withLock { _ in
        cmujoco_be_quiet()
        return UInt(bitPattern: cmujoco_compile(description, &reason, Int32(reason.count)))
      }
      guard let pointer = UnsafeMutablePointer<mjModel>(bitPattern: model) else {
        let text = String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        preconditionFailure("MuJoCo cannot compile a model: \(text)")
      }
      self.pointer = pointer
    }

    deinit { mj_deleteModel(pointer) }

    /// The time of one step of the simulation, in s.
    var timeStep: Double { pointer.pointee.opt.timestep }

    /// How many numbers tell the positions of all joints.
    var positionCount: Int { Int(pointer.pointee.nq) }

    /// How many numbers tell the velocities of all joints.
    var velocityCount: Int { Int(pointer.pointee.nv) }

    /// How many motors there are.
    var controlCount: Int { Int(pointer.pointee.nu) }
  }
#endif
