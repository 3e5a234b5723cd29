import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import State

/// f as learned from all its values so far:
///
///     f(b) ≈ m + C(x) + h(x, b)
///
/// m is the mean of what a memory holds; C and h (`SampleSurrogate`) are fitted to it together, by Adam. None
/// of them knows what b was drawn from, so that none becomes wrong while θ moves: E[f] at the present θ is
/// m + C(x) + E[h].
///
/// Where contexts are not remembered (`EstimatorSetting.Memory.remembersContexts`), m and C are E[f] itself, as
/// new evaluations show it, and h, with its line around E[b], is fitted to what they leave.
public struct SampleRegression: Stateful, Sendable {
  /// m
  private var mean = RunningMoments()
  /// C; `nil` without a context.
  public var contextBaseline: Baseline?
  /// h
  public var surrogate: SampleSurrogate
  private var baselineOptimizer = Adam()
  private var surrogateOptimizer = Adam()
  /// x, b, E[b] where there is an x, and f(b) of evaluations, a row each.
  private var memory: RowMemory
  private let setting: EstimatorSetting
  /// Chooses what the memory shows.
  private var generator: PCG64

  /// A regression that is zero everywhere.
  init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    self.setting = setting
    if setting.contextWidth > 0 { contextBaseline = Baseline(setting, using: &generator) }
    surrogate = SampleSurrogate(setting, using: &generator)
    memory = RowMemory(
      capacity: setting.memory.capacity,
      width: setting.contextWidth + (setting.contextWidth > 0 ? 2 : 1) * setting.sampleWidth + 1)
    self.generator = PCG64(seed: generator.next())
  }

  /// The samples from which E[h] is taken.
  var expectationDraws: Int { setting.memory.expectationDraws }

  /// Whether C and h are learned together from the memory, as functions that know nothing of θ.
  private var isJoint: Bool { contextBaseline == nil || setting.memory.remembersContexts }

  /// E[f] for contexts [rows, width] and what b is drawn from: a constant, [rows].
  func baseline(_ context: Tensor?, of distribution: any LatentDistribution) -> Tensor {
    withoutRecording {
      let rows = distribution.rowCount
      var baseline = Tensor(Float(mean.mean)).broadcast(to: [rows])
      if let contextBaseline {
        baseline = baseline + setting.objectiveScale * contextBaseline(context, rows: rows)
      }
      guard isJoint else { return baseline }
      return baseline + surrogate(at: context, of: distribution).expectation
    }
  }

  /// h(x, ·) for contexts [rows, width] and what b is drawn from.
  func surrogate(
    at context: Tensor?, of distribution: any LatentDistribution
  ) -> SampleSurrogate.Conditional {
    withoutRecording {
      let distribution = distribution.detached()
      var h = surrogate.conditional(
        context, mean: distribution.mean, isIndependent: distribution.hasIndependentScalars,
        unit: setting.objectiveScale)
      guard distribution is DiagonalGaussian else {
        // At probabilities the network is near to its mean at hard samples, and without noise.
        h.expectedCurve = h.curve(2 * distribution.mean - 1)
        return h
      }
      // These draws know nothing of the sample at hand: nothing else is made of the copy.
      var generator = generator
      let draws = (0..<expectationDraws).map { _ in
        h.curve(2 * distribution.sample(using: &generator) - 1)
      }
      h.expectedCurve = (1 / Float(draws.count)) * sum(draws)
      return h
    }
  }

  /// Takes evaluations into the memory and steps towards what it holds.
  ///
  /// - Parameter evaluation: The new ones.
  mutating func fit(_ evaluation: GradientEstimate.Evaluation) {
    let (values, means) = (evaluation.values, evaluation.mean)
    append(evaluation.context, evaluation.sample, means, values)
    let share = Double(values.shape.count) / Double(setting.memory.capacity)
    mean.add(values, decay: isJoint ? max(1 - share, 0) : 0.99)
    let center = Float(mean.mean)
    let (contextWidth, last) = (setting.contextWidth, memory.width - 1)
    let end = contextWidth + setting.sampleWidth
    let rows = setting.memory.batchSize
    // Without a context pairs are those around the mean that b has now.
    let latestMean = (1 / Float(means.shape[0])) * means.sumOverRows()
    if !setting.memory.remembersContexts, let context = evaluation.context {
      improveBaseline(
        at: context, towards: (1 / setting.objectiveScale) * (values - center))
    }
    for _ in 0..<setting.memory.fitSteps {
      let batch = memory.sample(rows, using: &generator)
      let context = contextWidth > 0 ? batch.columns(0..<contextWidth) : nil
      let sample = batch.columns(contextWidth..<end)
      let mean = contextWidth > 0 ? batch.columns(end..<last) : latestMean.repeatedAsRows(rows)
      let values = batch.columns(last..<last + 1).reshaped([rows])
      let h = surrogate.asVariables()
      let conditional = h.conditional(
        context, mean: mean, isIndependent: evaluation.isIndependent, unit: 1)
      var rest = (1 / setting.objectiveScale) * (values - center)
      var learned: Baseline?
      if let baseline = contextBaseline {
        learned = isJoint ? baseline.asVariables() : nil
        rest = rest - (learned ?? baseline)(context, rows: rows)
      }
      rest = rest - (isJoint ? conditional.plain(sample) : conditional.aroundMean(sample))
      var error = rest.squared().mean()
      if conditional.hasPairs {
        // They learn from what the others leave: these must not lean on what is far from known yet.
        error = error + (rest.detached() - conditional.pairs(sample)).squared().mean()
      }
      let slopes = gradients(
        of: error, withRespectTo: h.parameters + (learned?.parameters ?? []))
      let rate = setting.memory.learningRate
      let split = h.parameters.count
      surrogateOptimizer.update(&surrogate, along: Array(slopes[..<split]), learningRate: rate)
      if learned != nil, var baseline = contextBaseline {
        baselineOptimizer.update(&baseline, along: Array(slopes[split...]), learningRate: rate)
        contextBaseline = baseline
      }
    }
  }

  /// Takes a step of C towards E[f], of which there are values [rows].
  private mutating func improveBaseline(at context: Tensor, towards target: Tensor) {
    guard var baseline = contextBaseline else { return }
    let variables = baseline.asVariables()
    let rest = target - variables(context, rows: context.shape[0])
    baselineOptimizer.update(
      &baseline,
      along: gradients(of: rest.squared().mean(), withRespectTo: variables.parameters),
      learningRate: setting.memory.learningRate)
    contextBaseline = baseline
  }

  /// Remembers x, b, E[b] and f(b) of some rows.
  private mutating func append(
    _ context: Tensor?, _ sample: Tensor, _ mean: Tensor, _ values: Tensor
  ) {
    let context = context?.values ?? []
    let (sample, mean, values) = (sample.values, mean.values, values.values)
    let (split, width) = (setting.contextWidth, setting.sampleWidth)
    var row: [Float] = []
    row.reserveCapacity(memory.width)
    for (index, value) in values.enumerated() {
      row.removeAll(keepingCapacity: true)
      row += context[index * split..<(index + 1) * split]
      row += sample[index * width..<(index + 1) * width]
      if split > 0 { row += mean[index * width..<(index + 1) * width] }
      row.append(value)
      memory.append(row[...])
    }
  }

  /// The numbers that its values depend on: those of m, and the weights of C and h.
  var statistics: [Double] {
    get {
      var statistics = mean.statistics
      var copy = self
      copy.visitWeights { statistics += $0.values.map { Double($0) } }
      return statistics
    }
    set {
      mean.statistics = Array(newValue.prefix(3))
      var rest = newValue.dropFirst(3)
      visitWeights { weights in
        let count = weights.shape.count
        precondition(rest.count >= count, "SampleRegression: \(newValue.count) numbers are too few")
        weights = Tensor(rest.prefix(count).map { Float($0) }, shape: weights.shape)
        rest = rest.dropFirst(count)
      }
      precondition(rest.isEmpty, "SampleRegression: \(rest.count) numbers too many")
    }
  }

  private mutating func visitWeights(_ visit: (inout Tensor) -> Void) {
    if var baseline = contextBaseline {
      baseline.visitParameters { visit(&$1) }
      contextBaseline = baseline
    }
    surrogate.visitParameters { visit(&$1) }
  }

  /// Replaces the weights of C and h by random ones, as large as it takes for them to do harm.
  mutating func randomize(using generator: inout PCG64) {
    contextBaseline?.randomize(using: &generator)
    surrogate.randomize(using: &generator)
  }

  public mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("mean", &mean.statistics)
    if var baseline = contextBaseline {
      try visitor.visit("baseline", &baseline)
      try visitor.visit(under: "baseline_optimizer") { visitor throws(Failure) in
        try baselineOptimizer.visitState(&visitor, of: baseline)
      }
      contextBaseline = baseline
    }
    try visitor.visit("surrogate", &surrogate)
    try visitor.visit(under: "surrogate_optimizer") { visitor throws(Failure) in
      try surrogateOptimizer.visitState(&visitor, of: surrogate)
    }
    try visitor.visit("memory", &memory)
    try visitor.visit("generator", &generator)
  }
}
