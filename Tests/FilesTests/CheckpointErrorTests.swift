import Foundation
import Testing

@testable import Checkpoints

@Suite struct CheckpointErrorTests {
  @Test func descriptionIsOneSentence() {
    let error = CheckpointError(file: "runs/a", problem: "is gone", fix: "make it")
    #expect("\(error)" == "runs/a is gone; make it")
  }

  @Test(arguments: [
    (ENOSPC, "the disk is full"), (EACCES, "permission denied"), (EISDIR, "it is a folder"),
    (ENOENT, "no such file or folder"), (ENAMETOOLONG, "the name is too long"),
    (ENOTDIR, "not a folder"), (ELOOP, "in a circle"), (EIO, "check the disk"),
  ])
  func systemErrorsNameReasonAndFix(code: Int32, reason: String) {
    let error = CheckpointError.system("a/b.csv", cannotBe: "written", code: code)
    #expect(error.description.hasPrefix("a/b.csv cannot be written: "))
    #expect(error.description.contains(reason))
    #expect(!error.fix.isEmpty)
  }
}
