import Foundation
import State
import Synchronization
import Testing

@Suite struct StateSnapshotTests {
  private struct Walk: Stateful, Equatable {
    struct Part: Stateful, Equatable {
      var weights: [Float] = [0.5, -0.0]
      mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
        try visitor.visit("weights", &weights, shape: [2])
      }
    }

    var position = 3
    var mean: Double?
    var limit: Int? = 4
    var names = ["a"]
    var part = Part()
    mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
      try visitor.visit("position", &position)
      try visitor.visit("mean", &mean)
      try visitor.visit("limit", &limit)
      try visitor.visit("names", &names)
      try visitor.visit("part", &part)
    }
  }

  @Test func goesBackToWhereItWasTaken() throws {
    let start = Walk()
    var walk = start
    let snapshot = try StateSnapshot(of: &walk)
    #expect(walk == start)
    for _ in 0..<2 {
      walk = Walk(position: 9, mean: .nan, limit: nil, names: [], part: .init(weights: [.nan, 7]))
      try snapshot.restore(&walk)
      #expect(walk == start)
    }
  }

  @Test func whatIsSoundInMemoryNeedNotBeFinite() throws {
    var walk = Walk(mean: .infinity, part: .init(weights: [.infinity, 1]))
    let snapshot = try StateSnapshot(of: &walk)
    var other = Walk()
    try snapshot.restore(&other)
    #expect(other == walk)
  }

  @Test func anotherThingIsAMisuse() async {
    await #expect(processExitsWith: .failure) {
      struct Other: Stateful {
        var position = "here"
        mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
          try visitor.visit("position", &position)
        }
      }
      var walk = Walk()
      var other = Other()
      try StateSnapshot(of: &walk).restore(&other)
    }
  }
}

@Suite struct FailureTests {
  @Test func isOneSentenceWithProblemAndFix() {
    let failure = Failure.file("runs/a\u{1b}[1m", "is gone", fix: "make it")
    #expect("\(failure)" == #"runs/a\u{1B}[1m is gone; make it"#)
    #expect(failure.kind == .failed)
    #expect(Failure.usage("No.").kind == .usage && Failure.usage("No.").description == "No.")
    #expect(Failure.diverged("NaN").kind == .divergence)
    #expect(Failure.interruption.kind == .interruption)
  }

  @Test(arguments: [
    (ENOSPC, "the disk is full"), (EDQUOT, "the disk is full"), (EACCES, "permission denied"),
    (EROFS, "permission denied"), (EFBIG, "the limit on the size of files"), (EISDIR, "a folder"),
    (EEXIST, "it is there already"), (ENOENT, "there is no such file or folder"),
    (ENAMETOOLONG, "the name is too long"), (ENOTDIR, "is not a folder"), (ELOOP, "symbolic link"),
    (EIO, "check the disk"),
  ])
  func systemErrorsNameReasonAndFix(code: Int32, reason: String) {
    let sentence = Failure.system("a/b.csv", cannotBe: "written", code: code).description
    #expect(sentence.hasPrefix("a/b.csv cannot be written: "))
    #expect(sentence.contains(reason))
    #expect(sentence.split(separator: "; ").count == 2)
  }

  @Test func wordsFromOutsideAreEscapedAndCut() {
    #expect("w\u{1b}[31m\u{9b}é\u{202e}\n".printable == #"w\u{1B}[31m\u{009B}é\u{202E}\n"#)
    #expect("w\u{1b}[31m\u{9b}é".quotedBriefly == #""w\u{1B}[31m\u{009B}\u{00E9}""#)
    for (count, isWhole) in [(60, true), (61, false)] {
      let quoted = String(repeating: "x", count: count).quotedBriefly
      #expect(quoted.count == (isWhole ? 62 : 63) && quoted.contains("…") == !isWhole)
    }
    for (count, isWhole) in [(300, true), (301, false)] {
      let text = String(repeating: "x", count: count).printable
      #expect(text.count == (isWhole ? 300 : 301) && text.hasSuffix("…") == !isWhole)
    }
    // One character that would fill the screen.
    #expect(("e" + String(repeating: "\u{301}", count: 5000)).printable.unicodeScalars.count == 301)
  }
}

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("relax", "relax", 0),
    ("a2c", "a3c", 1), ("äö", "ao", 2),
  ])
  func distancesAreLevenshteins(first: String, second: String, distance: Int) {
    #expect(editDistance(first, second) == distance)
    #expect(editDistance(second, first) == distance)
  }

  @Test func theNearestNameIsFoundWhateverTheCase() {
    let names = ["CartPole", "LunarLander", "cart"]
    #expect(nearestName(to: "cartpol", among: names) == "CartPole")
    #expect(nearestName(to: "LUNARLANDER-V3", among: names) == "LunarLander")
    #expect(nearestName(to: "b", among: ["a", "c"]) == "a")
    #expect(nearestName(to: "b", among: []) == nil)
  }
}

@Suite struct MonitorTests {
  @Test func theSilentOneLetsEverythingGoOn() throws {
    try Monitor.silent.check()
    try Monitor.silent.check("evaluation", 1, of: 0)
    Monitor.silent.warn("nothing")
  }

  @Test func tellsWhatIsGoingOnUntilItIsInterrupted() throws {
    let shown = Mutex<[String]>([])
    let isInterrupted = Atomic(false)
    let monitor = Monitor(
      isInterrupted: { isInterrupted.load(ordering: .relaxed) },
      show: { phase, done, total, note in
        shown.withLock { $0.append("\(phase) \(done)/\(total) \(note)") }
      },
      tell: { sentence in shown.withLock { $0.append(sentence) } })
    try monitor.check()
    try monitor.check("fit", 1, of: 3, "loss 2")
    monitor.warn("Careful.")
    isInterrupted.store(true, ordering: .relaxed)
    #expect(throws: Failure.interruption) { try monitor.check() }
    #expect(throws: Failure.interruption) { try monitor.check("fit", 2, of: 3) }
    #expect(shown.withLock { $0 } == ["fit 1/3 loss 2", "Careful."])
  }
}
