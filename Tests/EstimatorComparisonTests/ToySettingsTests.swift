import EstimatorComparison
import Experiments
import Files
import State
import Testing

@Suite struct ToySettingsTests {
  private func names(_ list: String?, _ shared: KeyValuePairs<String, String> = [:]) throws
    -> [String]
  {
    let variants = try list.map { try Variant<ToySettings>.parse(list: $0) } ?? []
    return ToyTraining.comparisonVariants(variants, shared: try values(shared)).map(\.name)
  }

  @Test func allAreThoseThatSuitTheProblem() throws {
    let gaussian = try names("all", ["problem": "gaussian"])
    #expect(gaussian.contains("lax") && !gaussian.contains("relax"))
    #expect(try !names("all").contains("lax"))
    #expect(try names(nil) == names("all"))
  }

  @Test func namesKeepTheirOrderAndAllAddsTheRest() throws {
    #expect(try names("relax,reinforce") == ["relax", "reinforce"])
    let all = try names("relax,all")
    #expect(all.first == "relax" && Set(all).count == all.count && all.contains("reinforce"))
    #expect(try names("all:learning-rate=0.1").contains("rloo:learning-rate=0.1"))
  }

  @Test(arguments: [
    (["estimator": "relx"], "did you mean relax?"), (["estimator": "lax"], "only for gaussian"),
    (["problem": "chain", "target": "1"], "--target has no part in relax on chain"),
    (["estimator": "reinforce", "hidden": "3"], "--hidden has no part in reinforce"),
    (["estimator": "rloo", "cv-learning-rate": "1"], "has no part"),
    (["dimensions": "0"], "must be an integer from 1"), (["levels": "10001"], "must be an integer"),
    (["problem": "trinomial"], "bernoulli, chain, categorical or gaussian"),
    (["target": "nan"], "must be a number"),
    (["learning-rate": "1e-50"], "must be a number above 0"),
  ])
  func wrongSettingsAreExplained(texts: [String: String], part: String) throws {
    let failure = #expect(throws: Failure.self) {
      var values = SettingValues<ToySettings>()
      for (flag, text) in texts { values[flag] = try ToySettings.setting(flag).parse(text) }
      _ = try ToySettings(flags: values, in: ())
    }
    #expect(failure?.kind == .usage && failure?.description.contains(part) == true)
  }

  @Test func controlVariatesAreWiderForSeveralVariables() throws {
    #expect(try settings([:]).hiddenSizes == [10])
    #expect(try settings(["problem": "chain"]).hiddenSizes == [64])
    #expect(try settings(["problem": "chain", "dimensions": "1"]).hiddenSizes == [10])
    #expect(try settings(["problem": "gaussian"]).estimator == "lax")
  }

  /// What has no part in a variant is not in its `config.json`, and must not make a difference there.
  @Test func settingsThatAreSharedInVainAreLeftOut() throws {
    let shared = try values(["hidden": "20"])
    let plan = try ComparisonPlan(
      Variant<ToySettings>.parse(list: "reinforce,relax"), shared: shared, seeds: 0...0, in: ())
    #expect(plan.entries[0].settings == (try settings(["estimator": "reinforce"])))
    #expect(plan.entries[1].settings.hiddenSizes == [20])
  }
}
