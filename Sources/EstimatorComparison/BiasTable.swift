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
    for type in EstimatorRegistry.all {
      for support in EstimatorTraits.Support.allCases where type.traits.supports.contains(support) {
        for size in sizes(support) {
          checks.append(Check(type, type.traits.name, support, size, seed: seed) { $0 })
        }
      }
    }
    for support in [EstimatorTraits.Support.bernoulli, .categorical] {
      for size in sizes(support) {
        checks.append(
          Check(RELAX.self, "relax, z̃ redrawn after b", support, size, seed: seed) {
            if let base = $0 as? Bernoulli { RedrawnRelaxation(base) } else { redrawn($0) }
          })
      }
    }
    for size in sizes(.categorical) {
      checks.append(
        Check(RELAX.self, "relax, published sampler", .categorical, size, seed: seed) {
          ($0 as? OneHotCategorical).map { PublishedRelaxation($0) } ?? $0
        })
    }
    var entries: [Entry] = []
    for check in checks {
      try monitor.check("check", entries.count, of: checks.count, check.name)
      entries.append(
        try check.run(samples: samples, familyWiseError: 1e-3 / Double(checks.count), monitor))
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

  private static func redrawn(_ distribution: any LatentDistribution) -> any LatentDistribution {
    (distribution as? OneHotCategorical).map { RedrawnRelaxation($0) } ?? distribution
  }
}

/// An estimator on a random problem, with random parameters of its own.
private struct Check {
  private let type: any GradientEstimator.Type
  let name: String
  private let support: EstimatorTraits.Support
  private let size: Int
  private let seed: UInt64
  /// Takes the place of the distribution.
  private let substitute: (any LatentDistribution) -> any LatentDistribution

  init(
    _ type: any GradientEstimator.Type, _ name: String, _ support: EstimatorTraits.Support,
    _ size: Int, seed: UInt64,
    substitute: @escaping (any LatentDistribution) -> any LatentDistribution
  ) {
    self.type = type
    self.name = name
    self.support = support
    self.size = size
    self.seed = seed
    self.substitute = substitute
  }

  func run(
    samples: Int, familyWiseError: Double, _ monitor: Monitor
  ) throws(Failure) -> BiasTable.Entry {
    var generator = PCG64(SeedSequence(seed).child(size))
    let random = EstimationProblem.random(support, size: size, using: &generator)
    let problem = EstimationProblem(
      distribution: substitute(random.distribution), objective: random.objective,
      context: random.context)
    var estimator = type.init(
      EstimatorSetting(sampleWidth: size, contextWidth: 2), using: &generator)
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
