import Experiments
import Files
import Foundation
import State
import Testing

/// The settings of a random walk, with a value of every kind.
struct Walk: ExperimentSettings {
  enum Start: String, SettingValue { case zero, one }

  var kind = "fair"
  var episodes = 6
  var drift = 0.0
  var noise = 1.0
  var widths: [Int] = []
  var start = Start.zero
  /// The distance from zero beyond which the numbers of the walk are not finite.
  var limit: Int?
  var isSlow = false
  /// The first episode that may be the best one.
  var bestFrom = 1
  var note = "up, or \"down\""
  var seed: UInt64 = 0

  static let variantFlag = "walk"
  static let all: [Setting<Walk>] = [
    Setting("walk", \.kind, "The kind of walk", .choice(["fair", "steep"]), key: "kind"),
    Setting(
      "episodes", \.episodes, "How many episodes", .integers(from: 1), mayGrow: true,
      synonyms: ["n-episodes"]),
    Setting(
      "drift", \.drift, "The mean of a step", .numbers(-1...1), search: .linear(0...1),
      synonyms: ["mu"]),
    Setting("noise", \.noise, "The width of a step", .positive(through: 10)),
    Setting("widths", \.widths, "Widths", .widths),
    Setting("start", \.start, "Where it starts", .choice(["zero", "one"])),
    Setting("limit", \.limit, "Where it ends", .integers(1...100)),
    Setting("slow", \.isSlow, "Whether it takes its time", .truth),
    Setting("best-from", \.bestFrom, "The first best episode", .integers(from: 1)),
    Setting("note", \.note, "What is written beside", .name),
    Setting("seed", \.seed, "The seed", .integers(0 ... .max)),
  ]

  static func base(_ given: SettingValues<Walk>, in context: Void) throws(Failure) -> Walk {
    var settings = Walk()
    if given["walk"]?.text == "steep" { settings.drift = 0.5 }
    return settings
  }

  /// A fair walk has no drift.
  var relevant: [Setting<Walk>] { Walk.all.filter { kind == "steep" || $0.flag != "drift" } }
  var runName: String { "\(kind)-\(seed)" }

  mutating func validate(in context: Void) throws(Failure) {
    guard widths.count < 3 else { throw .usage("--widths has more than 2 layers; leave some out.") }
  }
}

extension Walk {
  init(
    kind: String = "fair", episodes: Int = 6, limit: Int? = nil, bestFrom: Int = 1, seed: UInt64 = 0
  ) {
    self.kind = kind
    self.episodes = episodes
    self.limit = limit
    self.bestFrom = bestFrom
    self.seed = seed
    if kind == "steep" { drift = 0.5 }
  }
}

/// A random walk: three draws an episode, any of which may be interrupted.
struct RandomWalk: Experiment {
  private let settings: Walk
  private var generator: UInt64
  private var place: Double
  private var weights: [Float] = [0]
  private var episode = 0
  private var best: Double?

  static let table = "walk.csv"
  static let measures = [
    Measure(result: "final_place", "final place"),
    Measure(result: "distance", "distance", isLessBetter: true),
    Measure(result: "conclusion.place", "place at the end"),
    Measure("mean", "mean place") { $0.numbers("position").reduce(0, +) },
    Measure("seconds", "time", isReproducible: false) { $0.result("wall_seconds")?.double },
  ]

  init(_ settings: Walk, in context: Void) {
    self.settings = settings
    generator = settings.seed
    place = settings.start == .zero ? 0 : 1
  }

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("generator", &generator)
    try visitor.visit("place", &place)
    try visitor.visit("weights", &weights, shape: [1])
    try visitor.visit("episode", &episode, in: 0...1_000_000)
    try visitor.visit("best", &best)
  }

  var columns: [String] { ["episode", "position", "loss", "is_up", "note"] }
  var position: Position { Position(done: episode, total: settings.episodes, unit: "episode") }
  var model: [Float] { weights }

  func file(of model: [Float]) -> Safetensors {
    Safetensors(arrays: [NamedArray(name: "weights", shape: [1], values: model)])
  }

  mutating func advance(_ monitor: Monitor) throws(Failure) -> Advance {
    let start = try StateSnapshot(of: &self)
    do throws(Failure) {
      return try walk(monitor)
    } catch {
      try start.restore(&self)
      throw error
    }
  }

  private mutating func walk(_ monitor: Monitor) throws(Failure) -> Advance {
    if settings.isSlow { Thread.sleep(forTimeInterval: 0.005) }
    for _ in 0..<3 {
      place += settings.drift + settings.noise * nextDraw()
      try monitor.check()
    }
    episode += 1
    if let limit = settings.limit, abs(place) > Double(limit) { weights = [.nan] }
    guard weights[0].isFinite else {
      throw .diverged("The weights of episode \(episode) are not finite.")
    }
    weights = [Float(place) / 3]
    var advance = Advance(rows: [
      [
        "episode": .integer(episode), "position": .double(place), "loss": .float(weights[0]),
        "is_up": .flag(place > 0), "note": .text(settings.note),
      ]
    ])
    if episode % 3 == 0 { advance.measurements = [("look", ["distance": .double(abs(place))])] }
    if episode >= settings.bestFrom, place > best ?? -.infinity {
      best = place
      advance.isBest = true
    }
    return advance
  }

  /// A number from −0.5 to 0.5 (SplitMix64).
  private mutating func nextDraw() -> Double {
    generator &+= 0x9E37_79B9_7F4A_7C15
    var word = generator
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return Double((word ^ word >> 31) >> 11) / 0x1p53 - 0.5
  }

  func summary(_ clock: RunClock) -> Finding {
    Finding(
      ["final_place": .number(place), "distance": .number(abs(place)), "best": JSONValue(best)],
      text: "At \(place).")
  }

  func conclude(_ monitor: Monitor) throws(Failure) -> Finding? {
    try monitor.check("conclusion", 1, of: 1)
    return Finding(["conclusion": ["place": .number(place)]], text: "It is over.")
  }
}

let testOrigin = RunOrigin(version: "1.2", command: "walk --quick")

/// A run of the walk in a folder.
func walkRun(
  _ settings: Walk, in folder: Path, writesTensorBoard: Bool = false,
  checkpointInterval: Duration = .seconds(20)
) throws(Failure) -> Run<RandomWalk> {
  try Run(
    settings, in: (), folder: ClaimedFolder(folder), origin: testOrigin,
    writesTensorBoard: writesTensorBoard, checkpointInterval: checkpointInterval)
}

/// The files of a run by their names, without the times in `result.json` and in events.
func walkFiles(in folder: Path) throws -> [String: String] {
  var files: [String: String] = [:]
  for name in Folder.contents(of: folder) where name != "checkpoints" {
    let data = try RegularFile.contents(of: folder.appending(name))
    files[name] =
      name.contains("tfevents") ? "\(data.count) bytes" : String(decoding: data, as: UTF8.self)
  }
  for name in Folder.contents(of: folder.appending("checkpoints")) {
    let data = try RegularFile.contents(of: folder.appending("checkpoints/\(name)"))
    files["checkpoints/\(name)"] = data.base64EncodedString()
  }
  files["result.json"] = try "\(withoutTimes(walkResult(in: folder)))"
  return files
}

/// The contents of `result.json`.
func walkResult(in folder: Path) throws -> JSONValue {
  try JSONValue(parsing: RegularFile.contents(of: folder.appending("result.json")))
}

/// A result without what depends on the clock.
func withoutTimes(_ result: JSONValue) -> JSONValue {
  .object((result.members ?? []).filter { !$0.name.hasSuffix("_seconds") })
}

/// The numbers of the table of a run.
func walkTable(in folder: Path) throws -> [String: [Double?]] {
  let lines = try folder.appending("walk.csv").read().split(separator: "\n")
  let names = try #require(lines.first).split(separator: ",").map(String.init)
  let rows = lines.dropFirst().map { $0.split(separator: ",").map { Double($0) } }
  return Dictionary(
    uniqueKeysWithValues: names.enumerated().map { index, name in
      (name, rows.map { $0[index] })
    })
}

/// The model in a checkpoint of a run.
func walkModel(_ name: String, in folder: Path) throws -> [Float]? {
  try Safetensors(contentsOf: folder.appending("checkpoints/\(name).safetensors"))["weights"]?
    .values
}
