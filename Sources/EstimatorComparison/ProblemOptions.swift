import ArgumentParser

/// The flags that choose a toy problem.
struct ProblemOptions: ParsableArguments {
  /// The problems by name.
  enum Name: String, CaseIterable, ExpressibleByArgument {
    case bernoulli, chain, categorical, gaussian
  }

  @Option(
    help: "One Bernoulli, a chain of coupled ones, a categorical of levels, or a Gaussian.")
  var problem = Name.bernoulli

  @Option(help: "t in f(b) = (b − t)²; the chain has its own targets.")
  var target = 0.499

  @Option(help: "The number of Bernoullis in the chain.")
  var dimensions = 10

  @Option(help: "The number of levels of the categorical.")
  var levels = 8

  mutating func validate() throws {
    guard target.isFinite else {
      throw ValidationError("--target is \(target); it must be a finite number.")
    }
    guard (1...100_000).contains(dimensions) else {
      throw ValidationError("--dimensions is \(dimensions); it must be from 1 to 100000.")
    }
    guard (1...10_000).contains(levels) else {
      throw ValidationError("--levels is \(levels); it must be from 1 to 10000.")
    }
  }

  var toyProblem: ToyProblem {
    switch problem {
    case .bernoulli: .bernoulli(target: target)
    case .chain: .chain(dimensions: dimensions)
    case .categorical: .levels(count: levels, target: target)
    case .gaussian: .gaussian(target: target)
    }
  }
}
