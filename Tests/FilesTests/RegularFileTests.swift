import Foundation
import Testing

@testable import Checkpoints

@Suite struct RegularFileTests {
  @Test func readsWhatIsThere() throws {
    try withTemporaryFolder { folder in
      for count in [0, 1, 100_000] {
        let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
        let url = folder.appending(path: "file \(count)")
        try data.write(to: url)
        #expect(try RegularFile.contents(of: url) == data)
      }
    }
  }

  @Test func namesWhatIsMissing() throws {
    let url = URL(filePath: "no/such/agent.safetensors")
    #expect(
      sentence { try RegularFile.contents(of: url) }
        == "no/such/agent.safetensors cannot be read: there is no such file or folder; "
        + "correct the path or create the folder first")
  }

  @Test func refusesMoreThanTheLimit() throws {
    try withTemporaryFolder { folder in
      let url = URL(filePath: "large", relativeTo: folder)
      try Data(count: 11).write(to: url)
      #expect(try RegularFile.contents(of: url, atMost: 11).count == 11)
      #expect(
        sentence { try RegularFile.contents(of: url, atMost: 10) }
          == "large has 11 bytes, more than the 10 allowed here; name another file")
    }
  }

  @Test func refusesFoldersDevicesAndPipes() throws {
    try withTemporaryFolder { folder in
      #expect(sentence { try RegularFile.contents(of: folder) }.contains("it is a folder"))
      let pipe = folder.appending(path: "pipe")
      #expect(mkfifo(pipe.path, 0o600) == 0)
      for url in [pipe, URL(filePath: "/dev/zero")] {
        #expect(sentence { try RegularFile.contents(of: url) }.contains("not a regular file"))
      }
    }
  }
}
