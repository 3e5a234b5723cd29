import Autodiff
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// The steps at the beginning of which nothing is learned, when actions are uniformly random.
///
/// How many steps were seen is a parameter: a saved agent knows that it need not act at random.
struct WarmUp: Module {
  private let steps: Int
  /// As far as `Float` holds it.
  private var seen = Tensor([0])

  /// - Parameter steps: How long it lasts.
  init(steps: Int) { self.steps = steps }

  /// Takes note of the steps that the agent was shown since the beginning.
  mutating func advance(to steps: Int) { seen = Tensor([Float(steps)]) }

  /// Whether the policy acts and learns.
  var isOver: Bool { seen.values[0] >= Float(steps) }

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) { visit("seen", &seen) }
}

/// An agent that learns from a memory of transitions, at the end of each batch of episodes.
protocol ReplayAgent: Agent, Module {
  var hyperparameters: Hyperparameters { get }
  var scaler: ObservationScaler { get set }
  var replay: ReplayBuffer { get set }
  var warmUp: WarmUp { get set }

  /// An action as the networks see it.
  func row(of action: Action) -> [Float]

  /// Takes one gradient step.
  ///
  /// - Parameters:
  ///   - sample: Transitions drawn from the memory.
  ///   - states: Their scaled observations.
  ///   - factor: What the schedule makes of the step sizes.
  ///   - figures: What is reported of the step.
  ///   - generator: Where noise comes from.
  mutating func improve(
    on sample: ReplayBatch, _ states: Tensor, _ factor: Float, _ figures: inout ReplayFigures,
    using generator: inout PCG64)
}

extension ReplayAgent {
  /// Remembers the batch and takes as many gradient steps as it had steps, times
  /// `gradientStepsPerStep`; none before the warm-up is over.
  mutating func learn(
    from batch: [Episode<Action>], progress: Double, using generator: inout PCG64
  ) -> ReplayFigures {
    for episode in batch {
      replay.append(episode, actions: episode.actions.map(row))
      scaler.absorb(episode.observations)
    }
    warmUp.advance(to: replay.addedCount)
    var figures = ReplayFigures()
    guard warmUp.isOver else { return figures }
    let factor = hyperparameters.learningRateSchedule.factor(atFraction: progress)
    let steps = batch.reduce(0) { $0 + $1.length }
    for _ in 0..<Int((hyperparameters.gradientStepsPerStep * Double(steps)).rounded()) {
      let sample = replay.sample(
        hyperparameters.replayBatchSize,
        importanceExponent: hyperparameters.importanceExponent(atFraction: progress),
        using: &generator)
      let states = scaler(sample.observations.values)
      improve(on: sample, states, factor, &figures, using: &generator)
    }
    return figures
  }
}

/// The means of what the gradient steps after a batch have told.
struct ReplayFigures {
  var losses = RunningMean()
  var norms = RunningMean()
  var entropies = RunningMean()

  /// - Parameter entropy: The policy's where no step has told it.
  func report(entropy: Double) -> UpdateReport {
    UpdateReport(
      entropy: entropies.value ?? entropy, gradientNorm: norms.value ?? 0,
      controlVariateLoss: losses.value)
  }
}

/// The mean of what is added; `nil` of nothing.
struct RunningMean: Codable, Sendable {
  private var sum = 0.0
  private var count = 0

  var value: Double? { count == 0 ? nil : sum / Double(count) }

  mutating func add(_ value: Float) {
    sum += Double(value)
    count += 1
  }
}

extension Tensor {
  /// Independent draws from the standard normal distribution.
  static func standardNormal(_ shape: Shape, using generator: inout PCG64) -> Tensor {
    var values = [Float](repeating: 0, count: shape.count)
    values.withUnsafeMutableBufferPointer { generator.fillStandardNormal($0) }
    return Tensor(values, shape: shape)
  }
}
