import Experiments
import Files
import Foundation
import State

/// All runs below a folder, as they come, grow and go. Nothing is ever written.
struct WatchedFolder {
  let path: Path
  /// The runs by their numbers.
  private(set) var runs: [Int: WatchedRun] = [:]
  /// The folders of comparisons that have a page, below the one that is watched.
  private(set) var comparisons: [String] = []
  /// Grows whenever something has changed.
  private(set) var version = 0
  /// When runs went, by number.
  private(set) var removed: [Int: Int] = [:]
  /// The version since which everything has to be asked for anew.
  private(set) var reset = 0

  private var numbers: [String: Int] = [:]
  /// What distinguishes the runs, when it was looked at last.
  private(set) var groups = RunGroups([])

  /// Deeper than this, and in more folders, no runs are looked for.
  static let depthLimit = 8
  static let folderLimit = 50_000

  init(_ path: Path) { self.path = path }

  /// Looks at everything again.
  mutating func update() {
    let next = version + 1
    var found: [String] = []
    var pages: [String] = []
    var count = 0
    Self.walk(path, "", depth: 0, &count, &found, &pages)
    let locked = lockedInodes()
    var isNew = false
    for name in found {
      let number = numbers[name] ?? numbers.count + 1
      numbers[name] = number
      var run =
        runs[number]
        ?? WatchedRun(
          number: number, name: name, path: name.isEmpty ? path : path.appending(name))
      removed[number] = nil
      if run.update(locked: locked, version: next) { isNew = true }
      runs[number] = run
    }
    let there = Set(found)
    for (number, run) in runs where !there.contains(run.name) {
      runs[number] = nil
      removed[number] = next
      isNew = true
    }
    if pages != comparisons {
      (comparisons, reset) = (pages, next)
      isNew = true
    }
    guard isNew else { return }
    version = next
    let groups = RunGroups(runs.values.sorted { $0.number < $1.number })
    if groups.layout != self.groups.layout { reset = next }
    self.groups = groups
  }

  /// Does something with a run, such as reading its table.
  mutating func withRun<Result>(
    _ number: Int, _ body: (inout WatchedRun) -> Result
  ) -> Result? {
    guard var run = runs[number] else { return nil }
    defer { runs[number] = run }
    return body(&run)
  }

  /// Whether a run or a comparison lies in a folder of this name.
  func contains(_ name: String) -> Bool {
    comparisons.contains(name) || numbers[name].map { runs[$0] != nil } == true
  }

  /// Finds the folders of runs; what is in them is not looked through, and links are not followed.
  private static func walk(
    _ path: Path, _ name: String, depth: Int, _ count: inout Int, _ runs: inout [String],
    _ pages: inout [String]
  ) {
    count += 1
    guard count <= folderLimit else { return }
    if RunFiles.isRun(path) {
      runs.append(name)
      return
    }
    guard depth < depthLimit else { return }
    for entry in entries(of: path) {
      if entry.name == "comparison.html", !entry.isFolder { pages.append(name) }
      guard entry.isFolder, !entry.name.hasPrefix(".") else { continue }
      walk(
        path.appending(entry.name), name.isEmpty ? entry.name : "\(name)/\(entry.name)",
        depth: depth + 1, &count, &runs, &pages)
    }
  }

  /// What is in a folder, and what of it are folders themselves; a name that is not UTF-8 is left out.
  private static func entries(of path: Path) -> [(name: String, isFolder: Bool)] {
    Folder.contents(of: path).map { name in
      var status = stat()
      let isFolder =
        lstat(path.appending(name).text, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      return (name, isFolder)
    }
  }
}
