import Files
import Foundation
import TestSupport
import Testing

@Suite struct PathTests {
  @Test(arguments: [
    ("a/b", "b", "a", "a/b/c"), ("a/b/", "b", "a", "a/b/c"), ("a/b//", "b", "a", "a/b//c"),
    ("a", "a", ".", "a/c"), ("/a", "a", "/", "/a/c"), ("/", "", "/", "/c"), ("", "", ".", "/c"),
    ("link/../z", "z", "link/..", "link/../z/c"), ("~x/y", "y", "~x", "~x/y/c"),
    ("a//b", "b", "a/", "a//b/c"), ("..", "..", ".", "../c"), ("a b/é", "é", "a b", "a b/é/c"),
  ])
  func namesParentsAndChildren(text: String, name: String, parent: String, child: String) {
    let path = Path(text)
    #expect(path.text == text)
    #expect(path.name == name)
    #expect(path.parent.text == parent)
    #expect(path.appending("c").text == child)
  }

  /// The system resolves `..` after the link; a path that was tidied up would name another place.
  @Test func whatTheSystemGetsIsWhatTheUserGave() throws {
    try withTemporaryFolder { folder in
      for name in ["real", "real/inner", "~x"] { #expect(try Folder.make(folder.appending(name))) }
      try folder.appending("link").link(to: folder.appending("real/inner"))
      try AtomicFile.write(Data("z".utf8), to: folder.appending("link/../z"))
      #expect(try folder.appending("real/z").read() == "z")
      try AtomicFile.write(Data("~".utf8), to: folder.appending("~x/z"))
      #expect(Folder.contents(of: folder) == ["link", "real", "~x"])
    }
  }

  @Test func isShownWithoutControlCharacters() {
    #expect("\(Path("a\u{1b}[31m/é"))" == #"a\u{1B}[31m/é"#)
  }
}

@Suite struct FolderTests {
  @Test func seesLinksThatLeadNowhere() throws {
    try withTemporaryFolder { folder in
      let link = folder.appending("link")
      try link.link(to: folder.appending("nowhere"))
      #expect(Folder.hasEntry(link) && Folder.hasEntry(folder))
      #expect(!Folder.hasEntry(folder.appending("nowhere")))
      #expect(Folder.contents(of: folder) == ["link"])
      #expect(Folder.contents(of: folder.appending("nowhere")) == [])
    }
  }

  @Test func makesAFolderOnceAndItsParents() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("a")
      #expect(try Folder.make(path))
      #expect(try !Folder.make(path))
      let below = folder.appending("none/inner/a/")
      #expect(sentence { try Folder.make(below) }.contains("cannot be created: there is no such"))
      try Folder.makeParents(of: below)
      #expect(try Folder.make(below))
    }
  }

  @Test func namesAreFitForShells() {
    #expect(Folder.portable("relax:lr=0.1 é/$x_-") == "relax-lr-0.1----x_-")
    #expect(Folder.portable(String(repeating: "x", count: 400)).count == 100)
  }
}

@Suite struct ClaimedFolderTests {
  @Test func isMadeWithItsParentsAndHeldUntilItIsLetGo() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("a/b")
      var claim: ClaimedFolder? = try ClaimedFolder(path)
      #expect(claim?.isEmpty == true)
      #expect(
        sentence { try ClaimedFolder(path) }
          == "\(path) is being written by another process; wait until that has ended, or choose "
          + "another folder")
      // Another name of the same folder.
      #expect(
        sentence { try ClaimedFolder(folder.appending("a/../a/b/")) }.contains("being written"))
      claim = nil
      try path.appending("x").write("x")
      claim = try ClaimedFolder(path)
      #expect(claim?.isEmpty == false)
    }
  }

  /// In a process of its own, where nothing else is harmed.
  @Test func aRefusalClosesNothingOfOthers() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let claim = try ClaimedFolder(folder)
        let closed = strangersClosed(during: 5000) { _ = try? ClaimedFolder(folder) }
        #expect(closed == 0)
        withExtendedLifetime(claim) {}
      }
    }
  }

  @Test(.enabled(if: Helper.isThere, "there is no flock(1)"))
  func anotherProcessHoldsItUntilItIsKilled() throws {
    try withTemporaryFolder { folder in
      let helper = try Helper(holding: folder)
      #expect(
        sentence { try ClaimedFolder(folder) }.contains("is being written by another process"))
      helper.kill()
      _ = try ClaimedFolder(folder)
    }
  }

  @Test func clearsAwayWhatAKilledWriterHasLeft() throws {
    try withTemporaryFolder { folder in
      try folder.appending(".writing-12.tmp").write("half")
      #expect(try ClaimedFolder(folder).isEmpty)
    }
  }

  @Test func refusesWhatIsNoFolder() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending("file")
      try file.write("x")
      #expect(
        sentence { try ClaimedFolder(file) } == "\(file) is not a folder; choose another name")
      #expect(
        sentence { try ClaimedFolder(file.appending("a")) }
          .contains("a part of its path is not a folder; correct the path"))
      #expect(sentence { try ClaimedFolder("") }.hasPrefix("A folder has an empty name; name one"))
      let link = folder.appending("link")
      try link.link(to: folder.appending("nowhere"))
      #expect(sentence { try ClaimedFolder(link) }.contains("cannot be opened"))
    }
  }

  @Test func aNewFolderTakesTheFirstFreeName() throws {
    try withTemporaryFolder { folder in
      let parent = folder.appending("runs")
      let claims = try (0..<3).map { _ in try ClaimedFolder(named: "toy x/y", in: parent) }
      #expect(claims.map(\.path.name) == ["toy-x-y", "toy-x-y-2", "toy-x-y-3"])
      #expect(try ClaimedFolder(named: "..", in: parent).path.name == "..-2")
    }
  }
}

/// Another process that holds a folder.
private struct Helper {
  private static let program = "/usr/bin/flock"
  static let isThere = access(program, X_OK) == 0
  private let process = Process()

  init(holding folder: Path) throws {
    process.executableURL = URL(filePath: Self.program)
    // One process from beginning to end, with which the lock ends.
    process.arguments = ["--no-fork", folder.text, "sh", "-c", "echo locked; exec sleep 600"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    #expect(output.fileHandleForReading.readData(ofLength: 6) == Data("locked".utf8))
  }

  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
