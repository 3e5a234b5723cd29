import Distributions
import Experiments
import GradientEstimators
import RandomNumbers
import State
import Statistics

/// The checks of unbiasedness of all estimators, and of some that are wrong on purpose.
enum BiasTable {
  /// One check.
  struct Entry {
    let name: String
    let distribution: String
    let isExpectedToPass: Bool
    let report: UnbiasednessReport
  }

  /// The sizes of the problems: Bernoullis, categories or Gaussians.
  static func sizes(_ support: EstimatorTraits.Support) -> [Int] {
    switch support {
    case .bernoulli: [1, 3, 8]
    case .categorical: [2, 3, 6]
    case .gaussian: [1, 2]
    }
  }

  /// Checks every estimator on every problem; the family of tests as a whole has an error of 10⁻³.
  static func entries(
    samples: Int, seed: UInt64, _ monitor: Monitor = .silent
  ) throws(Failure) -> [Entry] {
    var checks: [Check] = []
    func add(
      _ type: any GradientEstimator.Type, _ name: String, on supports: Set<EstimatorTraits.Support>,
      _ substitute: @escaping (any LatentDistribution) -> any LatentDistribution = { $0 }
    ) {
      for support in EstimatorTraits.Support.allCases where supports.contains(support) {
        for size in sizes(support) {
          checks.append(
            Check(type: type, name: name, support: support, size: size, substitute: substitute))
        }
      }
    }
    for type in EstimatorRegistry.all { add(type, type.traits.name, on: type.traits.supports) }
    add(RELAX.self, "relax, z̃ redrawn after b", on: [.bernoulli, .categorical]) {
      if let base = $0 as? Bernoulli { return RedrawnRelaxation(base) }
      return ($0 as? OneHotCategorical).map { RedrawnRelaxation($0) } ?? $0
    }
    add(RELAX.self, "relax, published sampler", on: [.categorical]) {
      ($0 as? OneHotCategorical).map { PublishedRelaxation($0) } ?? $0
    }
    var entries: [Entry] = []
    for check in checks {
      try monitor.check("check", entries.count, of: checks.count, check.name)
      entries.append(
        try check.run(
          samples: samples, seed: seed, familyWiseError: 1e-3 / Double(checks.count), monitor))
    }
    return entries
  }

  static func table(_ entries: [Entry]) -> TextTable {
    var table = TextTable([
      .init("estimator"), .init("distribution"), .init("largest |z|", .trailing),
      .init("limit", .trailing), .init("bias / ‖gradient‖", .trailing), .init("verdict"),
    ])
    for entry in entries {
      let report = entry.report
      table.addRow([
        entry.name, entry.distribution, Format.fixed(report.largestZScore, decimals: 2),
        Format.fixed(report.limit, decimals: 2), Format.fixed(report.relativeBias, decimals: 4),
        report.isUnbiased ? "unbiased" : "BIASED",
      ])
    }
    return table
  }
}

/// An estimator on a random problem, with random parameters of its own.
private struct Check {
  let type: any GradientEstimator.Type
  let name: String
  let support: EstimatorTraits.Support
  let size: Int
  /// Takes the place of the distribution.
  var substitute: (any LatentDistribution) -> any LatentDistribution

  func run(
    samples: Int, seed: UInt64, familyWiseError: Double, _ monitor: Monitor
  ) throws(Failure) -> BiasTable.Entry {
    var generator = PCG64(SeedSequence(seed).child(size))
    let random = EstimationProblem.random(support, size: size, using: &generator)
    let problem = EstimationProblem(
      distribution: substitute(random.distribution), objective: random.objective,
      context: random.context)
    var setting = EstimatorSetting(sampleWidth: size, contextWidth: 2)
    setting.memory.expectationDraws = 2
    setting.memory.interactionRank = 2
    var estimator = type.init(setting, using: &generator)
    estimator.randomize(using: &generator)
    // Running statistics that start at nothing would hide an error in their use.
    estimator.observe(try estimator.estimate(problem, using: &generator))
    let report = try checkUnbiasedness(
      of: estimator, on: problem, samples: samples, seed: seed,
      familyWiseError: familyWiseError, monitor)
    let symbol = ["bernoulli": "D", "categorical": "K"][support.rawValue] ?? "D"
    return BiasTable.Entry(
      name: name, distribution: "\(support.rawValue) \(symbol)=\(size)",
      isExpectedToPass: type.traits.isUnbiased && name == type.traits.name, report: report)
  }
}
