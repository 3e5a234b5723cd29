import RandomNumbers

extension PCG64 {
  /// The generator that an episode begins with: a new one where there is a seed or was none yet,
  /// otherwise the one that there was.
  ///
  /// This is what `Environment.reset` promises for an environment that keeps its generator.
  ///
  /// - Parameters:
  ///   - seed: The seed of the reset, or `nil` to go on.
  ///   - generator: The environment's generator, or `nil` before its first reset, which seeds it from
  ///     the system.
  public init(seed: UInt64?, continuing generator: PCG64?) {
    self =
      seed.map { PCG64(seed: $0) } ?? generator ?? PCG64(seed: UInt64.random(in: 0 ... .max))
  }
}
