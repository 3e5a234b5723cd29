import ExperimentLogging
import NeuralNetworks
import ReinforcementLearning
import Statistics

/// How good an agent is with sampled and with greedy actions, from the same starts.
struct EvaluationReport {
  let sampled: Evaluation
  let greedy: Evaluation

  /// Evaluates a frozen agent; nothing changes in it.
  ///
  /// - Parameters:
  ///   - agent: The agent.
  ///   - environment: Not the one that training goes on in.
  ///   - episodes: How many for each kind of action, one at least.
  ///   - seed: The seed of the first reset, and of the agent's draws.
  init(
    of agent: some Agent<Int>, in environment: any Environment<Discrete>, episodes: Int,
    seed: UInt64
  ) {
    func returns(in environment: some Environment<Discrete>, isGreedy: Bool) -> Evaluation {
      var environment = environment
      return evaluate(
        agent, in: &environment, episodes: episodes, seed: seed, isGreedy: isGreedy)
    }
    sampled = returns(in: environment, isGreedy: false)
    greedy = returns(in: environment, isGreedy: true)
  }

  /// The figures for a terminal.
  var table: TextTable {
    var table = TextTable([
      .init("actions"), .init("mean return", .trailing), .init("± error", .trailing),
      .init("median", .trailing), .init("min", .trailing), .init("max", .trailing),
      .init("mean length", .trailing),
    ])
    for (name, evaluation) in [("sampled", sampled), ("greedy", greedy)] {
      let figures = Figures(evaluation)
      table.addRow(
        [name]
          + [
            figures.mean, figures.standardError, figures.median, figures.minimum, figures.maximum,
            figures.meanLength,
          ]
          .map { Format.fixed($0, decimals: 2) })
    }
    return table
  }

  /// The figures for a file.
  var json: JSONValue {
    func members(_ evaluation: Evaluation) -> JSONValue {
      let figures = Figures(evaluation)
      return [
        "mean_return": JSONValue(figures.mean), "standard_error": JSONValue(figures.standardError),
        "median_return": JSONValue(figures.median), "minimum_return": JSONValue(figures.minimum),
        "maximum_return": JSONValue(figures.maximum), "mean_length": JSONValue(figures.meanLength),
      ]
    }
    return [
      "episodes": .integer(sampled.returns.count), "sampled": members(sampled),
      "greedy": members(greedy),
    ]
  }
}

/// What is reported of one evaluation.
private struct Figures {
  let mean, standardError, median, minimum, maximum, meanLength: Double

  init(_ evaluation: Evaluation) {
    mean = evaluation.meanReturn
    standardError = evaluation.standardError
    median = Statistics.median(evaluation.returns)
    minimum = evaluation.returns.min() ?? .nan
    maximum = evaluation.returns.max() ?? .nan
    meanLength = Statistics.mean(evaluation.lengths.map(Double.init))
  }
}
