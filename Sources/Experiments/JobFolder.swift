import Files
import Foundation
import ManyMachines
import State

/// The folder that the ranks of a job work in together.
///
/// Rank 0 has it for itself, and the others work in it for as long as that lasts. Beside the results there
/// are claims for that time: a file for each part of the work, which whoever does the part has locked. So
/// the file system tells what is free, and that somebody has died.
public struct JobFolder: Sendable {
  public let path: Path
  /// Who works in it.
  public let ranks: Ranks
  /// How the ranks of machines that do not share it come together; `nil` where all share it.
  let gathering: Gathering?
  private let claim: ClaimedFolder?
  /// What rank 0 holds as long as the job lasts, and where it is.
  private let job: LockedFile?
  private let jobFile: Path
  /// Differs between jobs.
  private let identifier: String

  /// A folder of one process.
  public init(_ claim: ClaimedFolder) {
    self.init(
      path: claim.path, ranks: .alone, gathering: nil, claim: claim, job: nil, jobFile: claim.path,
      identifier: "")
  }

  /// The folder that rank 0 claims, on all ranks.
  ///
  /// - Parameters:
  ///   - ranks: Who works in it.
  ///   - isGathered: Whether every machine has a folder of that name of its own, and what they make is
  ///     sent to rank 0.
  ///   - monitor: Tells when to end while ranks wait for each other.
  ///   - claim: Claims the folder; called on rank 0.
  /// - Throws: `Failure` if a rank cannot work in the folder.
  public init(
    of ranks: Ranks, isGathered: Bool = false, _ monitor: Monitor,
    claim: () throws(Failure) -> ClaimedFolder
  ) throws(Failure) {
    if ranks.isAlone {
      self.init(try claim())
      return
    }
    let first = try ranks.together(monitor) { () throws(Failure) in
      ranks.isFirst ? try claim() : nil
    }
    let path = Path(try ranks.fromFirst(first?.path.text ?? "", monitor))
    let jobFile = path.appending(Self.claims).appending("job")
    let leader = ranks.leader(of: ranks.rank)
    let (own, job) = try ranks.together(monitor) { () throws(Failure) in
      // Where folders are gathered, every machine has a rank that claims its own.
      let own =
        isGathered && ranks.rank == leader && !ranks.isFirst ? try ClaimedFolder(path) : first
      guard own != nil else { return (own, LockedFile?.none) }
      _ = try Folder.make(path.appending(Self.claims))
      return (own, try LockedFile(ifFree: jobFile))
    }
    try ranks.together(monitor) { () throws(Failure) in
      guard own == nil, !LockedFile.isLocked(jobFile) else { return }
      throw .file(
        path.text, "is not shared with rank 0, or on a file system without locks",
        fix: "name a folder that all machines share by --run-dir, or add --gather")
    }
    self.init(
      path: path, ranks: ranks, gathering: isGathered ? Gathering(ranks) : nil, claim: own,
      job: job,
      jobFile: jobFile,
      identifier: try ranks.fromFirst("\(UInt64.random(in: 0 ... .max))", monitor))
  }

  private init(
    path: Path, ranks: Ranks, gathering: Gathering?, claim: ClaimedFolder?, job: LockedFile?,
    jobFile: Path, identifier: String
  ) {
    (self.path, self.ranks, self.gathering) = (path, ranks, gathering)
    (self.claim, self.job, self.jobFile, self.identifier) = (claim, job, jobFile, identifier)
  }

  /// A folder in this one, for a part of the job.
  func part(_ name: String) throws(Failure) -> JobFolder {
    let path = path.appending(name)
    return JobFolder(
      path: path, ranks: ranks, gathering: gathering.map { _ in Gathering(ranks) },
      claim: isOwn ? try ClaimedFolder(path) : nil, job: job, jobFile: jobFile,
      identifier: identifier)
  }

  /// The same for threads, which let go of what they have a moment after they have ended: that must not be
  /// the claim.
  var unclaimed: JobFolder {
    JobFolder(
      path: path, ranks: ranks, gathering: gathering, claim: nil, job: nil, jobFile: jobFile,
      identifier: identifier)
  }

  /// Whether this process has claimed it, on its machine at least.
  var isOwn: Bool { claim != nil }

  /// Whether there is nothing in it but claims.
  var isEmpty: Bool { Folder.contents(of: path).allSatisfy { $0 == Self.claims } }

  /// Waits until whoever has the folder has put something into it.
  ///
  /// - Throws: `Failure` after an interruption, or when the owner has ended.
  func wait(
    _ monitor: Monitor, until holds: () throws(Failure) -> Bool
  ) throws(Failure) {
    while try !holds() {
      try monitor.check()
      // It says by itself why.
      guard LockedFile.isLocked(jobFile) else { throw .silent }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  // MARK: Claims

  private static let claims = "claims"

  /// What became of an attempt to do a part of the work.
  enum Attempt {
    /// It is this process's now, as long as it keeps the file, if there is one.
    case claimed(LockedFile?)
    /// Another process is at it.
    case busy
    /// A process of this job had it, and has ended before it was done.
    case lost
  }

  /// Makes the folder of the claims.
  func makeClaims() throws(Failure) {
    if !ranks.isAlone { _ = try Folder.make(path.appending(Self.claims)) }
  }

  /// Claims a part of the work, which is not done.
  ///
  /// - Parameters:
  ///   - name: The part.
  ///   - isDone: Whether it was done in the meantime.
  func attempt(_ name: String) throws(Failure) -> Attempt {
    if ranks.isAlone { return .claimed(nil) }
    let file = path.appending(Self.claims).appending(name)
    guard let lock = try LockedFile(ifFree: file) else { return .busy }
    if lock.text == identifier { return .lost }
    try lock.write(identifier)
    return .claimed(lock)
  }

  /// Removes what has no meaning after the job.
  func removeClaims() {
    guard !ranks.isAlone, isOwn else { return }
    // At once for whoever looks at it.
    let old = path.appending(".\(Self.claims)-\(identifier)")
    rename(path.appending(Self.claims).text, old.text)
    try? FileManager.default.removeItem(atPath: old.text)
  }

  /// Tells the others that the job ends in failure, of which nobody else has to speak.
  func giveUp() {
    if !ranks.isAlone, ranks.isFirst { unlink(jobFile.text) }
  }

  /// Waits on other ranks than the first until that has all results, so that all leave together: MPI may
  /// wait for ever for one that has died.
  ///
  /// - Throws: `Failure` if the job has failed, or rank 0 has died.
  public func waitForEnd(_ monitor: Monitor) throws(Failure) {
    guard !ranks.isFirst, gathering == nil else { return }
    while LockedFile.isLocked(jobFile) {
      try monitor.check()
      Thread.sleep(forTimeInterval: 0.1)
    }
    guard Folder.hasEntry(jobFile.parent) else { return }
    guard Folder.hasEntry(jobFile), ranks.rank == 1 else { throw .silent }
    throw .file(
      jobFile.parent.parent.text, "lacks its tables, since rank 0 has died",
      fix: "the same command with this folder as --run-dir writes them")
  }
}

extension Failure {
  /// One that somebody else tells of.
  static let silent = Failure(kind: .failed, description: "")
}
