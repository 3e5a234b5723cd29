import Files
import Foundation
import Testing

@Suite struct RegularFileTests {
  @Test func readsWhatIsThere() throws {
    try withTemporaryFolder { folder in
      for count in [0, 1, 100_000] {
        let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
        let path = folder.appending("file \(count)")
        try AtomicFile.write(data, to: path)
        #expect(try RegularFile.contents(of: path) == data)
      }
    }
  }

  @Test func namesWhatIsMissing() throws {
    #expect(
      sentence { try RegularFile.contents(of: "no/such/agent.safetensors") }
        == "no/such/agent.safetensors cannot be read: there is no such file or folder; "
        + "correct the path or create the folder first")
  }

  @Test func refusesMoreThanTheLimit() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("large")
      try AtomicFile.write(Data(count: 11), to: path)
      #expect(try RegularFile.contents(of: path, atMost: 11).count == 11)
      #expect(
        sentence { try RegularFile.contents(of: path, atMost: 10) }
          == "\(path) has more than the 10 bytes allowed here; name another file")
    }
  }

  @Test func refusesFoldersDevicesAndPipes() throws {
    try withTemporaryFolder { folder in
      #expect(sentence { try RegularFile.contents(of: folder) }.contains("it is a folder"))
      let pipe = folder.appending("pipe")
      #expect(mkfifo(pipe.text, 0o600) == 0)
      for path in [pipe, "/dev/zero"] {
        #expect(sentence { try RegularFile.contents(of: path) }.contains("not a regular file"))
      }
      #expect(
        sentence { try RegularFile.contents(of: "/dev/zero", allowsPipes: true) }
          .contains("not a regular file"))
    }
  }

  @Test func readsAPipeWhereThatIsAllowed() throws {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    defer { close(ends[0]) }
    #expect(write(ends[1], "{}", 2) == 2)
    close(ends[1])
    let path = Path("/dev/fd/\(ends[0])")
    #expect(try RegularFile.contents(of: path, atMost: 10, allowsPipes: true) == Data("{}".utf8))
  }
}
