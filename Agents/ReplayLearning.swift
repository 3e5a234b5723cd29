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

extension Hyperparameters {
  /// How many gradient steps follow a batch of episodes.
  func gradientSteps(after batch: [Episode<[Float]>], of warmUp: WarmUp) -> Int {
    guard warmUp.isOver else { return 0 }
    let steps = batch.reduce(0) { $0 + $1.length }
    return Int((gradientStepsPerStep * Double(steps)).rounded())
  }
}

/// The mean of what is added; `nil` of nothing.
struct RunningMean {
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
