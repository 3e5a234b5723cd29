import Autodiff
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import State
import Statistics

/// A descent whatever its estimator is.
protocol AnyDescent: Stateful {
  /// How many steps were taken.
  var step: Int { get }
  var theta: ToyParameters { get }
  var anyEstimator: any GradientEstimator { get }
  mutating func descend(
    to end: Int, _ problem: ToyProblem, _ monitor: Monitor
  ) throws(Failure)
  mutating func logVariance(_ problem: ToyProblem) throws(Failure) -> Double
}

/// θ on its way down along an estimator's estimates, and φ on its own.
struct Descent<Estimator: GradientEstimator>: AnyDescent {
  private(set) var step = 0
  private(set) var theta: ToyParameters
  private var estimator: Estimator
  private var optimizer = Adam()
  private var adaptation = Adam()
  private var streams: RandomStreams
  private let learningRate, adaptationRate: Float

  init(_ problem: ToyProblem, _ settings: ToySettings) {
    theta = ToyParameters(values: problem.start)
    streams = RandomStreams(seed: settings.seed)
    estimator = Estimator(
      EstimatorSetting(sampleWidth: problem.sampleWidth, hiddenSizes: settings.hiddenSizes),
      using: &streams.initialization)
    learningRate = Float(settings.learningRate)
    adaptationRate = Float(settings.adaptationRate)
  }

  var anyEstimator: any GradientEstimator { estimator }

  mutating func descend(
    to end: Int, _ problem: ToyProblem, _ monitor: Monitor
  ) throws(Failure) {
    while step < end {
      try monitor.check()
      if Estimator.self == ExactEnumeration.self {
        let gradient = problem.expectation(theta.values.values).gradient
        optimizer.update(
          &theta, along: [Tensor(gradient.map { Float($0) }, shape: problem.start.shape)],
          learningRate: learningRate)
      } else {
        try takeStep(problem)
      }
      step += 1
    }
  }

  private mutating func takeStep(_ problem: ToyProblem) throws(Failure) {
    let variables = estimator.asVariables()
    let estimate = try variables.estimate(
      problem.problem(at: theta.values, rows: 1), using: &streams.relaxation)
    try check(estimate.gradient, "The estimate of the gradient")
    var slopes: [Tensor]?
    if let loss = variables.adaptationLoss(of: estimate) {
      slopes = gradients(of: loss, withRespectTo: variables.parameters)
      for slope in slopes ?? [] { try check(slope, "The gradient of the variance") }
    }
    optimizer.update(&theta, along: [estimate.gradient.detached()], learningRate: learningRate)
    if let slopes { adaptation.update(&estimator, along: slopes, learningRate: adaptationRate) }
    estimator.observe(estimate)
  }

  private func check(_ tensor: Tensor, _ name: String) throws(Failure) {
    guard tensor.isFinite else {
      throw .diverged(
        "\(name) in step \(step + 1) is not finite; try a smaller --learning-rate or "
          + "--cv-learning-rate.")
    }
  }

  /// log Σ_i Var ĝ_i over fresh estimates; θ and φ stay as they are.
  mutating func logVariance(_ problem: ToyProblem) throws(Failure) -> Double {
    if Estimator.self == ExactEnumeration.self { return -.infinity }
    var moments = SampleMoments()
    moments.add(
      rows: try estimator.estimate(
        problem.problem(at: theta.values, rows: ToyTraining.draws), using: &streams.evaluation
      ).gradient)
    return moments.logTrace
  }

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("step", &step, in: 0...Int.max)
    try theta.visitState(&visitor)
    try visitor.visit("estimator", &estimator)
    try visitor.visit(under: "theta_optimizer") { visitor throws(Failure) in
      try optimizer.visitState(&visitor, of: theta)
    }
    try visitor.visit(under: "estimator_optimizer") { visitor throws(Failure) in
      try adaptation.visitState(&visitor, of: estimator)
    }
    try visitor.visit("streams", &streams)
  }
}
