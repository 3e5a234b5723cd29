import TestSupport
import Testing

@testable import Box2DEnvironments

@Suite struct LunarLanderSettingsTests {
  @Test func gravityBetweenTheBoundsIsAccepted() {
    let settings = LunarLanderSettings(
      gravity: -11.9, enableWind: true, windPower: 30, turbulencePower: 3)
    #expect(settings.gravity == -11.9)
    #expect(settings.windPower == 30)
    #expect(settings.turbulencePower == 3)
  }

  @Test func gravityActs() {
    func fall(_ gravity: Double) -> Float {
      var environment = LunarLander(gravity: gravity)
      var observation = environment.reset(seed: 0)
      for _ in 0..<20 { observation = environment.step(0).observation }
      return observation[3]
    }
    // 21 steps of 0.02 s; the observation's unit is 7.5 m/s.
    #expect(abs((fall(-2) - fall(-10)) - 8 * 0.42 / 7.5) < 1e-3)
  }

  @Test func noGravityStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = LunarLander(gravity: 0) }
    expectMessage("The gravity must lie between -12 and 0; got 0.0.", of: result)
  }

  @Test func tooMuchGravityStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = LunarLanderContinuous(gravity: -12) }
    expectMessage("The gravity must lie between -12 and 0; got -12.0.", of: result)
  }

  @Test func windThatIsNoNumberStops() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { _ = LunarLander(windPower: .nan) }
    expectMessage("The wind power must be finite; got nan.", of: result)
  }
}
