import Autodiff
import Distributions
import NeuralNetworks
import RandomNumbers
import State

/// h(x, b) in units of the objective's scale: a network, a line, and what two variables do together,
///
///     h(x, b) = network(x, s) + v·(A x + a) + Σ_{j ≠ k} M_jk u_j u_k,   s = 2b − 1
///
/// with u = s − E[s]. v = s where all that f is made of is learned, for then h stays what it is while the
/// distribution moves; v = u where h is to tell what f has beside E[f]. As a control variate each part is,
/// where there is a context, taken less its expectation, or nearly so: its weight then leaves the baseline
/// alone.
///
/// The line is what many black boxes are for the most, and is learned from few samples where b has many
/// variables. M = P Qᵀ has a low rank. The last two parts are linear in each scalar of b, so that where
/// these are independent, their expectation is their value at E[b], and takes no samples. An encoder that
/// fits its decoder leaves no line: the slopes of log p(x, b) in b are then the encoder's logits, and
/// those of the bound vanish. What is left given x is how the latents explain away each other, for which M
/// need not know x.
public struct SampleSurrogate: Module {
  /// `nil` where the setting wants none.
  private var network: MLP?
  /// The weights by which the context enters the first layer; `nil` without one.
  private var contextWeight: Tensor?
  /// A, or `nil` without a context or where the setting wants none.
  private var slopes: Tensor?
  /// a
  private var constantSlopes: Tensor
  /// P and Q, [width, rank] each; `nil` where there are no two variables.
  private var interactions: (left: Tensor, right: Tensor)?

  init(_ setting: EstimatorSetting, using generator: inout PCG64) {
    let (width, contextWidth) = (setting.sampleWidth, setting.contextWidth)
    if setting.memory.hasNetwork {
      network = MLP(
        sizes: [width] + setting.hiddenSizes + [1], activation: .tanh, output: .zeros,
        using: &generator)
      if contextWidth > 0, let first = setting.hiddenSizes.first {
        contextWeight = Initializer.orthogonal(gain: Activation.tanh.gain)
          .matrix(inputs: contextWidth, outputs: first, using: &generator)
      }
    }
    constantSlopes = .zeros([width])
    if contextWidth > 0 && setting.memory.hasContextSlopes {
      slopes = .zeros([contextWidth, width])
    }
    let rank = min(setting.memory.interactionRank, width)
    if width > 1 && rank > 0 {
      // Q = 0: there are no interactions yet, and their slopes are not zero.
      interactions = (
        Initializer.orthogonal(gain: 1).matrix(inputs: width, outputs: rank, using: &generator),
        .zeros([width, rank])
      )
    }
  }

  var hasNetwork: Bool { network != nil }

  /// Whether it learns what two variables do together.
  var hasPairs: Bool { interactions != nil }

  /// h(x, ·), for which what depends on x alone is computed once.
  struct Conditional: Sendable {
    fileprivate let network: MLP?
    /// What the first layer is given by x, [rows, width]; `nil` without.
    fileprivate var term: Tensor?
    /// A x + a, [rows, width of b].
    fileprivate let slopes: Tensor
    /// E[s], [rows, width of b].
    fileprivate let center: Tensor
    fileprivate let hasContext: Bool
    fileprivate let interactions: (left: Tensor, right: Tensor)?
    fileprivate let unit: Float
    /// The network's mean with a context, or nearly so, [rows]; no part of what is fitted.
    var expectedCurve: Tensor

    /// The values at samples, or soft samples, [rows, width], less their means, with a weight for each part: a
    /// vector [rows].
    func callAsFunction(_ sample: Tensor, weights: SurrogateWeights) -> Tensor {
      sum(parts.map { $0.function(sample).scaled(by: $0.weight(weights)) })
    }

    /// Its parts, with a context each less its mean, with the weights that they have, and whether they are
    /// linear in each scalar of b.
    var parts: [Part] {
      var parts = [Part(weight: { $0.line }, isMultilinear: true, function: centeredLine)]
      if network != nil {
        parts.append(
          Part(weight: { $0.curve ?? Tensor(0) }, isMultilinear: false) {
            curve(2 * $0 - 1) - expectedCurve
          })
      }
      if hasPairs {
        parts.append(
          Part(weight: { $0.pairs ?? Tensor(0) }, isMultilinear: true, function: pairs))
      }
      return parts
    }

    struct Part {
      let weight: (SurrogateWeights) -> Tensor
      let isMultilinear: Bool
      let function: (Tensor) -> Tensor
    }

    /// The network and the line, as a function that knows nothing of E[b], [rows].
    func plain(_ sample: Tensor) -> Tensor {
      withCurve(line(2 * sample - 1), at: sample)
    }

    /// What all but the network have beside their means, [rows].
    func multilinearDeviations(of sample: Tensor) -> Tensor {
      line(2 * sample - 1 - center) + pairs(sample)
    }

    /// E of that with a context, or nearly so, which the parts lack, [rows].
    var expectation: Tensor {
      hasContext ? expectedCurve + line(center) : .zeros([rowCount])
    }

    /// The network, and the line around E[b], [rows].
    func aroundMean(_ sample: Tensor) -> Tensor {
      withCurve(centeredLine(sample), at: sample)
    }

    private func withCurve(_ line: Tensor, at sample: Tensor) -> Tensor {
      network == nil ? line : curve(2 * sample - 1) + line
    }

    /// How many contexts it is for.
    var rowCount: Int { center.shape[0] }

    /// Whether there is anything that two variables do together.
    var hasPairs: Bool { interactions != nil }

    /// The network's part at s, [rows].
    func curve(_ signs: Tensor) -> Tensor {
      guard let network else { return .zeros([signs.shape[0]]) }
      return unit * network(signs, adding: term).reshaped([signs.shape[0]])
    }

    /// The part that is linear in b, with a context around E[b], [rows].
    private func centeredLine(_ sample: Tensor) -> Tensor {
      let signs = 2 * sample - 1
      return line(hasContext ? signs - center : signs)
    }

    /// The part that is linear in s, or in u, [rows].
    private func line(_ signs: Tensor) -> Tensor { unit * (signs * slopes).sumOverColumns() }

    /// What two variables do together, [rows].
    func pairs(_ sample: Tensor) -> Tensor {
      guard let (left, right) = interactions else { return .zeros([sample.shape[0]]) }
      let u = 2 * sample - 1 - center
      let all = (u.matrixProduct(left) * u.matrixProduct(right)).sumOverColumns()
      // Without those of a variable with itself.
      let own = u.squared()
        .matrixProduct((left * right).sumOverColumns().reshaped([u.shape[1], 1]))
      return unit * (all - own.reshaped([u.shape[0]]))
    }

    /// The mean of the network's part at samples of all rows again and again, [rows].
    func meanCurve(at samples: Tensor) -> Tensor {
      let draws = samples.shape[0] / rowCount
      let values = repeatedCurve(draws)(samples).reshaped([draws, rowCount])
      return (1 / Float(draws)) * values.sumOverRows()
    }

    /// The network's part at samples of all rows again and again.
    func repeatedCurve(_ count: Int) -> (Tensor) -> Tensor {
      var copy = self
      copy.term = term?.repeated(count)
      return { [copy] sample in copy.curve(2 * sample - 1) }
    }
  }

  /// h(x, ·), times `unit`.
  ///
  /// - Parameters:
  ///   - context: x, [rows, width], or `nil` where there is none.
  ///   - mean: E[b] of the distribution that b is drawn from, [rows, width of b].
  ///   - isIndependent: Whether the scalars of b are independent; without that there are no interactions,
  ///     whose expectation would be another.
  ///   - unit: A factor.
  func conditional(
    _ context: Tensor?, mean: Tensor, isIndependent: Bool, unit: Float
  ) -> Conditional {
    var term: Tensor?
    var slopes = constantSlopes.repeatedAsRows(mean.shape[0])
    if let context {
      term = contextWeight.map { context.matrixProduct($0) }
      slopes = self.slopes.map { slopes + context.matrixProduct($0) } ?? slopes
    }
    return Conditional(
      network: network, term: term, slopes: slopes,
      center: 2 * mean.detached() - 1, hasContext: context != nil,
      interactions: isIndependent ? interactions : nil, unit: unit,
      expectedCurve: .zeros([mean.shape[0]]))
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    if var part = network {
      Self.visit(&part, "network", visit)
      network = part
    }
    if var weight = contextWeight {
      visit("context_weight", &weight)
      contextWeight = weight
    }
    if var matrix = slopes {
      visit("slopes", &matrix)
      slopes = matrix
    }
    visit("constant_slopes", &constantSlopes)
    if var (left, right) = interactions {
      visit("interactions_left", &left)
      visit("interactions_right", &right)
      interactions = (left, right)
    }
  }
}

/// η, a weight for what each part of h has beside its mean; they start at 0.
public struct SurrogateWeights: Module {
  /// That of the network, if there is one.
  public private(set) var curve: Tensor?
  /// That of what is linear in b.
  public private(set) var line = Tensor(0)
  /// That of what two variables do together, if that is learned.
  public private(set) var pairs: Tensor?

  /// The weights of the parts that h has.
  init(for surrogate: SampleSurrogate) {
    curve = surrogate.hasNetwork ? Tensor(0) : nil
    pairs = surrogate.hasPairs ? Tensor(0) : nil
  }

  /// Whether they are variables.
  var areRecorded: Bool { line.isRecorded }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    if var weight = curve {
      visit("curve", &weight)
      curve = weight
    }
    visit("line", &line)
    if var weight = pairs {
      visit("pairs", &weight)
      pairs = weight
    }
  }
}

extension LatentDistribution {
  /// The distribution of all rows, and once more of all rows, `count` times.
  func repeated(_ count: Int) -> Self {
    replacing(parameters: parameters.repeated(count))
  }
}

extension Tensor {
  /// All rows, and once more all rows, `count` times.
  func repeated(_ count: Int) -> Tensor {
    .concatenatingRows([Tensor](repeating: self, count: count))
  }
}
