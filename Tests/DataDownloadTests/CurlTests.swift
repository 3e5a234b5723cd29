import Foundation
import Testing

@testable import DataDownload

@Suite struct CurlTests {
  private let contents = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })

  @Test func continuesAfterTheBytesThatAreThere() throws {
    try withTemporaryFolder { folder in
      let server = try FileServer(["a": contents])
      let file = folder.appending(path: "with space")
      try contents.prefix(1234).write(to: file)
      #expect(Curl.download(server.url.appending(path: "a"), to: file) == .complete)
      #expect(try Data(contentsOf: file) == contents)
      #expect(server.requests == [.init(name: "a", range: "bytes=1234-")])
    }
  }

  @Test func saysThatAServerCannotContinue() throws {
    try withTemporaryFolder { folder in
      let server = try FileServer(["a": contents], habit: .ignoresRanges)
      let file = folder.appending(path: "a")
      try contents.prefix(1234).write(to: file)
      #expect(Curl.download(server.url.appending(path: "a"), to: file) == .cannotContinue)
    }
  }

  @Test func repeatsCurlsWords() throws {
    try withTemporaryFolder { folder in
      let server = try FileServer(["a": contents], habit: .breaksOff(after: 99_999))
      let file = folder.appending(path: "a")
      let none = server.url.appending(path: "none")
      #expect(Curl.download(none, to: file) == .failed("The requested URL returned error: 404"))
      guard case .failed(let reason) = Curl.download(server.url.appending(path: "a"), to: file)
      else {
        Issue.record("half a file passes for the whole")
        return
      }
      #expect(reason.contains("100001 bytes remaining"))
      #expect(try Data(contentsOf: file) == contents.prefix(99_999))
    }
  }

  @Test func readsNoLocalFiles() throws {
    try withTemporaryFolder { folder in
      let source = folder.appending(path: "source")
      try contents.write(to: source)
      let file = folder.appending(path: "a")
      guard case .failed = Curl.download(source, to: file) else {
        Issue.record("a file: address was read")
        return
      }
    }
  }

  @Test func saysThatAFileCannotBeWritten() throws {
    try withTemporaryFolder { folder in
      let server = try FileServer(["a": contents])
      let file = folder.appending(path: "none/a")
      #expect(Curl.download(server.url.appending(path: "a"), to: file) == .cannotWrite)
    }
  }
}
