import Files
import Foundation
import Testing

@Suite struct AtomicFileTests {
  @Test func writesAndReplaces() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("result.json")
      for count in [0, 5, 1_000_000, 3] {
        let data = Data(repeating: UInt8(truncatingIfNeeded: count), count: count)
        try AtomicFile.write(data, to: path)
        #expect(try RegularFile.contents(of: path) == data)
      }
      #expect(Folder.contents(of: folder) == ["result.json"])
    }
  }

  @Test(arguments: [0o600, 0o640, 0o444] as [mode_t])
  func aReplacedFileKeepsItsPermissions(mode: mode_t) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("agent.safetensors")
      try path.write("old")
      #expect(chmod(path.text, mode) == 0)
      try AtomicFile.write(Data("new".utf8), to: path)
      #expect(try path.read() == "new")
      #expect(path.mode() == mode)
    }
  }

  @Test func aFileMayBeMadeOnlyIfItIsNotThere() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("best.json")
      try AtomicFile.write(Data("first".utf8), to: path, replacing: false)
      #expect(
        sentence { try AtomicFile.write(Data("second".utf8), to: path, replacing: false) }
          .contains("cannot be written: it is there already; choose another name"))
      #expect(try path.read() == "first")
      #expect(Folder.contents(of: folder) == ["best.json"])
    }
  }

  @Test(arguments: [true, false])
  func noLinkIsFollowed(isDangling: Bool) throws {
    try withTemporaryFolder { folder in
      let target = folder.appending("thesis.md")
      if !isDangling { try target.write("thesis") }
      let link = folder.appending("summary.md")
      try link.link(to: target)
      #expect(
        sentence { try AtomicFile.write(Data("new".utf8), to: link) }
          == "\(link) cannot be written: it is a symbolic link, or links lead in a circle; "
          + "name the place itself")
      #expect(Folder.hasEntry(target) == !isDangling)
      if !isDangling { #expect(try target.read() == "thesis") }
    }
  }

  @Test func refusesFoldersDevicesAndMissingFolders() throws {
    try withTemporaryFolder { folder in
      let inner = folder.appending("inner")
      _ = try Folder.make(inner)
      #expect(sentence { try AtomicFile.write(Data(), to: inner) }.contains("it is a folder"))
      #expect(
        sentence { try AtomicFile.write(Data(), to: "/dev/null") }
          == "/dev/null cannot be written: it is not a regular file; choose another name")
      #expect(
        sentence { try AtomicFile.write(Data(), to: folder.appending("none/result.json")) }
          .contains("there is no such file or folder; correct the path or create the folder first"))
      #expect(Folder.contents(of: folder) == ["inner"])
    }
  }

  @Test func refusesAFolderWithoutPermission() async {
    await #expect(processExitsWith: .success) {
      try withReadOnlyFolder { folder in
        let path = folder.appending("result.json")
        let message = sentence { try AtomicFile.write(Data("x".utf8), to: path) }
        #expect(message.contains("cannot be written: permission denied; choose a place"))
      }
    }
  }

  /// A limit on the size of files stands in for a full disk: a part of the bytes is written, then
  /// the system refuses the rest.
  @Test func keepsTheOldFileWhenNotAllCanBeWritten() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let path = folder.appending("agent.safetensors")
        try AtomicFile.write(Data("old".utf8), to: path)
        limitFileSize(to: 1000)
        let message = sentence { try AtomicFile.write(Data(count: 5000), to: path) }
        #expect(message.contains("the limit on the size of files is reached; raise it (ulimit -f)"))
        let contents = try path.read()
        #expect(contents == "old")
        let names = Folder.contents(of: folder)
        #expect(names == ["agent.safetensors"])
      }
    }
  }

  /// Ends a process in the midst of a write, by the signal of a file that is too large.
  @Test func whatAKilledWriterLeavesIsRemoved() async throws {
    let folder = try withTemporaryFolder { $0 }
    #expect(try Folder.make(folder))
    defer { try? FileManager.default.removeItem(atPath: folder.text) }
    let text: String = folder.text
    await #expect(processExitsWith: .signal(SIGXFSZ)) { [text = text as String] in
      limitFileSize(to: 1000)
      signal(SIGXFSZ, SIG_DFL)
      // Threads of a pool block signals; the main thread of a program does not.
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGXFSZ)
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      try AtomicFile.write(Data(count: 5000), to: Path(text).appending("agent"))
    }
    #expect(Folder.contents(of: folder).count == 1)
    try folder.appending(".writing-mine").write("somebody's")
    try folder.appending("notes.tmp").write("somebody's")
    AtomicFile.removeRemains(in: folder)
    #expect(Folder.contents(of: folder) == [".writing-mine", "notes.tmp"])
  }
}
