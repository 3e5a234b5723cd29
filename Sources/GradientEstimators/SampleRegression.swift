import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import State

/// f as learned from all its values so far:
///
///     f(b) ≈ m + C(x) + h(x, b)
///
/// m is a running mean; C, and h (`SampleSurrogate`) for what C leaves, are fitted by Adam to the
/// evaluations that a memory holds. C is fitted as if there were no h: h is weighted where it is used, and C is not.
public struct SampleRegression: Stateful, Sendable {
  /// m, of f.
  private var mean = RunningMoments()
  /// What m keeps of itself at each observation.
  private let decay = 0.99
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

  /// m + C(x), a constant, [rows].
  func baseline(_ context: Tensor?, rows: Int) -> Tensor {
    guard let contextBaseline else { return Tensor(Float(mean.mean)).broadcast(to: [rows]) }
    return withoutRecording {
      setting.objectiveScale * contextBaseline(context, rows: rows) + Float(mean.mean)
    }
  }

  /// h(x, ·) for contexts [rows, width] and what b is drawn from.
  func surrogate(
    at context: Tensor?, of distribution: any LatentDistribution
  ) -> SampleSurrogate.Conditional {
    surrogate.conditional(
      context, mean: withoutRecording { distribution.detached().mean },
      isIndependent: distribution.hasIndependentScalars, unit: setting.objectiveScale)
  }

  /// Takes evaluations into the memory and steps towards what it holds.
  ///
  /// - Parameter evaluation: The new ones.
  mutating func fit(_ evaluation: GradientEstimate.Evaluation) {
    let (values, means) = (evaluation.values, evaluation.mean)
    append(evaluation.context, evaluation.sample, means, values)
    mean.add(values, decay: decay)
    let center = Float(mean.mean)
    let (split, last) = (setting.contextWidth, memory.width - 1)
    let end = split + setting.sampleWidth
    let rows = setting.memory.batchSize
    // Without a context pairs are those around the mean that b has now.
    let latestMean = (1 / Float(means.shape[0])) * means.sumOverRows()
    if !setting.memory.remembersContexts, let context = evaluation.context {
      improveBaseline(
        at: context, towards: (1 / setting.objectiveScale) * (values - center))
    }
    for _ in 0..<setting.memory.fitSteps {
      let batch = memory.sample(rows, using: &generator)
      let context = split > 0 ? batch.columns(0..<split) : nil
      let sample = batch.columns(split..<end)
      let mean = split > 0 ? batch.columns(end..<last) : latestMean.repeatedAsRows(rows)
      let values = batch.columns(last..<last + 1).reshaped([rows])
      var target = (1 / setting.objectiveScale) * (values - center)
      if let context, let baseline = contextBaseline {
        target =
          setting.memory.remembersContexts
          ? improveBaseline(at: context, towards: target)
          : withoutRecording { target - baseline(context, rows: rows) }
      }
      let (_, slopes) = valueWithGradients(at: surrogate) {
        let h = $0.conditional(
          context, mean: mean, isIndependent: evaluation.isIndependent, unit: 1)
        // Pairs learn from what the others leave: these must not lean on what is far from known yet.
        let rest = target - h.simple(sample)
        let error = rest.squared().mean()
        guard h.hasPairs else { return error }
        return error + (rest.detached() - h.pairs(sample)).squared().mean()
      }
      surrogateOptimizer.update(
        &surrogate, along: slopes, learningRate: setting.memory.learningRate)
    }
  }

  /// Takes a step of C towards values [rows], and returns what it has left of them before.
  @discardableResult
  private mutating func improveBaseline(at context: Tensor, towards target: Tensor) -> Tensor {
    guard var baseline = contextBaseline else { return target }
    let variables = baseline.asVariables()
    let rest = target - variables(context, rows: context.shape[0])
    baselineOptimizer.update(
      &baseline,
      along: gradients(of: rest.squared().mean(), withRespectTo: variables.parameters),
      learningRate: setting.memory.learningRate)
    contextBaseline = baseline
    return rest.detached()
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
