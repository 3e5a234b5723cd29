import Checkpoints
import Foundation
import Testing

@Suite struct AtomicFileTests {
  @Test func writesAndReplaces() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "result.json")
      for count in [0, 5, 1_000_000, 3] {
        let data = Data(repeating: UInt8(truncatingIfNeeded: count), count: count)
        try AtomicFile.write(data, to: url)
        #expect(try Data(contentsOf: url) == data)
      }
      #expect(try names(in: folder) == ["result.json"])
    }
  }

  @Test func followsALinkInsteadOfReplacingIt() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "file")
      let link = folder.appending(path: "link")
      try Data("old".utf8).write(to: url)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: url)
      try AtomicFile.write(Data("new".utf8), to: link)
      #expect(try String(contentsOf: url, encoding: .utf8) == "new")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == url.path)
    }
  }

  @Test func refusesFoldersDevicesAndMissingFolders() throws {
    try withTemporaryFolder { folder in
      let inner = folder.appending(path: "inner")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      #expect(sentence { try AtomicFile.write(Data(), to: inner) }.contains("it is a folder"))
      #expect(
        sentence { try AtomicFile.write(Data(), to: URL(filePath: "/dev/null")) }
          == "/dev/null cannot be written: it is not a regular file; choose another name")
      #expect(
        sentence { try AtomicFile.write(Data(), to: folder.appending(path: "none/result.json")) }
          .contains("there is no such file or folder; correct the path or create the folder first"))
      #expect(try names(in: folder) == ["inner"])
    }
  }

  @Test func refusesAFolderWithoutPermission() async {
    await #expect(processExitsWith: .success) {
      try withReadOnlyFolder { folder in
        let url = folder.appending(path: "result.json")
        let message = sentence { try AtomicFile.write(Data("x".utf8), to: url) }
        #expect(message.contains("cannot be written: permission denied; choose a place"))
      }
    }
  }

  /// A limit on the size of files stands in for a full disk: a part of the bytes is written, then
  /// the system refuses the rest.
  @Test func keepsTheOldFileWhenTheDiskIsFull() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let url = folder.appending(path: "agent.safetensors")
        try AtomicFile.write(Data("old".utf8), to: url)
        limitFileSize(to: 1000)
        let message = sentence { try AtomicFile.write(Data(count: 5000), to: url) }
        #expect(message.contains("the disk is full"))
        let contents = try Data(contentsOf: url)
        #expect(contents == Data("old".utf8))
        let files = try names(in: folder)
        #expect(files == ["agent.safetensors"])
      }
    }
  }
}
