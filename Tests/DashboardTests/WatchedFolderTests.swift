import Files
import Foundation
import Testing

@testable import Dashboard

@Suite struct WatchedFolderTests {
  private func names(_ folder: WatchedFolder) -> [String] {
    folder.runs.values.map(\.name).sorted()
  }

  @Test func runsComeGrowAndGo() async throws {
    try await withRuns { runs in
      var folder = WatchedFolder(runs.path)
      folder.update()
      #expect(folder.runs.isEmpty && folder.version == 0)
      try runs.write("a", table: "episode,return\n1,5\n")
      try runs.write("deep/er/b", result: #"{"status": "finished"}"#)
      try runs.write("a/checkpoints/config.json", config: "{}")
      try runs.write(".hidden/c")
      try runs.write("<html>", to: "deep/comparison.html")
      folder.update()
      #expect(names(folder) == ["a", "deep/er/b"] && folder.comparisons == ["deep"])
      #expect(Set(folder.runs.values.map(\.state)) == [.running, .finished])
      let version = folder.version
      folder.update()
      #expect(folder.version == version)

      try runs.write("a", table: "episode,return\n1,5\n2,6\n")
      folder.update()
      #expect(folder.version == version + 1)
      let changed = folder.runs.values.filter { $0.version == folder.version }
      #expect(changed.map(\.name) == ["a"])
      let number = try #require(changed.first?.number)
      #expect(folder.withRun(number) { $0.readTable()?.rowCount } == 2)

      try runs.remove("a")
      folder.update()
      #expect(names(folder) == ["deep/er/b"] && folder.removed[number] == folder.version)
      // The same again is the same run.
      try runs.write("a", table: "episode\n")
      folder.update()
      #expect(folder.runs[number]?.name == "a" && folder.removed[number] == nil)
    }
  }

  @Test func linksAreNotFollowed() async throws {
    try await withRuns { runs in
      try await withRuns { other in
        try other.write("secret", table: "episode\n1\n")
        try FileManager.default.createSymbolicLink(
          at: runs.url.appending(path: "link"), withDestinationURL: other.url)
        try runs.write("mine")
        try FileManager.default.createSymbolicLink(
          at: runs.url.appending(path: "mine/episodes.csv"),
          withDestinationURL: other.url.appending(path: "secret/episodes.csv"))
        var folder = WatchedFolder(runs.path)
        folder.update()
        #expect(names(folder) == ["mine"])
        let run = try #require(folder.runs.keys.first)
        #expect(folder.withRun(run) { $0.readTable()?.rowCount } == 0)
      }
    }
  }

  @Test func groupsAreNamedByWhatDiffers() async throws {
    try await withRuns { runs in
      for seed in 0..<2 {
        for rate in [1, 2] {
          try runs.write(
            "relax-\(rate)-\(seed)",
            config: """
              {"algorithm": "relax", "environment": "cartpole", "rate": \(rate), "hidden": [4, 4], \
              "seed": \(seed)}
              """)
        }
        try runs.write(
          "a2c-\(seed)",
          config: """
            {"algorithm": "a2c", "environment": "cartpole", "rate": 1, "hidden": [4, 4], \
            "seed": \(seed)}
            """)
      }
      try runs.write("broken", config: "{")
      var folder = WatchedFolder(runs.path)
      folder.update()
      let layout = folder.groups.layout
      #expect(Set(layout.keys) == ["algorithm", "rate"])
      #expect(Set(layout.algorithms) == ["relax", "a2c", "run"])
      #expect(Set(layout.variants) == ["relax: rate=1", "relax: rate=2", "a2c", "run"])
    }
  }
}
