import Checkpoints
import Foundation
import Testing

@Suite struct ComparisonDirectoryTests {
  @Test func createsTheFolderAndOpensItAgain() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "a/b")
      let directory = try ComparisonDirectory(at: url)
      #expect(try directory.contents(of: directory.comparison) == nil)
      try Data("{}".utf8).write(to: directory.comparison)
      for _ in 0..<2 { try directory.makeRunsFolder() }
      let again = try ComparisonDirectory(at: url)
      #expect(again == directory)
      #expect(try again.contents(of: again.comparison) == Data("{}".utf8))
      #expect(try names(in: url) == ["comparison.json", "runs"])
    }
  }

  @Test(arguments: ["config.json", "episodes.csv", "summary.md", "runs"])
  func refusesAFolderOfSomethingElse(file: String) throws {
    try withTemporaryFolder { folder in
      try Data("precious".utf8).write(to: folder.appending(path: file))
      let message = sentence { try ComparisonDirectory(at: folder) }
      #expect(
        message.hasSuffix(
          "holds no comparison (comparison.json is missing) but \(file); choose another folder"))
    }
  }

  @Test func refusesAFileAndWhatLiesBelowOne() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data("x".utf8).write(to: file)
      #expect(
        sentence { try ComparisonDirectory(at: file) }.contains("is not a folder; choose another"))
      let below = file.appending(path: "a")
      #expect(
        sentence { try ComparisonDirectory(at: below) }.contains("is not a folder; correct"))
    }
  }

  @Test func takesTheNextFreeName() throws {
    try withTemporaryFolder { folder in
      let paths = try (0..<2).map { _ in
        try ComparisonDirectory.create(named: "compare a/b", in: folder).url.lastPathComponent
      }
      #expect(paths == ["compare-a-b", "compare-a-b-2"])
    }
  }

  @Test func everyRunHasAFileOfItsOwn() throws {
    try withTemporaryFolder { folder in
      let directory = try ComparisonDirectory(at: folder)
      let files = [
        directory.run(of: "relax:cv-form=value", at: 0, seed: 7),
        directory.run(of: "relax:cv-form-value", at: 1, seed: 7),
        directory.run(of: "relax:cv-form=value", at: 0, seed: 8),
      ]
      #expect(
        files.map(\.lastPathComponent) == [
          "1-relax-cv-form-value-seed-7.json", "2-relax-cv-form-value-seed-7.json",
          "1-relax-cv-form-value-seed-8.json",
        ])
      let long = directory.run(of: String(repeating: "x", count: 400), at: 2, seed: .max)
      #expect(long.lastPathComponent.utf8.count < 255)
    }
  }
}
