import GradientEstimators
import Testing

@testable import EstimatorComparison

@Suite struct ToyFigureTests {
  private func report(_ problem: ToyProblem, _ types: [any GradientEstimator.Type]) throws
    -> ToyReport
  {
    var training = ToyTraining(problem: problem, steps: 10)
    training.seeds = 0..<2
    training.draws = 20
    return ToyReport(
      problem: problem, runs: try training.run(types), checkpoints: training.recordedSteps)
  }

  @Test func singleBernoulliShowsItsControlVariates() throws {
    let figure = try report(
      .bernoulli(target: 0.4), [REINFORCE.self, RELAX.self, REBAR.self]
    ).figure
    #expect(figure.panels.map(\.title) == ["Loss", "Variance", "Control variates"])
    #expect(figure.panels[2].series.map(\.name) == ["relax", "rebar", "f(H(z))"])
    // REBAR's control variate tends to f(0) on the left and f(1) on the right.
    let rebar = figure.panels[2].series[1].y
    #expect(abs(rebar[0] - 0.16) < 0.05 && abs(rebar[rebar.count - 1] - 0.36) < 0.05)
    let f = figure.panels[2].series[2].y
    #expect(abs(f[0] - 0.16) < 1e-6 && abs(f[f.count - 1] - 0.36) < 1e-6)
  }

  @Test func otherProblemsHaveTwoPanels() throws {
    let figure = try report(.chain(dimensions: 2), [RELAX.self]).figure
    #expect(figure.panels.count == 2)
    #expect(figure.panels[0].series[0].x == (0...10).map { Double($0) })
  }

  @Test func noControlVariateLeavesAnEmptyPanel() throws {
    #expect(try report(.bernoulli(target: 0.4), [REINFORCE.self]).figure.panels[2].series.isEmpty)
  }
}
