import ExperimentCommands
import Experiments
import Files
import RandomNumbers
import State

/// Everything that decides a walk; each setting stands here once.
struct WalkSettings: ExperimentSettings {
  var gait = "steady"
  var steps = 200
  var drift = 0.1
  var seed: UInt64 = 0

  static let all: [Setting<WalkSettings>] = [
    Setting("gait", \.gait, "How to walk", .choice(["steady", "lazy"])),
    Setting("steps", \.steps, "Steps to take", .integers(from: 1), mayGrow: true),
    Setting("drift", \.drift, "Mean of a step", .numbers(-1...1), search: .linear(0...1)),
    Setting("seed", \.seed, "Decides everything random", .integers(0...Int.max)),
  ]
  static let variantFlag = "gait"
  var runName: String { "\(gait)-walk-\(seed)" }
}

/// A random walk: where it stands after some steps is what it has "learned".
struct Walk: Experiment {
  static let table = "walk.csv"
  static let measures = [Measure(result: "final_place", "place at the end")]
  static let curves = [Curve("The walk", label: "place", column: "place", over: ["step"])]

  let settings: WalkSettings
  var step = 0
  var place = 0.0
  var generator: PCG64

  init(_ settings: WalkSettings, in context: Void) throws(Failure) {
    self.settings = settings
    generator = PCG64(seed: settings.seed)
  }

  var columns: [String] { ["step", "place"] }
  var position: Position { Position(done: step, total: settings.steps, unit: "step") }

  mutating func advance(_ monitor: Monitor) throws(Failure) -> Advance {
    step += 1
    if settings.gait == "steady" || step.isMultiple(of: 2) {
      place += settings.drift + generator.standardNormal()
    }
    return Advance(rows: [["step": .integer(step), "place": .double(place)]])
  }

  // Whatever a later step needs, by name: this makes runs survive anything.
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("step", &step)
    try visitor.visit("place", &place)
    try visitor.visit("generator", &generator)
  }

  var model: Double { place }
  func file(of model: Double) throws(Failure) -> Safetensors {
    Safetensors(arrays: [NamedArray(name: "place", shape: [], elements: .float64([model]))])
  }
  func summary(_ clock: RunClock) -> Finding {
    Finding(["final_place": .number(place)], text: "It stands at \(place).")
  }
}

enum WalkProgram: ExperimentProgram {
  typealias Main = Walk
  static let name = "walk"
  static let abstract = "Walk at random."
}
