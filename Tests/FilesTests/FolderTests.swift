import Foundation
import Testing

@testable import Checkpoints

@Suite struct FolderTests {
  @Test func tellsFoldersFromOtherEntries() throws {
    try withTemporaryFolder { folder in
      let link = folder.appending(path: "link")
      try FileManager.default.createSymbolicLink(
        at: link, withDestinationURL: folder.appending(path: "nowhere"))
      #expect(Folder.hasEntry(link) && !Folder.exists(link))
      #expect(Folder.hasEntry(folder) && Folder.exists(folder))
      #expect(!Folder.hasEntry(folder.appending(path: "nowhere")))
    }
  }

  @Test func makesAFolderOnce() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a")
      #expect(try Folder.make(url))
      #expect(try !Folder.make(url))
      let below = folder.appending(path: "none/a")
      #expect(sentence { try Folder.make(below) }.contains("cannot be created"))
      try Folder.makeParents(of: below)
      #expect(try Folder.make(below))
    }
  }

  @Test func namesAreFitForShells() {
    #expect(Folder.portable("relax:lr=0.1 é/$x_-") == "relax-lr-0.1----x_-")
  }
}
