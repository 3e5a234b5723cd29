import Foundation
import State
import Synchronization

#if MPI
  import CMPI

  extension Ranks {
    /// Joins the job that this process was started for, if it was; it is alone otherwise.
    ///
    /// - Throws: `Failure` if MPI cannot begin.
    public static func join() throws(Failure) -> Ranks {
      // Without a launcher MPI would start one of its own, for a job of one process.
      let environment = ProcessInfo.processInfo.environment
      let launchers = ["OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"]
      guard launchers.contains(where: environment.keys.contains) else { return .alone }
      var (rank, count): (Int32, Int32) = (0, 1)
      try check(cmpi_join(&rank, &count))
      var ranks = Ranks(rank: Int(rank), count: Int(count), isJoined: true)
      if count > 1 { try ranks.meet() }
      return ranks
    }

    /// How many processes were started together without knowing of each other; `nil` where they do.
    public static var unknownCount: Int? { nil }

    /// Leaves the job in peace. A process that ends without it has failed, and the launcher ends
    /// the others.
    public func leave() {
      guard isJoined else { return }
      Outbox.abandonAll()
      _ = cmpi_leave()
    }

    /// Collects what every rank has to say, in the order of ranks.
    ///
    /// - Parameters:
    ///   - bytes: What this one says.
    ///   - monitor: Tells when to end while it waits for the others.
    public func gather(_ bytes: [UInt8], _ monitor: Monitor) throws(Failure) -> [[UInt8]] {
      if isAlone { return [bytes] }
      var memory = OperationMemory()
      let own = memory.allocate(bytes.count)
      own.copyBytes(from: bytes)
      let (size, sizes) = (memory.numbers(1), memory.numbers(count))
      size[0] = Int32(bytes.count)
      try complete(monitor) { cmpi_gather(size.baseAddress, 4, sizes.baseAddress, &$0) }
      let offsets = memory.numbers(count)
      var total = 0
      for (rank, size) in sizes.enumerated() {
        offsets[rank] = Int32(total)
        total += Int(size)
      }
      let all = memory.allocate(total)
      try complete(monitor) {
        cmpi_gather_varied(
          own.baseAddress, size[0], all.baseAddress, sizes.baseAddress, offsets.baseAddress, &$0)
      }
      // What a failed operation may still use stays where it is.
      defer { memory.deallocate() }
      return zip(offsets, sizes).map { Array(all[Int($0)..<Int($0 + $1)]) }
    }

    /// Sends a message to a rank, now or later, without waiting.
    public func send(_ message: [UInt8], to rank: Int) throws(Failure) {
      try Outbox.send(message, to: rank)
    }

    /// How many messages of this rank are still under way.
    public var unsentCount: Int { Outbox.count }

    /// A message that has arrived, if any has.
    public func receive() throws(Failure) -> (rank: Int, message: [UInt8])? {
      if isAlone { return nil }
      var (hasArrived, rank, size): (Int32, Int32, Int32) = (0, 0, 0)
      try Self.check(cmpi_probe(&hasArrived, &rank, &size))
      guard hasArrived != 0 else { return nil }
      var message = [UInt8](repeating: 0, count: Int(size))
      try Self.check(cmpi_receive(&message, size, rank))
      return (Int(rank), message)
    }

    /// Waits for an operation that all ranks take part in.
    ///
    /// - Parameters:
    ///   - monitor: Tells when to end.
    ///   - begin: Begins it.
    private func complete(
      _ monitor: Monitor, _ begin: (inout cmpi_operation) -> Int32
    ) throws(Failure) {
      var operation = cmpi_operation()
      try Self.check(begin(&operation))
      let start = ContinuousClock.now
      var (isComplete, rounds): (Int32, Int) = (0, 0)
      while true {
        try Self.check(cmpi_test(&operation, &isComplete))
        if isComplete != 0 { return }
        rounds += 1
        // At first the answer is near; a rank that waits for long leaves the core to others.
        if rounds < 2000 { sched_yield() } else { usleep(rounds < 4000 ? 50 : 2000) }
        guard rounds.isMultiple(of: 64) else { continue }
        try monitor.check()
        if let patience, .now - start > patience {
          throw .failed(
            "Other ranks have not answered for a minute; see whether they have died, and repeat the command."
          )
        }
      }
    }

    fileprivate static func check(_ code: Int32) throws(Failure) {
      guard code != 0 else { return }
      throw .failed(
        "MPI has failed (error \(code)); see what mpirun says, and whether all machines are there.")
    }
  }

  /// What MPI reads and writes until an operation is complete, which an interrupted one may never be.
  private struct OperationMemory {
    private var blocks: [UnsafeMutableRawBufferPointer] = []

    mutating func allocate(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
      let block = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 8)
      blocks.append(block)
      return block
    }

    mutating func numbers(_ count: Int) -> UnsafeMutableBufferPointer<Int32> {
      allocate(4 * count).bindMemory(to: Int32.self)
    }

    func deallocate() {
      for block in blocks { block.deallocate() }
    }
  }

  /// Messages that are under way, whose bytes must stay where they are.
  private enum Outbox {
    private struct Letter: @unchecked Sendable {
      let bytes: UnsafeMutableRawBufferPointer
      var operation: cmpi_operation
    }

    private static let letters = Mutex<[Letter]>([])

    static func send(_ message: [UInt8], to rank: Int) throws(Failure) {
      let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: message.count, alignment: 8)
      bytes.copyBytes(from: message)
      var letter = Letter(bytes: bytes, operation: cmpi_operation())
      try Ranks.check(
        cmpi_send(bytes.baseAddress, Int32(message.count), Int32(rank), &letter.operation))
      letters.withLock { $0.append(letter) }
    }

    /// How many there are; what has arrived is forgotten.
    static var count: Int {
      letters.withLock { letters in
        letters = letters.filter { letter in
          var (letter, isComplete) = (letter, Int32(0))
          guard cmpi_test(&letter.operation, &isComplete) == 0, isComplete == 0 else {
            letter.bytes.deallocate()
            return false
          }
          return true
        }
        return letters.count
      }
    }

    /// Waits for nobody any more.
    static func abandonAll() {
      guard count > 0 else { return }
      letters.withLock { letters in
        for var letter in letters { cmpi_abandon(&letter.operation) }
        letters = []
      }
    }
  }
#else
  extension Ranks {
    /// The process is alone: the package was built without the trait `MPI`.
    public static func join() throws(Failure) -> Ranks { .alone }

    /// How many processes `mpirun` has started, which know nothing of each other; `nil` if it has not.
    public static var unknownCount: Int? {
      let count = ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_SIZE"].flatMap { Int($0) }
      return count ?? 1 > 1 ? count : nil
    }

    /// Does nothing.
    public func leave() {}

    /// What this process says.
    public func gather(_ bytes: [UInt8], _ monitor: Monitor) throws(Failure) -> [[UInt8]] {
      [bytes]
    }

    /// There is nobody to send to.
    public func send(_ message: [UInt8], to rank: Int) throws(Failure) {
      preconditionFailure("Ranks: a message to rank \(rank), but the process is alone")
    }

    /// None.
    public var unsentCount: Int { 0 }

    /// Nobody has sent any.
    public func receive() throws(Failure) -> (rank: Int, message: [UInt8])? { nil }
  }
#endif
