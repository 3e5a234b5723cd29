import Autodiff
import Distributions
import ManyMachines
import NeuralNetworks
import ReinforcementLearning
import State

/// An estimate of the policy gradient from one episode.
struct PolicyEstimate: Sendable {
  /// π at its steps, a row for each, as a function of the policy's variables.
  let distribution: any ReparameterizedDistribution
  /// The ascent direction, one tensor for each parameter of the policy.
  let gradient: [Tensor]
  /// What `gradient` is a combination of, where its coefficients are fitted; each as `gradient`.
  var terms: [[Tensor]] = []

  /// The gradient's elements one after the other.
  var scalars: [Float] { gradient.flatMap(\.values) }
}

extension PolicyEstimate {
  /// The estimate whose part in the distribution's parameters is known.
  ///
  /// - Parameters:
  ///   - distribution: π at the steps, as a function of the policy's variables.
  ///   - gradient: ĝ in its parameters, an ascent direction, [T, parameters].
  ///   - policy: The variables.
  ///   - recorded: Whether ĝ is to be differentiated once more.
  init(
    _ distribution: some ReparameterizedDistribution, gradient: Tensor, policy: some Policy,
    recorded: Bool = false
  ) {
    self.init(
      distribution: distribution,
      gradient: gradients(
        of: distribution.parameters, withRespectTo: policy.parameters, cotangent: gradient,
        recorded: recorded))
  }
}

/// The mean of ‖ĝ‖² over the estimates, in units of the return's scale, so that the step of an
/// optimiser does not depend on that scale through its ε.
///
/// - Parameters:
///   - estimates: One or more.
///   - returnScale: The unit of returns.
func varianceLoss(_ estimates: [PolicyEstimate], returnScale: Double) -> Tensor {
  let norms = estimates.flatMap { $0.gradient.map { $0.squaredNorm() } }
  let sum = norms.dropFirst().reduce(norms[0]) { $0 + $1 }
  return (1 / (Float(returnScale * returnScale) * Float(estimates.count))) * sum
}

/// What an episode adds to the step of a policy, as constants.
struct EpisodeShare: Sendable {
  /// The estimate of the gradient.
  private(set) var gradient: [Tensor] = []
  /// The sum of the entropies of its steps in nats.
  private(set) var entropy: Float = 0
  /// Their gradient; none where there is no bonus.
  private(set) var entropySlopes: [Tensor] = []
  /// How many steps it has.
  private(set) var steps = 0
  /// What the agent asks for beside, if it does.
  private(set) var rest: [Tensor] = []

  fileprivate init() {}

  init(
    of estimate: PolicyEstimate, _ policy: some Policy, _ hyperparameters: Hyperparameters
  ) {
    gradient = estimate.gradient.map { $0.detached() }
    let bonus = estimate.distribution.entropy().sum()
    entropy = bonus.scalar
    entropySlopes =
      hyperparameters.entropyCoefficient == 0
      ? [] : gradients(of: bonus, withRespectTo: policy.parameters)
    steps = estimate.distribution.rowCount
  }

  /// The shares of several episodes, which threads and ranks compute together.
  ///
  /// - Parameters:
  ///   - episodes: The batch.
  ///   - policy: The variables that estimates are taken at.
  ///   - hyperparameters: The settings.
  ///   - fit: The fit of V, which one of several ranks makes while the others compute shares. A process on its own
  ///     leaves it as it is: it fits V while the next episodes are collected.
  ///   - cost: How long a transition takes here, in those of the fit.
  ///   - body: The estimate of the episode of an index, on which alone it depends, and what is wanted beside.
  /// - Returns: The shares, and the fit.
  static func all(
    of episodes: [EpisodeFeatures], _ policy: some Policy, _ hyperparameters: Hyperparameters,
    beside fit: ValueFit? = nil, cost: Int = 1,
    _ body: @Sendable (Int) -> (estimate: PolicyEstimate, rest: [Tensor])
  ) throws(Failure) -> (shares: [EpisodeShare], fit: ValueFit?) {
    let shared = Job.ranks.isAlone ? nil : fit
    let costs = episodes.map { cost * $0.length } + (shared.map { [$0.cost] } ?? [])
    let parts = try sharedStates(costs: costs, like: UpdatePart(fit: shared)) {
      index throws(Failure) in
      if index == episodes.count { return UpdatePart(fit: try shared?.made()) }
      let (estimate, rest) = body(index)
      var share = EpisodeShare(of: estimate, policy, hyperparameters)
      share.rest = rest
      return UpdatePart(share: share)
    }
    return (parts.compactMap(\.share), shared == nil ? fit : parts[episodes.count].fit)
  }
}

extension EpisodeShare: Stateful {
  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    try visitor.visit("gradient", &gradient)
    try visitor.visit("entropy", &entropy)
    try visitor.visit("entropy_slopes", &entropySlopes)
    try visitor.visit("steps", &steps)
    try visitor.visit("rest", &rest)
  }
}

/// What one rank makes of an update: the share of an episode, or the fit of V.
private struct UpdatePart: Stateful, Sendable {
  var share: EpisodeShare?
  var fit: ValueFit?

  mutating func visitState(_ visitor: inout some StateVisitor) throws(Failure) {
    var isShare = share != nil
    try visitor.visit("is_share", &isShare)
    if isShare {
      var part = share ?? EpisodeShare()
      try visitor.visit("share", &part)
      (share, fit) = (part, nil)
    } else if var part = fit {
      try visitor.visit("fit", &part)
      fit = part
    }
  }
}

extension StateVisitor {
  /// Visits constants, of which whatever replaces them may have others.
  fileprivate mutating func visit(_ name: String, _ tensors: inout [Tensor]) throws(Failure) {
    var ranks = tensors.map(\.shape.rank)
    var lengths = tensors.flatMap(\.shape.dimensions)
    var values: [Float] = []
    values.reserveCapacity(tensors.reduce(0) { $0 + $1.shape.count })
    for tensor in tensors { values.append(contentsOf: tensor.values) }
    try visit(name + "_ranks", &ranks)
    try visit(name + "_lengths", &lengths)
    try visit(name, &values)
    var (axis, first) = (0, 0)
    tensors = ranks.map { rank in
      let shape = Shape(Array(lengths[axis..<axis + rank]))
      defer { (axis, first) = (axis + rank, first + shape.count) }
      return Tensor(Array(values[first..<first + shape.count]), shape: shape)
    }
  }
}

/// The step that a policy takes along the estimates of a batch: their mean, the entropy bonus,
/// clipping and the optimiser, the same for every agent.
struct PolicyStep {
  /// The gradient to descend, one tensor for each parameter of the policy.
  private let descent: [Tensor]
  /// The global norm of `descent` before clipping.
  let norm: Double
  /// The mean entropy over the batch's steps in nats.
  let entropy: Double
  private let hyperparameters: Hyperparameters

  /// - Parameters:
  ///   - estimates: One for each episode of the batch.
  ///   - policy: The variables that the estimates were taken at.
  ///   - hyperparameters: The settings.
  init(
    along estimates: [PolicyEstimate], policy: some Policy, hyperparameters: Hyperparameters
  ) {
    self.init(
      along: estimates.map { EpisodeShare(of: $0, policy, hyperparameters) },
      hyperparameters: hyperparameters)
  }

  /// - Parameters:
  ///   - shares: One for each episode of the batch.
  ///   - hyperparameters: The settings.
  init(along shares: [EpisodeShare], hyperparameters: Hyperparameters) {
    var ascent = shares[0].gradient
    for share in shares.dropFirst() { ascent = zip(ascent, share.gradient).map { $0 + $1 } }
    // The bonus stays outside the estimate, and so outside its variance.
    let weight = Float(hyperparameters.entropyCoefficient)
    var (total, steps) = (0.0, 0)
    for share in shares {
      total += Double(share.entropy)
      steps += share.steps
      if weight == 0 { continue }
      ascent = zip(ascent, share.entropySlopes).map { $0 + weight * $1 }
    }
    entropy = total / Double(steps)
    let share = 1 / Float(shares.count)
    let clipped = clipByGlobalNorm(
      ascent.map { -share * $0 }, maximum: hyperparameters.maximumGradientNorm.map { Float($0) })
    descent = clipped.gradients
    norm = Double(clipped.norm)
    self.hyperparameters = hyperparameters
  }

  /// What an update reports of it.
  var report: UpdateReport { UpdateReport(entropy: entropy, gradientNorm: norm) }

  /// Moves the policy after a fraction of the run.
  func apply(
    to policy: inout some Policy, with optimizer: inout any Optimizer, progress: Double
  ) {
    let factor = hyperparameters.learningRateSchedule.factor(atFraction: progress)
    optimizer.update(
      &policy, along: descent, learningRate: Float(hyperparameters.learningRate) * factor)
  }
}
