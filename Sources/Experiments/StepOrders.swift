import ManyMachines
import State

/// What is to be done before the next step of a run, the same on all ranks that take it together.
struct StepOrders: OptionSet {
  let rawValue: Int

  /// To save the state.
  static var save: StepOrders { StepOrders(rawValue: 1) }
  /// To end.
  static var stop: StepOrders { StepOrders(rawValue: 2) }

  /// The orders of rank 0, whose clock and whose interruptions count.
  ///
  /// - Parameters:
  ///   - monitor: Tells when to end.
  ///   - saves: Whether this rank would save.
  static func given(_ monitor: Monitor, saves: Bool) throws(Failure) -> StepOrders {
    var orders: StepOrders = saves ? .save : []
    do throws(Failure) { try monitor.check() } catch { orders.insert(.stop) }
    if Job.ranks.isAlone { return orders }
    let text = try Job.ranks.fromFirst("\(orders.rawValue)", .silent)
    return StepOrders(rawValue: Int(text) ?? 0)
  }
}
