import Experiments
import GradientEstimators
import RandomNumbers
import State

/// Everything that decides the training of a toy problem.
public struct ToySettings: ExperimentSettings {
  /// The problems by name.
  public enum Problem: String, SettingValue, CaseIterable {
    case bernoulli, chain, categorical, gaussian
  }

  public var problem = Problem.bernoulli
  /// t in f(b) = (b − t)².
  public var target = 0.499
  /// The number of Bernoullis in the chain.
  public var dimensions = 10
  /// The number of levels of the categorical.
  public var levels = 8
  /// The name of the estimator.
  public var estimator = RELAX.traits.name
  public var steps = 10_000
  /// The step sizes of θ and of the estimator's own parameters φ.
  public var learningRate = 0.01
  public var adaptationRate = 0.01
  /// The hidden layers of control variates.
  public var hiddenSizes = [10]
  /// What estimators with a memory learn from it: mini-batches a step, their size, and the step size;
  /// and the evaluations that it holds.
  public var fitSteps = 4
  public var fitBatchSize = 64
  public var fitRate = 0.003
  public var memoryCapacity = 100_000
  /// The estimates that each variance in the table is measured from.
  public var varianceSamples = 1000
  public var seed: UInt64 = 0
  /// The flags that mean something to the problem and to the estimator.
  private var parts: Set<String> = []

  public init() {}

  public static let all: [Setting<ToySettings>] = [
    Setting(
      "problem", \.problem,
      "One Bernoulli, a chain of coupled ones, a categorical of levels, or a Gaussian",
      .choice(Problem.allCases.map(\.rawValue))),
    Setting(
      "target", \.target, "t in f(b) = (b − t)²; the chain has its own targets",
      .numbers(-1e6...1e6)),
    Setting("dimensions", \.dimensions, "Bernoullis in the chain", .integers(1...10_000)),
    Setting("levels", \.levels, "Levels of the categorical", .integers(1...10_000)),
    Setting(
      "estimator", \.estimator,
      "The estimator, one of those that `list` describes; lax where there is no relax", .name),
    Setting("steps", \.steps, "Steps of θ, one sample each", .integers(from: 1), mayGrow: true),
    Setting(
      "learning-rate", \.learningRate, "Step size of θ (Adam)", .positive(through: 10),
      search: .logarithmic(0.001...0.1), synonyms: ["lr"]),
    Setting(
      "cv-learning-rate", \.adaptationRate, "Step size of the estimator's own parameters (Adam)",
      .positive(through: 10), search: .logarithmic(0.001...0.1)),
    Setting(
      "hidden", \.hiddenSizes,
      "Widths of the hidden layers of control variates, 64 for more than one variable", .widths),
    Setting(
      "fit-steps", \.fitSteps, "Mini-batches that a memory is learned from in a step",
      .integers(0...1000), search: .choice(["1", "4", "16"])),
    Setting(
      "fit-batch", \.fitBatchSize, "Evaluations of f in such a mini-batch", .integers(1...100_000)),
    Setting(
      "fit-rate", \.fitRate, "Step size of what is learned from a memory (Adam)",
      .positive(through: 10), search: .logarithmic(0.001...0.03)),
    Setting(
      "memory", \.memoryCapacity, "Evaluations of f that a memory holds",
      .integers(1...10_000_000)),
    Setting(
      "variance-samples", \.varianceSamples,
      "Estimates that each variance in the table is measured from", .integers(2...1_000_000)),
    Setting("seed", \.seed, "Decides everything random in the run", .integers(0...Int.max)),
  ]

  public static let variantFlag = "estimator"
  public var variantName: String { "\(estimator) on \(problem.rawValue)" }
  public var runName: String { "\(problem.rawValue)-\(estimator)-\(seed)" }
  public func comparisonName(_ names: String) -> String { problem.rawValue }

  public static func base(
    _ given: SettingValues<ToySettings>, in context: Void
  ) throws(Failure) -> ToySettings {
    var settings = ToySettings()
    settings.problem = given["problem"]?.text.flatMap(Problem.init) ?? settings.problem
    settings.dimensions = given["dimensions"]?.integer ?? settings.dimensions
    settings.levels = given["levels"]?.integer ?? settings.levels
    let toy = settings.toyProblem
    if !RELAX.traits.supports.contains(toy.support) { settings.estimator = LAX.traits.name }
    settings.hiddenSizes = toy.usualHiddenSizes
    return settings
  }

  public mutating func validate(in context: Void) throws(Failure) {
    let type = try estimatorType
    parts = Set(Self.all.map(\.flag))
    if problem == .chain { parts.remove("target") }
    if problem != .chain { parts.remove("dimensions") }
    if problem != .categorical { parts.remove("levels") }
    if !(type is any MemoryEstimator.Type) {
      parts.subtract(["fit-steps", "fit-batch", "fit-rate", "memory"])
    }
    // Nothing but its number of parameters tells what an estimator has.
    let counts = [1, 2].map { width in
      var generator = PCG64(seed: 0)
      return type.init(
        EstimatorSetting(sampleWidth: 1, hiddenSizes: [width]), using: &generator
      ).parameterCount
    }
    if counts[0] == 0 { parts.remove("cv-learning-rate") }
    if counts[0] == counts[1], !(type is any MemoryEstimator.Type) { parts.remove("hidden") }
  }

  public var relevant: [Setting<ToySettings>] { Self.all.filter { parts.contains($0.flag) } }

  /// What the estimator is made for.
  var estimatorSetting: EstimatorSetting {
    var setting = EstimatorSetting(
      sampleWidth: toyProblem.sampleWidth, hiddenSizes: hiddenSizes)
    setting.memory.capacity = memoryCapacity
    setting.memory.fitSteps = fitSteps
    setting.memory.batchSize = fitBatchSize
    setting.memory.learningRate = Float(fitRate)
    return setting
  }

  /// What is trained on.
  var toyProblem: ToyProblem {
    switch problem {
    case .bernoulli: .bernoulli(target: target)
    case .chain: .chain(dimensions: dimensions)
    case .categorical: .levels(count: levels, target: target)
    case .gaussian: .gaussian(target: target)
    }
  }

  /// The estimator of that name, if it has a form for the problem.
  var estimatorType: any GradientEstimator.Type {
    get throws(Failure) {
      guard let type = EstimatorRegistry.estimator(named: estimator) else {
        let names = EstimatorRegistry.all.map { $0.traits.name }
        throw .usage(
          "There is no estimator \(estimator.quotedBriefly); did you mean "
            + "\(nearestName(to: estimator, among: names) ?? "")? There are: "
            + "\(names.joined(separator: ", ")).")
      }
      guard type.traits.supports.contains(toyProblem.support) else {
        let known = type.traits.supports.map(\.rawValue).sorted().joined(separator: " and ")
        throw .usage(
          "\(estimator) has no form for \(toyProblem.support.rawValue) variables, only for \(known); "
            + "leave it out or choose another --problem.")
      }
      return type
    }
  }
}

extension ToyTraining {
  /// `all` stands for every estimator with a form for the problem, and so does no name.
  public static func comparisonVariants(
    _ variants: [Variant<ToySettings>], shared: SettingValues<ToySettings>
  ) -> [Variant<ToySettings>] {
    var settings = ToySettings()
    settings.problem = shared["problem"]?.text.flatMap(ToySettings.Problem.init) ?? .bernoulli
    let support = settings.toyProblem.support
    let types = EstimatorRegistry.all.filter { $0.traits.supports.contains(support) }
    var every = SettingValues<ToySettings>()
    every["estimator"] = "all"
    let named = Set(variants.map(\.name))
    return (variants.isEmpty ? [Variant("all", every)] : variants).flatMap { variant in
      guard variant.settings["estimator"]?.text == "all" else { return [variant] }
      return types.compactMap { type in
        var settings = variant.settings
        settings["estimator"] = .text(type.traits.name)
        let name = type.traits.name + variant.name.dropFirst("all".count)
        return named.contains(name) ? nil : Variant(name, settings)
      }
    }
  }
}
