import Experiments
import Files
import Parallelism
import ReinforcementLearning
import State
import Statistics

/// How good an agent is with sampled and with greedy actions, from the same starts.
public struct EvaluationReport: Sendable {
  public let sampled: Evaluation
  public let greedy: Evaluation

  /// Evaluates a frozen agent, with both kinds of actions at the same time if it may; nothing changes in it.
  ///
  /// - Parameters:
  ///   - agent: The agent.
  ///   - environment: Makes an environment, not the one that training goes on in.
  ///   - episodes: How many for each kind of action, one at least.
  ///   - seed: The seed of the first reset, and of the agent's draws.
  ///   - monitor: Tells when to end, and hears how far the evaluation is.
  public init<S: Space>(
    of agent: some Agent<S.Element>, in environment: @escaping @Sendable () -> any Environment<S>,
    episodes: Int, seed: UInt64, _ monitor: Monitor = .silent
  ) throws(Failure) {
    @Sendable func returns(
      in environment: some Environment<S>, isGreedy: Bool
    ) -> Result<Evaluation, Failure> {
      var environment = environment
      return Result { () throws(Failure) in
        try evaluate(
          agent, in: &environment, episodes: episodes, seed: seed, isGreedy: isGreedy, monitor)
      }
    }
    let both = concurrently(
      { returns(in: environment(), isGreedy: true) },
      { returns(in: environment(), isGreedy: false) })
    sampled = try both.here.get()
    greedy = try both.other.get()
  }

  /// The figures for a terminal.
  public var table: TextTable {
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
          .map { Format.legible($0, decimals: 2) })
    }
    return table
  }

  /// The figures for a file.
  public var json: JSONValue { json(listsEpisodes: false) }

  /// The figures for a file.
  ///
  /// - Parameter listsEpisodes: Whether the return and the length of each episode are among them.
  public func json(listsEpisodes: Bool) -> JSONValue {
    func members(_ evaluation: Evaluation) -> JSONValue {
      let figures = Figures(evaluation)
      var members: [JSONValue.Member] = [
        .init(name: "mean_return", value: JSONValue(figures.mean)),
        .init(name: "standard_error", value: JSONValue(figures.standardError)),
        .init(name: "median_return", value: JSONValue(figures.median)),
        .init(name: "minimum_return", value: JSONValue(figures.minimum)),
        .init(name: "maximum_return", value: JSONValue(figures.maximum)),
        .init(name: "mean_length", value: JSONValue(figures.meanLength)),
      ]
      if listsEpisodes {
        members += [
          .init(name: "returns", value: .array(evaluation.returns.map { JSONValue($0) })),
          .init(name: "lengths", value: .array(evaluation.lengths.map { .integer($0) })),
        ]
      }
      return .object(members)
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
