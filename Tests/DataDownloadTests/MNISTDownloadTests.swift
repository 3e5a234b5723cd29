import Foundation
import Synchronization
import Testing

@testable import DataDownload

@Suite struct MNISTDownloadTests {
  private let contents = [
    "a.gz": Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }),
    "b.gz": Data("labels".utf8),
  ]

  private var files: [PublishedFile] {
    contents.sorted { $0.key < $1.key }.map { name, data in
      PublishedFile(name: name, md5: data.withUnsafeBytes(MD5.hexadecimal(of:)))
    }
  }

  /// Fetches from `servers` and returns the report's lines.
  @discardableResult
  private func fetch(into folder: URL, from servers: FileServer...) throws -> [String] {
    var lines: [String] = []
    try MNISTDownload.fetch(into: folder, from: servers.map(\.url), files: files) {
      lines.append($0)
    }
    return lines
  }

  /// Expects that `folder` has the right files and nothing else.
  private func expectFiles(
    in folder: URL, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try names(in: folder) == ["a.gz", "b.gz"], sourceLocation: sourceLocation)
    for (name, data) in contents {
      let found = try Data(contentsOf: folder.appending(path: name))
      #expect(found == data, sourceLocation: sourceLocation)
    }
  }

  @Test func fetchesWhatIsMissing() throws {
    try withTemporaryFolder { folder in
      let server = try FileServer(contents)
      let data = folder.appending(path: "new/data")
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
      #expect(try names(in: folder) == ["a.gz.part"])
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
      (whole + [1], .none, ["bytes=300001-", nil]),
      (Data(count: 300_000), .none, ["bytes=300000-", nil]),
      (whole.prefix(1000), .ignoresRanges, ["bytes=1000-", nil]),
    ]
    for (part, habit, requests) in cases {
      try withTemporaryFolder { folder in
        let server = try FileServer(contents, habit: habit)
        try part.write(to: folder.appending(path: "a.gz.part"))
        try fetch(into: folder, from: server)
        try expectFiles(in: folder)
        #expect(server.requests.filter { $0.name == "a.gz" }.map(\.range) == requests)
      }
    }
  }

  @Test func replacesFilesOfAnotherContent() throws {
    try withTemporaryFolder { folder in
      try Data("an error page".utf8).write(to: folder.appending(path: "a.gz"))
      try fetch(into: folder, from: FileServer(contents))
      try expectFiles(in: folder)
    }
  }

  @Test func refusesFilesWithAnotherChecksum() throws {
    try withTemporaryFolder { folder in
      let server = try FileServer(["a.gz": Data("an error page".utf8)])
      #expect(
        sentence {
          try MNISTDownload.fetch(
            into: URL(filePath: "data", relativeTo: folder), from: [server.url], files: files)
        }
          == "data/a.gz cannot be downloaded (127.0.0.1: it sent a file with another checksum); "
          + "try again later, put a.gz, b.gz into data by hand, or use '--data synthetic'")
      #expect(try names(in: folder.appending(path: "data")) == [])
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
      #expect(try names(in: folder) == [])
    }
  }

  @Test func saysThatTheFolderCannotBeUsed() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      let server = try FileServer(contents)
      #expect(sentence { try fetch(into: file, from: server) }.contains("cannot be written: "))
      #expect(server.requests.isEmpty)
    }
  }

  @Test func saysThatThereIsNoCurl() async {
    await #expect(processExitsWith: .success) {
      setenv("PATH", "/nowhere", 1)
      try withTemporaryFolder { folder in
        let url = try #require(URL(string: "http://127.0.0.1/"))
        let files = [PublishedFile(name: "a", md5: "0")]
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
