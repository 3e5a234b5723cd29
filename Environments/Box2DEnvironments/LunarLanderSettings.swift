/// What an episode of LunarLander depends on besides its seed.
struct LunarLanderSettings: Sendable, Equatable {
  let gravity: Double
  let enableWind: Bool
  let windPower: Double
  let turbulencePower: Double

  init(gravity: Double, enableWind: Bool, windPower: Double, turbulencePower: Double) {
    precondition(
      -12 < gravity && gravity < 0, "The gravity must lie between -12 and 0; got \(gravity).")
    precondition(windPower.isFinite, "The wind power must be finite; got \(windPower).")
    precondition(
      turbulencePower.isFinite, "The turbulence power must be finite; got \(turbulencePower).")
    self.gravity = gravity
    self.enableWind = enableWind
    self.windPower = windPower
    self.turbulencePower = turbulencePower
  }
}
