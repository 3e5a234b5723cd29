import Foundation
import Testing

@testable import Checkpoints

@Suite struct ResultFolderTests {
  @Test func namesThatAreTakenGetANumber() throws {
    try withTemporaryFolder { parent in
      let first = try ResultFolder.create(named: "toy x", in: parent)
      let second = try ResultFolder.create(named: "toy x", in: parent)
      #expect(first.lastPathComponent == "toy-x" && second.lastPathComponent == "toy-x-2")
    }
  }

  @Test func anEmptyFolderWillDoAndAFullOneNot() throws {
    try withTemporaryFolder { parent in
      let url = parent.appending(path: "a/b")
      _ = try ResultFolder.create(at: url)
      _ = try ResultFolder.create(at: url)
      try Data("x".utf8).write(to: url.appending(path: "old.csv"))
      let error = #expect(throws: CheckpointError.self) { try ResultFolder.create(at: url) }
      #expect(error?.description.contains("is not an empty folder; choose another") == true)
    }
  }

  @Test func aFileIsNoFolder() throws {
    try withTemporaryFolder { parent in
      let url = parent.appending(path: "file")
      try Data("x".utf8).write(to: url)
      let error = #expect(throws: CheckpointError.self) { try ResultFolder.create(at: url) }
      #expect(error?.description.contains("is not a folder") == true)
    }
  }
}
