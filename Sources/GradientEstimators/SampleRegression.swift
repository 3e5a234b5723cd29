import Autodiff
import NeuralNetworks
import RandomNumbers
import State

/// f as learned from all its values so far:
///
///     f(b) ≈ m + C(x) + h(x, b),   h(x, b) = network(x, s) + s·(A x + a),   s = 2b − 1
///
/// m is a running mean; C, and h for what C leaves, are fitted by Adam to the evaluations that a memory
/// holds. C is fitted as if there were no h: h is weighted where it is used, and C is not.
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
  /// x, b and f(b) of evaluations, a row each.
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
      capacity: setting.memory.capacity, width: setting.contextWidth + setting.sampleWidth + 1)
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

  /// h(x, ·) for contexts [rows, width], or as many rows without one.
  func surrogate(at context: Tensor?, rows: Int) -> SampleSurrogate.Conditional {
    surrogate.conditional(context, rows: rows, unit: setting.objectiveScale)
  }

  /// Takes evaluations into the memory and steps towards what it holds.
  ///
  /// - Parameter evaluation: The new ones.
  mutating func fit(_ evaluation: GradientEstimate.Evaluation) {
    append(evaluation)
    mean.add(evaluation.values, decay: decay)
    let center = Float(mean.mean)
    let (split, width) = (setting.contextWidth, setting.contextWidth + setting.sampleWidth)
    let rows = setting.memory.batchSize
    for _ in 0..<setting.memory.fitSteps {
      let batch = memory.sample(rows, using: &generator)
      let context = split > 0 ? batch.columns(0..<split) : nil
      let sample = batch.columns(split..<width)
      let values = batch.columns(width..<width + 1).reshaped([rows])
      var target = (1 / setting.objectiveScale) * (values - center)
      if var baseline = contextBaseline {
        let variables = baseline.asVariables()
        let rest = target - variables(context, rows: rows)
        baselineOptimizer.update(
          &baseline,
          along: gradients(of: rest.squared().mean(), withRespectTo: variables.parameters),
          learningRate: setting.memory.learningRate)
        contextBaseline = baseline
        target = rest.detached()
      }
      let (_, slopes) = valueWithGradients(at: surrogate) {
        (target - $0.conditional(context, rows: rows, unit: 1)(sample)).squared().mean()
      }
      surrogateOptimizer.update(
        &surrogate, along: slopes, learningRate: setting.memory.learningRate)
    }
  }

  private mutating func append(_ evaluation: GradientEstimate.Evaluation) {
    let context = evaluation.context?.values ?? []
    let (sample, values) = (evaluation.sample.values, evaluation.values.values)
    let (split, width) = (setting.contextWidth, setting.sampleWidth)
    var row: [Float] = []
    row.reserveCapacity(memory.width)
    for (index, value) in values.enumerated() {
      row.removeAll(keepingCapacity: true)
      row += context[index * split..<(index + 1) * split]
      row += sample[index * width..<(index + 1) * width]
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

/// h(x, b) = network(x, s) + s·(A x + a) with s = 2b − 1, in units of the objective's scale.
///
/// The second part is what many black boxes are for the most: linear in b, with slopes that the context
/// decides. It is learned from few samples where b has many variables.
public struct SampleSurrogate: Module {
  private var network: MLP
  /// The weights by which the context enters the first layer; `nil` without one.
  private var contextWeight: Tensor?
  /// A, or `nil` without a context.
  private var slopes: Tensor?
  /// a
  private var constantSlopes: Tensor

  init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    network = MLP(
      sizes: [setting.sampleWidth] + setting.hiddenSizes + [1], activation: .tanh,
      output: .zeros, using: &generator)
    constantSlopes = .zeros([setting.sampleWidth])
    guard setting.contextWidth > 0 else { return }
    slopes = .zeros([setting.contextWidth, setting.sampleWidth])
    guard let first = setting.hiddenSizes.first else { return }
    contextWeight = Initializer.orthogonal(gain: Activation.tanh.gain)
      .matrix(inputs: setting.contextWidth, outputs: first, using: &generator)
  }

  /// h(x, ·), for which what depends on x alone is computed once.
  struct Conditional: Sendable {
    fileprivate let network: MLP
    /// What the first layer is given by x, [rows, width]; `nil` without.
    fileprivate var term: Tensor?
    /// A x + a, [rows, width of b].
    fileprivate var slopes: Tensor
    fileprivate let unit: Float

    /// The values at samples, or soft samples, [rows, width]: a vector [rows].
    func callAsFunction(_ sample: Tensor) -> Tensor {
      let signs = 2 * sample - 1
      let curved = network(signs, adding: term).reshaped([sample.shape[0]])
      return unit * (curved + (signs * slopes).sumOverColumns())
    }

    /// The same for all rows again and again.
    func repeated(_ count: Int) -> Conditional {
      var copy = self
      copy.term = term?.repeated(count)
      copy.slopes = slopes.repeated(count)
      return copy
    }
  }

  /// h(x, ·) for contexts [rows, width], or as many rows without one, times `unit`.
  func conditional(_ context: Tensor?, rows: Int, unit: Float) -> Conditional {
    var term: Tensor?
    var slopes = constantSlopes.repeatedAsRows(rows)
    if let context {
      term = contextWeight.map { context.matrixProduct($0) }
      slopes = self.slopes.map { slopes + context.matrixProduct($0) } ?? slopes
    }
    return Conditional(network: network, term: term, slopes: slopes, unit: unit)
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    Self.visit(&network, "network", visit)
    if var weight = contextWeight {
      visit("context_weight", &weight)
      contextWeight = weight
    }
    if var matrix = slopes {
      visit("slopes", &matrix)
      slopes = matrix
    }
    visit("constant_slopes", &constantSlopes)
  }
}

extension Tensor {
  /// All rows, and once more all rows, `count` times.
  func repeated(_ count: Int) -> Tensor {
    .concatenatingRows([Tensor](repeating: self, count: count))
  }
}
