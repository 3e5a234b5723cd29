import Files
import Foundation
import State
import Synchronization
import TestSupport
import Testing

@testable import Images

@Suite struct MNISTDownloadTests {
  private let contents = [
    "a.gz": Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }),
    "b.gz": Data("labels".utf8),
  ]

  private var files: [PublishedFile] {
    contents.sorted { $0.key < $1.key }.map { name, data in
      PublishedFile(name: name, size: data.count, md5: data.withUnsafeBytes(MD5.hexadecimal(of:)))
    }
  }

  /// Fetches from `servers` and returns the report's lines.
  @discardableResult
  private func fetch(into folder: Path, from servers: FileServer...) throws -> [String] {
    let lines = Mutex<[String]>([])
    try MNISTDownload.fetch(
      into: folder, from: servers.map(\.url), files: files,
      Monitor(tell: { line in lines.withLock { $0.append(line) } }))
    return lines.withLock { $0 }
  }

  /// Expects that `folder` has the right files and nothing else.
  private func expectFiles(
    in folder: Path, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(Folder.contents(of: folder) == ["a.gz", "b.gz"], sourceLocation: sourceLocation)
    for (name, data) in contents {
      let found = try RegularFile.contents(of: folder.appending(name))
      #expect(found == data, sourceLocation: sourceLocation)
    }
  }

  @Test func fetchesWhatIsMissing() throws {
    try withTemporaryFolder { folder in
      let server = try FileServer(contents)
      let data = folder.appending("new/data")
      #expect(
        try fetch(into: data, from: server) == [
          "a.gz: downloading \(server.url)a.gz", "a.gz is complete, 300000 bytes",
          "b.gz: downloading \(server.url)b.gz", "b.gz is complete, 6 bytes",
        ])
      try expectFiles(in: data)
      #expect(server.requests == [.init(name: "a.gz"), .init(name: "b.gz")])
      // Once more, with nothing to do.
      #expect(try fetch(into: data, from: server) == ["a.gz is there", "b.gz is there"])
      #expect(server.requests.count == 2)
    }
  }

  @Test func continuesWhatBrokeOff() throws {
    try withTemporaryFolder { folder in
      let broken = try FileServer(contents, habit: .breaksOff(after: 70_000))
      let error = sentence { try fetch(into: folder, from: broken) }
      #expect(error.contains("bytes remaining"))
      #expect(Folder.contents(of: folder) == ["a.gz.part"])
      let server = try FileServer(contents)
      let lines = try fetch(into: folder, from: server)
      #expect(lines.first == "a.gz: continuing \(server.url)a.gz after 70000 bytes")
      #expect(server.requests.first == .init(name: "a.gz", range: "bytes=70000-"))
      try expectFiles(in: folder)
    }
  }

  @Test func takesTheNextMirrorWhereOneFails() throws {
    try withTemporaryFolder { folder in
      let empty = try FileServer([:])
      let broken = try FileServer(contents, habit: .breaksOff(after: 100_000))
      let server = try FileServer(contents)
      try fetch(into: folder, from: empty, broken, server)
      try expectFiles(in: folder)
      #expect(server.requests == [.init(name: "a.gz", range: "bytes=100000-")])
    }
  }

  /// A partial file that is complete, of other bytes, too long, or that the server cannot continue.
  @Test func usesPartialFilesOnlyIfTheyHelp() throws {
    let whole = try #require(contents["a.gz"])
    let cases: [(part: Data, habit: FileServer.Habit, requests: [String?])] = [
      (whole, .none, []),
      (Data(count: 1000), .none, ["bytes=1000-", nil]),
      (whole + [1], .none, [nil]),
      (Data(count: 300_000), .none, [nil]),
      (whole.prefix(1000), .ignoresRanges, ["bytes=1000-", nil]),
    ]
    for (part, habit, requests) in cases {
      try withTemporaryFolder { folder in
        let server = try FileServer(contents, habit: habit)
        try part.write(to: folder.appending("a.gz.part"))
        try fetch(into: folder, from: server)
        try expectFiles(in: folder)
        #expect(server.requests.filter { $0.name == "a.gz" }.map(\.range) == requests)
      }
    }
  }

  @Test func leavesOtherFilesAlone() throws {
    try withTemporaryFolder { folder in
      let page = Data("an error page".utf8)
      try page.write(to: folder.appending("a.gz"))
      let server = try FileServer(contents)
      #expect(
        sentence { try fetch(into: folder, from: server) }.hasSuffix(
          "a.gz is another file than the published one; delete it, or choose another folder"))
      #expect(try RegularFile.contents(of: folder.appending("a.gz")) == page)
      #expect(server.requests.isEmpty)
    }
  }

  /// In a process of its own, where nothing else is harmed.
  @Test func aRefusedFileClosesNothingOfOthers() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let (file, other) = (folder.appending("a.gz.part"), folder.appending("thesis"))
        try Data("years".utf8).write(to: other)
        #expect(link(other.text, file.text) == 0)
        let closed = strangersClosed(during: 5000) { _ = try? PartialFile(file) }
        #expect(closed == 0)
      }
    }
  }

  @Test func writesThroughNoLinks() throws {
    for plant in [symlink, link] {
      try withTemporaryFolder { folder in
        let thesis = folder.appending("thesis")
        try Data("years".utf8).write(to: thesis)
        let data = folder.appending("data")
        _ = try Folder.make(data)
        let server = try FileServer(contents)
        for name in ["a.gz.part", "a.gz"] {
          let planted = data.appending(name)
          #expect(plant(thesis.text, planted.text) == 0)
          #expect(sentence { try fetch(into: data, from: server) }.contains("\(planted.text) "))
          #expect(try RegularFile.contents(of: thesis) == Data("years".utf8))
          #expect(unlink(planted.text) == 0)
        }
        #expect(server.requests.isEmpty)
        try fetch(into: data, from: server)
        try expectFiles(in: data)
      }
    }
  }

  @Test(arguments: [true, false])
  func stopsWhereTheFileShouldEnd(announcing: Bool) throws {
    try withTemporaryFolder { folder in
      let server = try FileServer(contents, habit: .neverEnds(announcing: announcing))
      #expect(
        sentence { try fetch(into: folder, from: server) }.contains(
          "127.0.0.1: it has more than the 300000 bytes of the file"))
      // The buffers on the way take some.
      #expect(server.sentCount < 20_000_000)
      #expect(Folder.contents(of: folder) == [])
    }
  }

  @Test func goesNowhereWithoutEncryption() throws {
    try withTemporaryFolder { folder in
      let server = try FileServer(contents)
      let elsewhere = try FileServer(contents, habit: .redirects(to: server.url))
      #expect(
        sentence { try fetch(into: folder, from: elsewhere) }.contains(
          "127.0.0.1: Protocol \"http\""))
      let plain = try #require(URL(string: "http://example.org/"))
      #expect(
        sentence { try MNISTDownload.fetch(into: folder, from: [plain], files: files) }.contains(
          "example.org: Protocol \"http\""))
      let local = try #require(URL(string: "file:///etc/"))
      #expect(
        sentence { try MNISTDownload.fetch(into: folder, from: [local], files: files) }.contains(
          "Protocol \"file\""))
      #expect(server.requests.isEmpty)
    }
  }

  @Test func endsWhenItIsToldTo() throws {
    try withTemporaryFolder { folder in
      let server = try FileServer(contents, habit: .stalls)
      let start = ContinuousClock.now
      let monitor = Monitor(isInterrupted: { ContinuousClock.now - start > .seconds(0.4) })
      let error = #expect(throws: Failure.self) {
        try MNISTDownload.fetch(into: folder, from: [server.url], files: files, monitor)
      }
      #expect(error == .interruption)
      #expect(ContinuousClock.now - start < .seconds(3))
      let part = try RegularFile.contents(of: folder.appending("a.gz.part"))
      #expect(part == contents["a.gz"]?.prefix(1000))
    }
  }

  @Test func refusesFilesWithAnotherChecksum() throws {
    try withTemporaryFolder { folder in
      let server = try FileServer(["a.gz": Data("an error page".utf8)])
      let data = folder.appending("data")
      #expect(
        sentence { try fetch(into: data, from: server) }
          == "\(data)/a.gz cannot be downloaded (127.0.0.1: it sent a file with another checksum); "
          + "try again later, put a.gz, b.gz into \(data) by hand, or use '--data synthetic'")
      #expect(Folder.contents(of: data) == [])
    }
  }

  @Test func oneFolderTakesOneDownload() throws {
    try withTemporaryFolder { folder in
      let claim = try ClaimedFolder(folder)
      let server = try FileServer(contents)
      #expect(
        sentence { try fetch(into: claim.path, from: server) }.contains(
          "is being written by another process"))
    }
  }

  @Test func saysWhatToDoWithoutANetwork() throws {
    try withTemporaryFolder { folder in
      let url = try FileServer(contents).url
      // The server is gone by now.
      let message = sentence {
        try MNISTDownload.fetch(into: folder, from: [url, url], files: files)
      }
      #expect(message.contains("a.gz cannot be downloaded (127.0.0.1: "))
      #expect(message.hasSuffix("by hand, or use '--data synthetic'"))
      #expect(Folder.contents(of: folder) == [])
    }
  }

  @Test func saysThatTheFolderCannotBeUsed() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending("file")
      try Data().write(to: file)
      let server = try FileServer(contents)
      #expect(sentence { try fetch(into: file, from: server) }.contains("is not a folder"))
      #expect(server.requests.isEmpty)
    }
  }

  @Test func saysThatThereIsNoCurl() async {
    await #expect(processExitsWith: .success) {
      setenv("PATH", "/nowhere", 1)
      try withTemporaryFolder { folder in
        let url = try #require(URL(string: "http://127.0.0.1/"))
        let files = [PublishedFile(name: "a", size: 1, md5: "0")]
        let message = sentence {
          try MNISTDownload.fetch(into: folder, from: [url], files: files)
        }
        #expect(message.contains("there is no program curl; install curl, put a into "))
      }
    }
  }

  @Test func namesTheFourFiles() {
    #expect(MNISTDownload.mirrors.count == 2)
    #expect(MNISTDownload.files.count == 4)
    for file in MNISTDownload.files {
      for digest in [file.md5, file.contentMD5 ?? ""] {
        #expect(digest.count == 32 && digest.allSatisfy { "0123456789abcdef".contains($0) })
      }
    }
  }
}
