import Experiments
import Files
import Foundation
import State
import Testing

private typealias Values = SettingValues<Walk>

private func parse(_ text: String) throws(Failure) -> SettingValues<Walk> {
  try SettingValues(parsing: Data(text.utf8), from: "c.json")
}

@Suite struct SettingsTests {
  // MARK: Files

  @Test func aFileGivesTheSettingsBack() throws {
    var settings = Walk(kind: "steep", episodes: 9, limit: 3, bestFrom: 2, seed: UInt64(Int.max))
    settings.drift = 1.0 / 3
    settings.widths = [64, 1]
    settings.start = .one
    settings.isSlow = true
    settings.note = "a \"b\" é"
    let text = settings.json.fileContents
    let read = try Walk(
      flags: .init(), file: SettingValues(parsing: text, from: "c.json"), in: ())
    #expect(read == settings)
    #expect(Values(settings) == (try SettingValues(parsing: text, from: "c.json")))

    try withTemporaryFolder { folder in
      let path = folder.appending("config.json")
      #expect(
        sentence { try Values(contentsOf: path) }.hasSuffix(
          "; it must have the form of a run's config.json."))
      try AtomicFile.write(text, to: path)
      #expect(try Values(contentsOf: path) == Values(settings))
    }
  }

  @Test func anyPartMayBeMissingAndWhatTheRunSaysBesideIsLeftOut() throws {
    let values = try parse(#"{"version": "9", "command": "x", "limit": null, "noise": 2}"#)
    #expect(values["noise"]?.double == 2 && values["limit"] == .null && values["seed"] == nil)
    #expect(try Walk(flags: .init(), file: values, in: ()).noise == 2)
    #expect(try parse("{}").isEmpty && Values().isEmpty && !values.isEmpty)
  }

  @Test(arguments: [
    (#"{"episodes": 0}"#, "episodes is 0, but must be an integer of 1 or more."),
    (#"{"episodes": 1.0}"#, "episodes is 1.0, but must be an integer of 1 or more."),
    (#"{"episodes": 1e30}"#, "episodes is 1e+30, but must be an integer of 1 or more."),
    (#"{"episodes": null}"#, "episodes is null, but must be an integer of 1 or more."),
    (#"{"limit": 101}"#, "limit is 101, but must be an integer from 1 to 100, or null."),
    (#"{"drift": "0"}"#, "drift is \"0\", but must be a number from -1 to 1."),
    (#"{"drift": -1.5}"#, "drift is -1.5, but must be a number from -1 to 1."),
    (#"{"noise": 0}"#, "noise is 0, but must be a number above 0, at most 10."),
    (#"{"noise": 1e-50}"#, "noise is 1e-50, but must be a number above 0, at most 10."),
    (#"{"noise": 11}"#, "noise is 11, but must be a number above 0, at most 10."),
    (#"{"start": "two"}"#, "start is \"two\", but must be zero or one."),
    (#"{"slow": 1}"#, "slow is 1, but must be true or false."),
    (#"{"note": 1}"#, "note is 1, but must be a name."),
    (
      #"{"widths": [64, 0]}"#,
      "widths is [64, 0], but must be layer widths from 1 to 4096 such as 64,64, or none."
    ),
    (
      #"{"widths": 64}"#,
      "widths is 64, but must be layer widths from 1 to 4096 such as 64,64, or none."
    ),
    (#"{"seed": -1}"#, "seed is -1, but must be an integer from 0 to 9223372036854775807."),
    (#"{"n-episodes": 3}"#, #"there is no setting "n-episodes"; did you mean episodes?"#),
    (#"{"best-from": 3}"#, #"there is no setting "best-from"; did you mean best_from?"#),
    (#"{"mu": 3}"#, #"there is no setting "mu"; did you mean drift?"#),
  ])
  func whatAFileMayNotSayIsRefusedByName(text: String, problem: String) {
    let message = sentence { try parse(text) }
    #expect(message == "c.json: \(problem)")
  }

  @Test func whatIsNotJSONIsRefusedByLine() {
    #expect(
      sentence { try parse("{\"seed\": 1,\n\"seed\": 2}") }
        == "c.json is not JSON: \"seed\" stands twice in line 2; correct it or start from a run's "
        + "config.json.")
    #expect(
      sentence { try parse("{\"seed\": 1,\n}") }.contains("a comma stands before \"}\" in line 2"))
    #expect(sentence { try parse("[]") }.contains("holds no JSON object"))
  }

  @Test func wordsFromOutsideAreEscapedAndCut() {
    let long = String(repeating: "x", count: 3000)
    for text in [
      #"{"\u001b[31m": 1}"#, "{\"\(long)\": 1}", #"{"start": "\u001b[31m"}"#,
      "{\"start\": \"\(long)\"}",
    ] {
      let message = sentence { try parse(text) }
      #expect(message.count < 500 && !message.contains("\u{1b}"))
    }
  }

  @Test func aWidthTooManyIsCountedInTotal() {
    let widths = Array(repeating: "64", count: 65).joined(separator: ", ")
    #expect(sentence { try parse("{\"widths\": [\(widths)]}") }.contains("widths is [64, 64"))
  }

  // MARK: Flags

  @Test(
    arguments: [
      ("episodes", "12", .integer(12)), ("limit", "100", .integer(100)), ("drift", "1", .number(1)),
      ("drift", "-2.5e-1", .number(-0.25)), ("noise", "1e-40", .number(1e-40)),
      ("slow", "true", .boolean(true)),
      ("widths", "64,32", .array([.integer(64), .integer(32)])), ("widths", "none", .array([])),
      ("start", "one", "one"), ("note", "", ""),
    ] as [(String, String, JSONValue)])
  func flagsAreRead(flag: String, text: String, value: JSONValue) throws {
    #expect(try Walk.setting(flag).parse(text) == value)
  }

  @Test(arguments: [
    ("episodes", "1e3"), ("episodes", "99999999999999999999"), ("episodes", "1000000000001"),
    ("drift", "nan"), ("drift", "inf"), ("drift", ""), ("noise", "1e-50"), ("noise", "-0"),
    ("slow", "yes"), ("widths", "64,"), ("widths", ""), ("widths", "64,x"), ("start", "Zero"),
  ])
  func illegalFlagsAreRefused(flag: String, text: String) {
    let message = sentence { try Walk.setting(flag).parse(text) }
    #expect(message.hasPrefix("--\(flag) is \(text), but must be "))
  }

  @Test func declarationsGiveFlagKeyAndHelp() {
    let setting = Walk.setting("best-from")
    #expect(setting.key == "best_from" && !setting.isOptional && !setting.mayGrow)
    #expect(setting.legalValues.brief == "1 or more")
    #expect(Walk.setting("limit").isOptional && Walk.setting("episodes").mayGrow)
    #expect(Walk.setting("drift").legalValues.brief == "-1 to 1")
    struct Outer { var walk = Walk() }
    let outer = setting.within(\Outer.walk)
    #expect(outer.flag == "best-from" && outer.get(Outer()) == .integer(1))
  }

  // MARK: Precedence

  @Test func flagsComeBeforeTheFileAndTheFileBeforeTheBase() throws {
    var flags = Values()
    flags["walk"] = "steep"
    #expect(try Walk(flags: flags, in: ()).drift == 0.5)
    #expect(try Walk(flags: flags, file: parse(#"{"drift": 0.1}"#), in: ()).drift == 0.1)
    flags["drift"] = .number(0.2)
    #expect(try Walk(flags: flags, file: parse(#"{"drift": 0.1}"#), in: ()).drift == 0.2)
  }

  @Test func aFlagMustHaveAPartAndAFileNeedNot() throws {
    #expect(try Walk(flags: .init(), file: parse(#"{"drift": 0.1}"#), in: ()).kind == "fair")
    var flags = Values()
    flags["drift"] = .number(0.2)
    #expect(
      sentence { try Walk(flags: flags, in: ()) } == "--drift has no part in fair; leave it out.")
    #expect(
      sentence { try Walk(flags: .init(), file: parse(#"{"widths": [1, 1, 1]}"#), in: ()) }
        == "--widths has more than 2 layers; leave some out.")
  }
}

@Suite struct VariantTests {
  private func names(_ list: String) throws -> [String] {
    try Variant<Walk>.parse(list: list).map(\.name)
  }

  @Test func listsAreReadWithTheirSettings() throws {
    #expect(try names("fair, steep") == ["fair", "steep"])
    let variants = try Variant<Walk>.parse(
      list: "steep:drift=0.1;widths=64,32,fair:widths=none,fair")
    #expect(variants.map(\.name) == ["steep:drift=0.1;widths=64,32", "fair:widths=none", "fair"])
    #expect(
      variants[0].settings["walk"] == "steep" && variants[0].settings["drift"] == .number(0.1))
    #expect(variants[0].settings["widths"] == .array([.integer(64), .integer(32)]))
    #expect(variants[1].settings["widths"] == .array([]) && variants[2].settings["widths"] == nil)
  }

  @Test(arguments: [
    ("", "--walks has an entry without a name; write it like --walks one,other."),
    ("fair,", "--walks has an entry without a name; write it like --walks one,other."),
    (":drift=1", "--walks has an entry without a name; write it like --walks one,other."),
    ("fair,fair", "--walks names fair twice; leave one of them out."),
    ("flat", "--walks names \"flat\", but must be fair or steep."),
    ("fair:sed=1", "--walks: there is no setting \"sed\" to give fair; did you mean"),
    ("fair:n-episodes=1", "did you mean n-episodes?"),
    ("fair:seed=1", "--walks: all have the same seeds; set them with --seeds."),
    (
      "fair:drift=2",
      "--walks: drift of fair is 2, but must be a number from -1 to 1, as in drift=VALUE."
    ),
    ("fair:drift", "--walks: drift of fair has no value, but must be a number from -1 to 1"),
    ("fair:", "--walks: there is no setting \"\" to give fair"),
    ("fair:drift=1;drift=0", "--walks: fair:drift=1;drift=0 sets drift twice; leave one out."),
  ])
  func whatMakesNoSenseIsRefused(list: String, problem: String) {
    #expect(sentence { try names(list) }.contains(problem))
  }

  @Test func wordsFromOutsideAreEscaped() {
    for list in [
      "\u{1b}[31m", "\u{1b}[31m:sed=1", "fair:\u{1b}[31m=1", "fair:drift=\u{1b}[31m",
      "fair:note=\u{1b}[31m,fair:note=\u{1b}[31m", "fair:note=\u{1b};note=1",
    ] {
      #expect(!sentence { try names(list) }.contains("\u{1b}"))
    }
  }

  @Test func plansResolveAllSettings() throws {
    var shared = Values()
    shared["episodes"] = .integer(3)
    shared["drift"] = .number(0.25)
    let plan = try ComparisonPlan(
      Variant<Walk>.parse(list: "fair,steep,steep:drift=0.75"), shared: shared, seeds: 5...6, in: ()
    )
    #expect(plan.entries.map(\.settings.drift) == [0, 0.25, 0.75])
    #expect(plan.runs.map(\.settings.seed) == [5, 5, 5, 6, 6, 6])
    #expect(plan.runs.map(\.entry) == [0, 1, 2, 0, 1, 2])
    #expect(
      sentence {
        try ComparisonPlan(
          Variant<Walk>.parse(list: "steep,steep:drift=0.25"), shared: shared, seeds: 0...0, in: ())
      } == "--walks: steep:drift=0.25 has the settings of steep; leave one of them out.")
    #expect(
      sentence {
        try ComparisonPlan(Variant<Walk>.parse(list: "fair"), shared: shared, seeds: 0...0, in: ())
      } == "--drift has no part in what is compared; leave it out.")
  }
}
