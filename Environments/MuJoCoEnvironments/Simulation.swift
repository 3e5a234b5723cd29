#if MuJoCo
  import CMuJoCo
  import RandomNumbers
  import State

  /// A model in motion, with the generator of its starts. A value: a copy goes on by itself.
  struct Simulation: Sendable {
    private let model: Model
    private var memory: SimulationMemory?

    /// The generator of the starts, or `nil` before the first one.
    private(set) var generator: PCG64?

    /// What the environment saw last, in double precision. It is kept, for some of it is left from
    /// within a time step and cannot be told from positions and velocities.
    var observation: [Double] = []

    init(of model: Model) {
      self.model = model
    }

    /// Puts the model near the state that it was described in.
    ///
    /// - Parameters:
    ///   - seed: Restarts the generator; `nil` continues it.
    ///   - positionNoise: Draws what is added to each position, in the order of the joints.
    ///   - velocityNoise: Draws what is added to each velocity, after all positions.
    mutating func start(
      seed: UInt64?, positionNoise: (inout PCG64) -> Double,
      velocityNoise: (inout PCG64) -> Double
    ) {
      var generator = PCG64(seed: seed, continuing: generator)
      let memory = ownMemory()
      mj_resetData(model.pointer, memory.pointer)
      for index in memory.positions.indices {
        memory.positions[index] += positionNoise(&generator)
      }
      for index in memory.velocities.indices {
        memory.velocities[index] += velocityNoise(&generator)
      }
      mj_forward(model.pointer, memory.pointer)
      self.generator = generator
    }

    /// Lets the motors work for a while.
    ///
    /// - Parameters:
    ///   - action: What each motor is asked for, of which it gives what it can.
    ///   - frames: How many time steps.
    mutating func advance(_ action: [Float], frames: Int) {
      precondition(memory != nil, "Call reset before the first step.")
      precondition(
        action.count == model.controlCount && action.allSatisfy(\.isFinite),
        "An action needs length \(model.controlCount) and finite numbers; got \(action).")
      let memory = ownMemory()
      for (index, control) in action.enumerated() { memory.controls[index] = Double(control) }
      for _ in 0..<frames { mj_step(model.pointer, memory.pointer) }
    }

    /// The time of so many time steps, in s.
    func duration(frames: Int) -> Double { model.timeStep * Double(frames) }

    /// The positions of the joints in m and rad; none before the start.
    var positions: [Double] { memory.map { Array($0.positions) } ?? [] }

    /// The velocities of the joints in m/s and rad/s; none before the start.
    var velocities: [Double] { memory.map { Array($0.velocities) } ?? [] }

    /// The forces of limits and contacts on the joints in N and N m, from within the last time step.
    var constraintForces: [Double] { memory.map { Array($0.constraintForces) } ?? [] }

    /// Where the model's first site is, in m, from within the last time step.
    var site: SIMD3<Double> {
      guard let memory, memory.sites.count >= 3 else { return .zero }
      return SIMD3(memory.sites[0], memory.sites[1], memory.sites[2])
    }

    /// The model, and a memory in which its parts are where the positions put them: a step leaves them where
    /// they were a time step before. `nil` before the start.
    var placed: (model: Model, memory: SimulationMemory)? {
      guard let copy = memory?.copy() else { return nil }
      mj_kinematics(model.pointer, copy.pointer)
      return (model, copy)
    }

    /// The memory for changes: nobody else's, and there from the first call on.
    private mutating func ownMemory() -> SimulationMemory {
      if isKnownUniquelyReferenced(&memory), let memory { return memory }
      let own = memory?.copy() ?? SimulationMemory(model)
      memory = own
      return own
    }
  }

  extension Simulation: Stateful {
    mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
      // The next step works everything else out from these. The accelerations are where its solver
      // begins, and so decide the last bits.
      var (positions, velocities) = (positions, velocities)
      var accelerations = memory.map { Array($0.accelerations) } ?? []
      var time = memory?.pointer.pointee.time ?? 0
      try visitor.visit("positions", &positions)
      try visitor.visit("velocities", &velocities)
      try visitor.visit("accelerations", &accelerations)
      try visitor.visit("time", &time)
      try visitor.visit("observation", &observation)
      try visitor.visit("generator", &generator)
      let counts = [positions.count, velocities.count, accelerations.count]
      if counts == [0, 0, 0] {
        memory = nil
        return
      }
      try visitor.check(
        counts == [model.positionCount, model.velocityCount, model.velocityCount],
        "positions, velocities and accelerations are \(counts)")
      let memory = ownMemory()
      mj_resetData(model.pointer, memory.pointer)
      for (index, position) in positions.enumerated() { memory.positions[index] = position }
      for (index, velocity) in velocities.enumerated() { memory.velocities[index] = velocity }
      for (index, value) in accelerations.enumerated() { memory.accelerations[index] = value }
      memory.pointer.pointee.time = time
    }
  }

  /// What MuJoCo works in. Changed by nobody but a `Simulation` that is its only owner.
  final class SimulationMemory: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<mjData>
    private let model: Model

    init(_ model: Model) {
      guard let pointer = mj_makeData(model.pointer) else {
        preconditionFailure("There is no memory for a simulation.")
      }
      self.pointer = pointer
      self.model = model
    }

    deinit { mj_deleteData(pointer) }

    func copy() -> SimulationMemory {
      let copy = SimulationMemory(model)
      mj_copyData(copy.pointer, model.pointer, pointer)
      return copy
    }

    typealias Numbers = UnsafeMutableBufferPointer<Double>

    var positions: Numbers { Numbers(start: pointer.pointee.qpos, count: model.positionCount) }
    var velocities: Numbers { Numbers(start: pointer.pointee.qvel, count: model.velocityCount) }
    var controls: Numbers { Numbers(start: pointer.pointee.ctrl, count: model.controlCount) }
    var accelerations: Numbers {
      Numbers(start: pointer.pointee.qacc_warmstart, count: model.velocityCount)
    }
    var constraintForces: Numbers {
      Numbers(start: pointer.pointee.qfrc_constraint, count: model.velocityCount)
    }
    var sites: Numbers {
      Numbers(start: pointer.pointee.site_xpos, count: 3 * Int(model.pointer.pointee.nsite))
    }
  }
#endif
