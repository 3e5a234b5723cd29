import Foundation
import Testing

@testable import ExperimentLogging

@Suite struct LoggingErrorTests {
  @Test func descriptionIsOneSentence() {
    let error = LoggingError(file: "a.csv", problem: "is gone", fix: "make it")
    #expect("\(error)" == "a.csv is gone; make it")
  }

  @Test(arguments: [
    (EEXIST, "there already; choose another folder"), (EACCES, "permission denied; choose"),
    (ENOSPC, "the disk is full or its limit reached; free"),
    (ENOENT, "its folder does not exist; create"), (EIO, "; check the disk"),
  ])
  func systemErrorsNameReasonAndFix(code: Int32, text: String) {
    let message = LoggingError.system("runs/a.csv", code: code).description
    #expect(message.hasPrefix("runs/a.csv cannot be written: "))
    #expect(message.contains(text))
  }
}
