/// When a `VectorEnvironment` starts the next episode of an environment that has finished one.
///
/// The modes are Gymnasium's.
public enum AutoresetMode: Sendable, Hashable {
  /// At the call after the end: it ignores the action for this environment and returns the first
  /// observation of the new episode, with reward 0 and both flags false.
  case nextStep

  /// At the end, within the same call: its observation is already the first one of the new
  /// episode, and the last one of the old is kept in `finalObservations`.
  case sameStep

  /// Not at all: the caller resets each finished environment before the next call.
  case disabled
}
