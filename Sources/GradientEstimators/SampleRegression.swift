import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import State

/// f as learned from all its values so far:
///
///     f(b) ≈ m + C(x) + h(x, b)
///
/// m is a running mean, with a context over about as many values as a memory holds; C and h
/// (`SampleSurrogate`) are fitted to what it holds together, by Adam. C and h do not know what b was drawn
/// from, so that they do not become wrong while θ moves: E[f] at the present θ is m + C(x) + E[h]. (Where f
/// moves with θ as well, as temporal differences do with the V of an agent, the memory's capacity decides how
/// long the past counts.)
///
/// Without a context E[f] is a single number, which m follows in new evaluations, and h is fitted to f less
/// that; C is a constant there, for an h that has none of its own. Where contexts are not remembered
/// (`EstimatorSetting.Memory.remembersContexts`), m and C are E[f], as new evaluations show it, and h, with its
/// line around E[b], is fitted to what they leave. What two variables do together is learned around E[b]
/// everywhere.
public struct SampleRegression: Stateful, Sendable {
  /// m
  private var mean = RunningMoments()
  /// C, a constant without a context; `nil` where the network has one.
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
    if setting.contextWidth > 0 || !setting.memory.hasNetwork {
      contextBaseline = Baseline(setting, using: &generator)
    }
    surrogate = SampleSurrogate(setting, using: &generator)
    memory = RowMemory(
      capacity: setting.memory.capacity,
      width: setting.contextWidth + (setting.contextWidth > 0 ? 2 : 1) * setting.sampleWidth + 1)
    self.generator = PCG64(seed: generator.next())
  }

  /// The samples from which E[h] is taken.
  var expectationDraws: Int { setting.memory.expectationDraws }

  /// Whether C and h are learned together from the memory, as functions that know nothing of θ.
  private var isJoint: Bool { setting.contextWidth == 0 || setting.memory.remembersContexts }

  /// E[f], or nearly so, for contexts [rows, width] and h at them: a constant, [rows].
  func baseline(_ context: Tensor?, _ h: SampleSurrogate.Conditional) -> Tensor {
    withoutRecording {
      var baseline = Tensor(Float(mean.mean)).broadcast(to: [h.rowCount])
      if let contextBaseline {
        baseline =
          baseline + setting.objectiveScale * contextBaseline(context, rows: h.rowCount)
      }
      return isJoint ? baseline + h.expectation : baseline
    }
  }

  /// h(x, ·) for contexts [rows, width] and what b is drawn from, with the network's mean unless nobody asks
  /// for it.
  func surrogate(
    at context: Tensor?, of distribution: any LatentDistribution, hasExpectation: Bool = true
  ) -> SampleSurrogate.Conditional {
    withoutRecording {
      let distribution = distribution.detached()
      let context = setting.contextWidth > 0 ? context : nil
      var h = surrogate.conditional(
        context, mean: distribution.mean, isIndependent: distribution.hasIndependentScalars,
        unit: setting.objectiveScale)
      guard surrogate.hasNetwork, context != nil, hasExpectation else { return h }
      if distribution is any RelaxableDistribution {
        // Not its mean at hard samples, but without noise, and an error goes as η comes to 1.
        h.expectedCurve = h.curve(2 * distribution.mean - 1)
      } else {
        // The same draws in every estimate, of a seed that nobody is likely to have: they know nothing of
        // the sample at hand.
        var generator = PCG64(seed: 0x5EED_5A3D)
        let samples = distribution.repeated(expectationDraws).sample(using: &generator)
        h.expectedCurve = h.meanCurve(at: samples)
      }
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
    mean.add(
      values, decay: isJoint && setting.contextWidth > 0 ? max(1 - share, 0) : 0.99)
    let center = Float(mean.mean)
    let (contextWidth, last) = (setting.contextWidth, memory.width - 1)
    let end = contextWidth + setting.sampleWidth
    let rows = setting.memory.batchSize
    // Without a context pairs are those around the mean that b has now.
    let latestMean = (1 / Float(means.shape[0])) * means.sumOverRows()
    if !isJoint, let context = evaluation.context {
      improveBaseline(
        at: context, towards: (1 / setting.objectiveScale) * (values - center))
    }
    for _ in 0..<setting.memory.fitSteps {
      let batch = memory.sample(rows, using: &generator)
      let context = contextWidth > 0 ? batch.columns(0..<contextWidth) : nil
      let sample = batch.columns(contextWidth..<end)
      let mean = contextWidth > 0 ? batch.columns(end..<last) : latestMean.repeatedAsRows(rows)
      let values = batch.columns(last..<last + 1).reshaped([rows])
      learn(
        (1 / setting.objectiveScale) * (values - center), at: context, sample, mean: mean,
        isIndependent: evaluation.isIndependent)
    }
  }

  /// Takes a step of h, and of C where they are learned together, towards values [rows] at contexts and samples
  /// that were drawn around `mean`.
  private mutating func learn(
    _ target: Tensor, at context: Tensor?, _ sample: Tensor, mean: Tensor, isIndependent: Bool
  ) {
    let h = surrogate.asVariables()
    let c = isJoint ? contextBaseline?.asVariables() : contextBaseline
    let conditional = h.conditional(context, mean: mean, isIndependent: isIndependent, unit: 1)
    var rest = target
    if let c { rest = rest - c(context, rows: target.shape[0]) }
    rest = rest - (isJoint ? conditional.plain(sample) : conditional.aroundMean(sample))
    var error = rest.squared().mean()
    if conditional.hasPairs {
      // They learn from what the others leave: these must not lean on what is far from known yet.
      error = error + (rest.detached() - conditional.pairs(sample)).squared().mean()
    }
    let own = h.parameters
    let slopes = gradients(
      of: error, withRespectTo: own + (isJoint ? c?.parameters ?? [] : []))
    surrogateOptimizer.update(
      &surrogate, along: Array(slopes[..<own.count]), learningRate: setting.memory.learningRate)
    if isJoint { moveBaseline(along: Array(slopes[own.count...])) }
  }

  /// Moves C, if there is one.
  private mutating func moveBaseline(along slopes: [Tensor]) {
    guard var baseline = contextBaseline else { return }
    baselineOptimizer.update(
      &baseline, along: slopes, learningRate: setting.memory.learningRate)
    contextBaseline = baseline
  }

  /// Takes a step of C towards E[f], of which there are values [rows].
  private mutating func improveBaseline(at context: Tensor, towards target: Tensor) {
    guard let variables = contextBaseline?.asVariables() else { return }
    let rest = target - variables(context, rows: context.shape[0])
    moveBaseline(
      along: gradients(of: rest.squared().mean(), withRespectTo: variables.parameters))
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
