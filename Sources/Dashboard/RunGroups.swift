import Files
import Pages
import Rendering

/// What runs have in common and in what they differ.
struct RunGroups {
  /// What whoever looks at the runs must know before anything else.
  struct Layout: Equatable {
    /// The settings in which runs differ, but for the seed.
    var keys: [String] = []
    /// The algorithms, each with its environment where there are several, in the order in which they
    /// came.
    var algorithms: [String] = []
    /// The same with what else distinguishes runs that are not of the same settings.
    var variants: [String] = []
  }

  private(set) var layout = Layout()
  /// The place of each run's algorithm among the layout's.
  private(set) var algorithms: [Int: Int] = [:]
  /// The place of each run's variant among the layout's.
  private(set) var variants: [Int: Int] = [:]

  /// The settings that tell what was trained, the most telling ones first.
  private static let subjects = ["algorithm", "estimator"]
  private static let places = ["environment", "problem", "model", "data"]
  private static let ignored = ["seed", "preset"]

  init(_ runs: [WatchedRun]) {
    var known: [String: JSONValue] = [:]
    var keys: [String] = []
    for run in runs {
      for setting in run.settings where !Self.ignored.contains(setting.name) {
        if let value = known[setting.name] {
          if value != setting.value, !keys.contains(setting.name) { keys.append(setting.name) }
        } else {
          known[setting.name] = setting.value
        }
      }
    }
    layout.keys = keys
    let places = Self.places.filter { keys.contains($0) }
    let others = keys.filter { !Self.subjects.contains($0) && !places.contains($0) }
    var (algorithmNames, variantNames) = (PageTexts(), PageTexts())
    // A setting distinguishes the runs of an algorithm if it has several values there.
    var values: [String: [String: JSONValue]] = [:]
    var distinguishing: [String: Set<String>] = [:]
    let names = runs.map { run in
      let subject = Self.subjects.lazy.compactMap { run[$0]?.text }.first
      let place = places.compactMap { run[$0]?.text }.joined(separator: ", ")
      let name = subject ?? "run"
      return place.isEmpty ? name : "\(name) on \(place)"
    }
    for (run, name) in zip(runs, names) {
      for key in others {
        let value = run[key] ?? .null
        if let known = values[name]?[key] {
          if known != value { distinguishing[name, default: []].insert(key) }
        } else {
          values[name, default: [:]][key] = value
        }
      }
    }
    for (run, name) in zip(runs, names) {
      algorithms[run.number] = algorithmNames.place(of: name)
      let keys = others.filter { distinguishing[name]?.contains($0) == true }
      let text = keys.map { "\($0)=\((run[$0] ?? .null).plain)" }.joined(separator: " ")
      variants[run.number] = variantNames.place(of: text.isEmpty ? name : "\(name): \(text)")
    }
    (layout.algorithms, layout.variants) = (algorithmNames.texts, variantNames.texts)
  }

  /// The looks of the algorithms, and of the variants. An algorithm keeps its colour in every
  /// environment.
  var looks: (algorithms: [Look], variants: [Look]) {
    var subjects: [String] = []
    var counts: [String: Int] = [:]
    let places = layout.algorithms.map { name -> (subject: Int, round: Int) in
      let subject = name.firstRange(of: " on ").map { String(name[..<$0.lowerBound]) } ?? name
      if counts[subject] == nil { subjects.append(subject) }
      defer { counts[subject, default: 0] += 1 }
      return (subjects.firstIndex(of: subject) ?? 0, counts[subject] ?? 0)
    }
    let looks = Look.assigned(to: subjects)
    return (
      places.map { looks[$0.subject].dashed($0.round) }, Look.assigned(to: layout.variants)
    )
  }
}

extension JSONValue {
  /// The value without quotes.
  var plain: String {
    switch self {
    case .text(let text): text
    case .array(let values): values.map(\.plain).joined(separator: ",")
    case .null: "none"
    default: description
    }
  }
}
