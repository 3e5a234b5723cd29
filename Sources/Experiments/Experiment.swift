import Files
import State

/// A training, or anything else that goes on step by step, as a value.
///
/// Whoever implements these few members gets a folder for each run, checkpoints, continuation to the
/// same bytes, progress, TensorBoard, comparisons and tuning; see `Docs/experiments.md`.
public protocol Experiment: Stateful, SendableMetatype {
  associatedtype Settings: ExperimentSettings
  /// What was learned, as it is kept of the best moment and of the end.
  associatedtype Model: Sendable

  /// The name of the file of rows: "episodes.csv".
  static var table: String { get }

  /// Whether several ranks can take steps together; see `synchronize`.
  static var sharesSteps: Bool { get }

  /// What runs are compared by; see `Measure`.
  static var measures: [Measure] { get }

  /// The key of the measure that decides in a search for settings.
  static var tuningMeasure: String { get }

  /// What is drawn of runs; see `Curve`.
  static var curves: [Curve] { get }

  /// An experiment before its first step.
  init(_ settings: Settings, in context: Settings.Context) throws(Failure)

  /// The names of the columns of the table.
  var columns: [String] { get }

  /// How far the experiment is.
  var position: Position { get }

  /// Takes one step: an episode or a batch, a mini-batch.
  ///
  /// Everything that it changes belongs to the state. After an interruption the state must be one from
  /// which further steps give the same rows as if nothing had happened; after any other failure the
  /// model must be the last one that was sound.
  mutating func advance(_ monitor: Monitor) throws(Failure) -> Advance

  /// Makes the state whole where several ranks share the work and each has a part of it. All do it at the same
  /// time, before the state is saved.
  mutating func synchronize() throws(Failure)

  /// The model as it is now.
  var model: Model { get }

  /// The model as a file.
  func file(of model: Model) throws(Failure) -> Safetensors

  /// What came out so far, without further work; written with every checkpoint.
  func summary(_ clock: RunClock) -> Finding

  /// What takes work to find out, once the last step was taken: an evaluation. It changes nothing.
  func conclude(_ monitor: Monitor) throws(Failure) -> Finding?

  /// What the progress line shows beside the position.
  func progressFields(_ clock: RunClock) -> [(label: String, value: String)]

  /// The variants as a comparison takes them, which may leave out work that it has no use for.
  ///
  /// - Parameters:
  ///   - variants: Those that were named; none where nothing was.
  ///   - shared: What was said about all of them.
  static func comparisonVariants(
    _ variants: [Variant<Settings>], shared: SettingValues<Settings>
  ) -> [Variant<Settings>]

  /// What is to be said about a comparison beside its figures.
  ///
  /// - Parameters:
  ///   - records: The runs of each variant.
  ///   - names: The names of the variants.
  static func remarks(on records: [[RunRecord<Settings>]], names: [String]) -> [String]
}

extension Experiment {
  public static var tuningMeasure: String { measures.first?.key ?? "" }
  public static var curves: [Curve] { [] }
  public static var sharesSteps: Bool { false }
  public mutating func synchronize() throws(Failure) {}
  public func conclude(_ monitor: Monitor) throws(Failure) -> Finding? { nil }
  public func progressFields(_ clock: RunClock) -> [(label: String, value: String)] { [] }
  public static func comparisonVariants(
    _ variants: [Variant<Settings>], shared: SettingValues<Settings>
  ) -> [Variant<Settings>] { variants }
  public static func remarks(on records: [[RunRecord<Settings>]], names: [String]) -> [String] {
    []
  }
}

/// How far an experiment is.
public struct Position: Sendable, Equatable {
  /// How much is done.
  public var done: Int
  /// How much there is to do.
  public var total: Int
  /// What is counted, in the singular: "episode".
  public var unit: String
  /// Whether nothing more is to be done; an experiment may end early.
  public var isFinished: Bool

  public init(done: Int, total: Int, unit: String, isFinished: Bool? = nil) {
    self.done = done
    self.total = total
    self.unit = unit
    self.isFinished = isFinished ?? (done >= total)
  }
}

/// What one step of an experiment has shown.
public struct Advance: Sendable {
  /// Rows of the table.
  public var rows: [MetricRow] = []
  /// Where in the experiment each row was made; without it, where the step has ended.
  public var positions: [Int]?
  /// Measurements that have no place in the table, by what they are: "evaluation".
  public var measurements: [(kind: String, row: MetricRow)] = []
  /// Whether the model is better than ever before.
  public var isBest = false
  /// The part of the time that was spent on measurements.
  public var measuringTime = Duration.zero

  /// - Precondition: There are as many positions as rows, where there are any.
  public init(rows: [MetricRow] = [], at positions: [Int]? = nil) {
    precondition(
      positions.map { $0.count == rows.count } ?? true,
      "Advance: \(positions?.count ?? 0) positions of \(rows.count) rows")
    self.rows = rows
    self.positions = positions
  }
}

/// Something that came out of an experiment.
public struct Finding: Sendable, Equatable {
  /// The members of `result.json`.
  public var members: [JSONValue.Member]
  /// The same for a person, in lines.
  public var text: String

  public init(_ members: JSONValue, text: String) {
    self.members = members.members ?? []
    self.text = text
  }
}

/// The time that a run has taken, in all sessions together.
public struct RunClock: Sendable, Equatable {
  /// The time of the steps, measurements included.
  public var wallTime = Duration.zero
  /// The part of it that measurements took.
  public var measuringTime = Duration.zero

  public init() {}

  /// How many of something were done in a second of the steps themselves.
  public func rate(_ count: Int) -> Double {
    Double(count) / max((wallTime - measuringTime) / .seconds(1), 1e-9)
  }
}

/// A number by which runs are compared.
public struct Measure: Sendable {
  /// The name in files: "episodes_to_solve".
  public var key: String
  /// The name in tables: "episodes to solve".
  public var title: String
  /// Whether less is better.
  public var isLessBetter: Bool
  /// Whether equal runs have equal values; a time is not such.
  public var isReproducible: Bool
  /// The value of a run; `nil` where it has none, which leaves the measure out.
  public var value: @Sendable (RunValues) -> Double?

  public init(
    _ key: String, _ title: String, isLessBetter: Bool = false, isReproducible: Bool = true,
    value: @escaping @Sendable (RunValues) -> Double?
  ) {
    self.key = key
    self.title = title
    self.isLessBetter = isLessBetter
    self.isReproducible = isReproducible
    self.value = value
  }

  /// A member of `result.json`, or of an object in it: "evaluation.greedy.mean_return".
  public init(result path: String, _ title: String, isLessBetter: Bool = false) {
    self.init(path, title, isLessBetter: isLessBetter) { $0.result(path)?.double }
  }
}

/// A column of the table that is drawn over another one.
public struct Curve: Sendable {
  public var title: String
  /// The label of the vertical axis.
  public var label: String
  /// The column that is drawn.
  public var column: String
  /// The columns that may be the horizontal axis, the usual one first.
  public var horizontal: [String]
  /// Over how many rows values are averaged.
  public var window: Int

  public init(
    _ title: String, label: String, column: String, over horizontal: [String], window: Int = 1
  ) {
    self.title = title
    self.label = label
    self.column = column
    self.horizontal = horizontal
    self.window = window
  }
}
