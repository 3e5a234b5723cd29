import Autodiff
import NeuralNetworks
import ReinforcementLearning

/// Maps observations to network inputs, (x − offset) · factor.
///
/// The statistics belong to the agent: they are saved with it, and only `absorb` changes them.
public struct ObservationScaler: Module {
  private var offset: Tensor
  private var factor: Tensor
  /// The sums of squared distances to the mean, and the number of observations.
  private var squares: Tensor
  private var count: Tensor
  private let isRunning: Bool
  /// Scalars that stay as they are.
  private let mask: Range<Int>

  /// Inputs beyond this many standard deviations are cut off.
  private static let limit: Float = 10

  /// The scaler of an agent.
  init(_ setting: AgentSetting<some Space>) {
    self.init(
      setting.hyperparameters.observationScaling, space: setting.observationSpace,
      mask: setting.actionMask)
  }

  /// A scaler for the observations of `space`, of which a mask of actions stays as it is.
  public init(_ scaling: ObservationScaling, space: Box, mask: Range<Int>? = nil) {
    let width = space.low.count
    var factors = [Float](repeating: 1, count: width)
    if scaling == .bounds {
      for (i, (low, high)) in zip(space.low, space.high).enumerated() {
        // Bounds that stand for "unbounded" say nothing about the scale.
        let reach = max(abs(low), abs(high))
        if reach.isFinite, reach > 0, reach < 1e6 { factors[i] = 1 / reach }
      }
    }
    offset = .zeros([width])
    factor = Tensor(factors)
    squares = .zeros([width])
    count = Tensor([0])
    isRunning = scaling == .running
    self.mask = mask ?? 0..<0
  }

  /// The number of scalars of an observation.
  public var width: Int { offset.shape[0] }

  /// Scales one observation.
  @inline(__always)
  func apply(_ observation: UnsafeBufferPointer<Float>, to row: UnsafeMutablePointer<Float>) {
    precondition(
      observation.count == width,
      "ObservationScaler: an observation of \(observation.count) scalars instead of \(width)")
    offset.values.withUnsafeBufferPointer { offset in
      factor.values.withUnsafeBufferPointer { factor in
        for i in 0..<offset.count {
          let scaled = (observation[i] - offset[i]) * factor[i]
          row[i] = isRunning ? min(max(scaled, -Self.limit), Self.limit) : scaled
        }
        for i in mask { row[i] = observation[i] }
      }
    }
  }

  /// Scales rows of observations: [rows · width] values to a tensor [rows, width].
  public func callAsFunction(_ observations: [Float]) -> Tensor {
    let rows = rowCount(observations)
    let scaled = [Float](unsafeUninitializedCapacity: observations.count) { result, initialized in
      observations.withUnsafeBufferPointer { all in
        guard let base = result.baseAddress else { return }
        for row in 0..<rows {
          apply(
            UnsafeBufferPointer(rebasing: all[row * width..<(row + 1) * width]),
            to: base + row * width)
        }
      }
      initialized = observations.count
    }
    return Tensor(scaled, shape: [rows, width])
  }

  /// Takes observations into the running statistics; nothing happens in the other modes.
  ///
  /// T. Chan, G. Golub, R. LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing
  /// Sample Variances", 1979: observations are added up in `Double` and merged as a whole, since
  /// one alone is lost beside 2²⁴ others in Float32.
  public mutating func absorb(_ observations: [Float]) {
    guard isRunning, !observations.isEmpty else { return }
    let (rows, width) = (rowCount(observations), width)
    let (before, added) = (Double(count.scalar), Double(rows))
    let total = before + added
    var (means, sums, factors) = (offset.values, squares.values, factor.values)
    for i in 0..<width {
      let column = (0..<rows).lazy.map { Double(observations[$0 * width + i]) }
      let mean = column.reduce(0, +) / added
      let spread = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let distance = mean - Double(means[i])
      means[i] += Float(distance * added / total)
      sums[i] += Float(spread + distance * distance * before * added / total)
      factors[i] = 1 / max((sums[i] / Float(total)).squareRoot(), 1e-4)
    }
    (offset, squares, factor) = (Tensor(means), Tensor(sums), Tensor(factors))
    count = Tensor([Float(total)])
  }

  private func rowCount(_ observations: [Float]) -> Int {
    precondition(
      observations.count.isMultiple(of: width),
      "ObservationScaler: \(observations.count) values are not rows of \(width)")
    return observations.count / width
  }

  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("offset", &offset)
    visit("factor", &factor)
    visit("squares", &squares)
    visit("count", &count)
  }
}
