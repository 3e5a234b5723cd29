import RandomNumbers
import State
import Testing

@testable import ReinforcementLearning

@Suite struct EvaluationTests {
  @Test func figures() throws {
    let some = Evaluation(returns: [2, 4, 9], lengths: [1, 1, 1])
    #expect(some.meanReturn == 5)
    #expect(abs(some.standardError - (13 / 3.0).squareRoot()) < 1e-12)
    #expect(Evaluation(returns: [2], lengths: [1]).standardError == 0)
  }

  @Test(arguments: [false, true])
  func runsEpisodes(isGreedy: Bool) throws {
    var environment = ScriptedEnvironment(lengths: [1, 3])
    let agent = ScriptedAgent { _ in 2 }
    let result = try evaluate(agent, in: &environment, episodes: 3, seed: 8, isGreedy: isGreedy)
    #expect(result.returns == [2, 6, 2])
    #expect(result.lengths == [1, 3, 1])
    #expect(environment.seeds == [8, nil, nil])
  }

  @Test func seedDecides() throws {
    func returns(_ seed: UInt64) throws -> [Double] {
      var environment = ScriptedEnvironment(lengths: [10])
      return try evaluate(
        ScriptedAgent(), in: &environment, episodes: 4, seed: seed, isGreedy: false
      ).returns
    }
    #expect(try returns(1) == returns(1))
    #expect(try returns(1) != returns(2))
  }

  @Test func greedinessReachesTheAgent() throws {
    final class Calls: @unchecked Sendable { var greedy: [Bool] = [] }
    struct Listener: Agent {
      let calls: Calls
      mutating func act(
        on observation: UnsafeBufferPointer<Float>, isGreedy: Bool, using generator: inout PCG64
      ) -> Int {
        calls.greedy.append(isGreedy)
        return 0
      }
      mutating func update(
        on batch: [Episode<Int>], progress: Double, using generator: inout PCG64
      ) -> UpdateReport {
        Issue.record("an evaluation does not train")
        return UpdateReport(entropy: 0, gradientNorm: 0)
      }
      func policyGradient(of episode: Episode<Int>, using generator: inout PCG64) -> [Float] { [] }
      var nonFiniteParameter: String? { nil }
      mutating func visitState(_ visitor: inout some StateVisitor) {}
    }
    let calls = Calls()
    var environment = ScriptedEnvironment(lengths: [2])
    for isGreedy in [true, false] {
      _ = try evaluate(
        Listener(calls: calls), in: &environment, episodes: 1, seed: 1, isGreedy: isGreedy)
    }
    #expect(calls.greedy == [true, true, false, false])
  }

  /// The agent is copied, the streams are the evaluation's own.
  @Test func leavesTrainingAsItIs() throws {
    func trained(isEvaluated: Bool) throws -> ([Double], [ScriptedAgent.Update]) {
      var returns: [Double] = []
      var (agent, environment) = (ScriptedAgent(), ScriptedEnvironment(lengths: [3]))
      try train(&agent, in: &environment, plan: TrainingPlan(episodes: 6, seed: 2)) {
        record, agent in
        returns.append(record.episodeReturn)
        if isEvaluated {
          var other = ScriptedEnvironment(lengths: [7])
          _ = try evaluate(agent, in: &other, episodes: 2, seed: 2, isGreedy: false)
          _ = try measureGradientVariance(of: agent, in: &other, episodes: 3, seed: 2)
        }
        return true
      }
      #expect(agent.greedyCalls == 0)
      return (returns, agent.updates)
    }
    #expect(try trained(isEvaluated: true) == trained(isEvaluated: false))
  }
}
