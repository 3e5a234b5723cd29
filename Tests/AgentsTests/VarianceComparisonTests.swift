import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning
import Testing

@testable import Agents

@Suite struct VarianceComparisonTests {
  private func comparison(seed: UInt64 = 1, refinementSteps: Int = 0) -> VarianceComparison {
    let setting = IdentityTask.setting()
    var generator = PCG64(seed: 5)
    var policy = CategoricalPolicy(setting, using: &generator)
    policy.randomize(using: &generator) { _ in 0.3 }
    var (task, plan) = (IdentityTask(), VarianceComparison.Plan())
    plan.fittingEpisodes = 60
    plan.valueSteps = 100
    plan.varianceSteps = 40
    plan.actionValueSteps = 100
    plan.refinementSteps = refinementSteps
    plan.episodes = 120
    plan.seed = seed
    return sound { try VarianceComparison(at: policy, setting: setting, in: &task, plan: plan) }
  }

  @Test func comparesAllEstimatorsOnTheSameEpisodes() throws {
    let entries = comparison().entries
    #expect(
      entries.map(\.name) == [
        "REINFORCE", "A2C, V(s)", "RELAX, V(s) + ĉ(z, s)", "RELAX, c(z, s)",
        "RELAX, V(s) by variance", "RELAX, V(s) + m(a, s), later m(a, s)", "RELAX, V(s) + m(a, s)",
        "RELAX, V(s) + ĉ(z, s), later ĉ(z, s)",
      ])
    #expect(entries.allSatisfy { $0.summary.estimates == 120 && $0.estimateTime > .zero })
    #expect(entries[0].fittingTime == .zero && entries[1].fittingTime > .zero)
    // Every control variate helps.
    let plain = entries[0].summary.logTrace
    for entry in entries.dropFirst() {
      #expect(entry.summary.logTrace < plain - 0.4, "\(entry.name)")
    }
  }

  /// The refined form stands last and is another than the form it started from.
  @Test func refinedActionValuesHaveARowOfTheirOwn() throws {
    let (plain, refined) = (comparison().entries, comparison(refinementSteps: 20).entries)
    #expect(refined.dropLast().map(\.name) == plain.map(\.name))
    let last = try #require(refined.last)
    #expect(last.name == "RELAX, V(s) + m(a, s), later m(a, s), refined")
    #expect(last.summary.logTrace < refined[0].summary.logTrace - 0.4)
    #expect(
      refined.allSatisfy { $0.name == last.name || $0.summary.logTrace != last.summary.logTrace })
  }

  @Test func seedDecides() throws {
    func traces(_ seed: UInt64) -> [Double] {
      comparison(seed: seed).entries.map(\.summary.logTrace)
    }
    #expect(traces(1) == traces(1))
    #expect(traces(1) != traces(2))
  }
}
