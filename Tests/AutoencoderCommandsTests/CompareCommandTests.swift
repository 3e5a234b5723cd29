import Testing

@testable import AutoencoderCommands

@Suite struct CompareCommandTests {
  @Test(arguments: [
    (["--seeds", "0"], "--seeds is 0; it must be from 1 to 10000."),
    (["--seeds", "10001"], "--seeds is 10001; it must be from 1 to 10000."),
    (["--jobs", "0"], "--jobs is 0; it must be from 1 to 256."),
    (["--jobs", "257"], "--jobs is 257; it must be from 1 to 256."),
    (
      ["--estimator", "rloo"],
      "A comparison has several estimators; name them with --estimators."
    ),
    (["--estimators", "rloo,rloo"], "rloo on linear1 is named twice; once is enough."),
    (["--models", "linear1,linear1"], "rebar on linear1 is named twice; once is enough."),
    (["--estimators", ""], "There is nothing to compare; name --models and --estimators."),
    (["--models", ","], "There is nothing to compare; name --models and --estimators."),
    (
      ["--seed", "18446744073709551615"],
      "--seed is 18446744073709551615, which leaves no 1 seeds; take a smaller one."
    ),
    (["--estimators", "rloo,lax"], "lax has no form for Bernoulli latents; "),
    (["--models", "linear1,cubic"], "There is no model \"cubic\"; "),
    (["--batch", "2001"], "--batch is 2001, but there are only 2000 training images; "),
  ])
  func wrongUsageLeavesNothingBehind(flags: [String], message: String) throws {
    try withTemporaryFolder { folder in
      let all = ["compare", "--run-dir", folder.path("c"), "--quiet"] + flags
      #expect(usageMessage { try command(all) }?.hasPrefix(message) == true)
      #expect(!folder.exists("c"))
    }
  }
}
