import Testing

@testable import TrainingCommands

@Suite struct ComparisonSummaryTablesTests {
  @Test func theFileForPeople() throws {
    #expect(
      try sampleSummary().markdown == """
        # Comparison in corridor

        corridor, at most 300 episodes, seeds 3 to 4. Solved (a mean return of 0.5 over 100 \
        episodes): a2c 2 of 2, relax 1 of 2.

        | measure                      | algorithm |  mean | ± error | median |  95 % interval |
        | :--------------------------- | :-------- | ----: | ------: | -----: | -------------: |
        | episodes to solve            | a2c       | 130.0 |    10.0 |  130.0 | 120.0 to 140.0 |
        |                              | relax     | 225.0 |    75.0 |  225.0 | 150.0 to 300.0 |
        | steps to solve               | a2c       |   260 |      20 |    260 |     240 to 280 |
        |                              | relax     |   260 |      40 |    260 |     220 to 300 |
        | mean return of the last 100  | a2c       |   0.6 |     0.1 |    0.6 |     0.5 to 0.8 |
        |                              | relax     |   0.6 |     0.4 |    0.6 |     0.2 to 1.0 |
        | log-variance of the gradient | a2c       |  2.12 |    0.12 |   2.12 |   2.00 to 2.25 |
        |                              | relax     |  2.12 |    0.38 |   2.12 |   1.75 to 2.50 |

        Differences to a2c, seed by seed:

        | measure                      | algorithm | difference | ± error | 95 % interval |     p |
        | :--------------------------- | :-------- | ---------: | ------: | ------------: | ----: |
        | episodes to solve            | relax     |      +95.0 |    65.0 | 30.0 to 160.0 | 0.500 |
        | steps to solve               | relax     |          0 |      60 |     -60 to 60 | 1.000 |
        | mean return of the last 100  | relax     |        0.0 |     0.2 |   -0.2 to 0.2 | 1.000 |
        | log-variance of the gradient | relax     |       0.00 |    0.25 | -0.25 to 0.25 | 1.000 |

        Of relax, 1 of 2 runs ended early with a gradient that was not finite; unless solved before, \
        it counts with all 300 episodes. A run that was not solved counts with all its episodes and \
        steps, which makes these means lower bounds. The log-variance is a run's mean, measured at \
        the policies of that run. Intervals: percentile bootstrap of the mean. They are too narrow \
        with so few seeds. p: paired sign-flip permutation, two-sided.

        """)
  }

  @Test func whereStepsLimitTheRunsItSaysSo() throws {
    let plan = try comparisonPlan("a2c", "--steps", "50", seeds: 3...3)
    let run = try #require(FinishedRun.train(plan.entries[0], seed: 3) { _ in true })
    let headline = ComparisonSummary(of: [[run]], plan).headline
    #expect(headline.hasPrefix("corridor, at most 50 steps, seed 3. "))
  }

  @Test func theTerminalAloneShowsTimes() throws {
    let summary = try sampleSummary()
    #expect(summary.text.contains("wall time of a run, s         a2c         3.50"))
    #expect(!summary.markdown.contains("wall time"))
    #expect(!summary.csv.fileContents.contains("wall_seconds".utf8))
  }

  @Test func theFileForPrograms() throws {
    let lines = String(decoding: try sampleSummary().csv.fileContents, as: UTF8.self)
      .split(separator: "\n")
    #expect(lines.count == 9)
    #expect(
      lines[1] == "episodes_to_solve,a2c,2,2,130.0,10.0,130.0,120.0,140.0,,,,,,")
    #expect(
      lines[2]
        == "episodes_to_solve,relax,2,1,225.0,75.0,225.0,150.0,300.0,a2c,95.0,65.0,30.0,160.0,0.5")
  }

  @Test func aSingleAlgorithmHasNoDifferences() throws {
    let plan = try comparisonPlan("a2c", "--episodes", "3", seeds: 3...3)
    var run = FinishedRun(algorithm: "a2c", seed: 3)
    run.returns = [1]
    run.logVariances = [nil]
    let summary = ComparisonSummary(of: [[run]], plan)
    #expect(summary.differenceTable == nil)
    #expect(summary.headline.contains("seed 3. Solved"))
    #expect(summary.text.contains("a2c         1.0        –     1.0         – to –"))
  }
}
