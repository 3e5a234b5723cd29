import Testing

@testable import TrainingCommands

@Suite struct ComparisonVariantTests {
  @Test func readsAListOfAlgorithmsWithSettings() throws {
    let variants = try ComparisonVariant.parse(
      list: "A2C, relax:cv-form=relaxation;cv-steps=5,a2c:hidden=8,16,reinforce:uses-time=false")
    #expect(
      variants.map(\.name) == [
        "a2c", "relax:cv-form=relaxation;cv-steps=5", "a2c:hidden=8,16",
        "reinforce:uses-time=false",
      ])
    #expect(variants.map(\.algorithm) == ["a2c", "relax", "a2c", "reinforce"])
    #expect(variants[0].settings == SettingValues())
    #expect(variants[1].settings[.cvForm] == .text("relaxation"))
    #expect(variants[1].settings[.cvSteps] == .integer(5))
    #expect(variants[2].settings[.hidden] == .array([.integer(8), .integer(16)]))
    #expect(variants[3].settings[.usesTime] == .boolean(false))
  }

  @Test(arguments: [
    ("relux", "There is no algorithm \"relux\"; did you mean \"relax\"?"),
    ("a2c,relax,a2c", "--algos names a2c twice; leave one"),
    ("a2c,,relax", "--algos has an entry without a name"), ("", "--algos has an entry without"),
    ("a2c:", "--algos: a2c: has an empty setting"),
    ("relax:cv-fro=value", "no setting \"cv-fro\" to give relax; did you mean cv-form?"),
    ("relax:evalepisodes=3", "there is no setting \"evalepisodes\" to give relax"),
    (
      "relax:cv-form=c",
      "cv-form of relax is c, but must be value+relaxation, relaxation, value, trajectory, action-va"
    ),
    ("relax:cv-form", "cv-form of relax has no value, but must be"),
    ("relax:cv-steps=1;cv-steps=2", "sets cv-steps twice"),
    ("relax:seed=1", "seed is the same for all algorithms; set it with --seeds and --first-seed"),
    ("relax:episodes=1", "episodes is the same for all algorithms; set it with --episodes"),
  ])
  func saysWhatIsWrong(list: String, problem: String) throws {
    let message = usageMessage { _ = try ComparisonVariant.parse(list: list) }
    #expect(try #require(message).contains(problem))
  }
}
