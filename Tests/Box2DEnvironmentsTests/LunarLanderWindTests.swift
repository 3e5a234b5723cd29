import Foundation
import RandomNumbers
import Testing

@testable import Box2DEnvironments

@Suite struct LunarLanderWindTests {
  @Test func startsFromOneDrawOf64Bits() {
    var generator = PCG64(seed: 5)
    var draws = generator
    let word = draws.next()
    let wind = LunarLanderWind(using: &generator)
    // The low half makes the gust's index, the high half the turbulence's; 19,998 values.
    #expect(wind.gustIndex == Int(((word & 0xffff_ffff) * 19_998) >> 32) - 9999)
    #expect(wind.turbulenceIndex == Int(((word >> 32) * 19_998) >> 32) - 9999)
    #expect(generator == draws)
  }

  @Test func strengthFollowsTheFormula() {
    var generator = PCG64(seed: 5)
    var wind = LunarLanderWind(using: &generator)
    let (gust, turbulence) = (wind.gustIndex, wind.turbulenceIndex)
    for step in 0..<100 {
      let k = Double(gust + step)
      #expect(wind.nextGust() == tanh(sin(0.02 * k) + sin(Double.pi * 0.01 * k)))
      let l = Double(turbulence + step)
      #expect(wind.nextTurbulence() == tanh(sin(0.02 * l) + sin(Double.pi * 0.01 * l)))
    }
  }

  @Test func windChangesTheFlight() {
    func observation(_ environment: LunarLander) -> SIMD8<Float> {
      var environment = environment
      var observation = environment.reset(seed: 1)
      for _ in 0..<40 { observation = environment.step(0).observation }
      return observation
    }
    let calm = observation(LunarLander())
    let windy = observation(LunarLander(enableWind: true))
    let still = observation(LunarLander(enableWind: true, windPower: 0, turbulencePower: 0))
    #expect(greatestDistance(calm, windy) > 1e-3)
    // The wind is drawn after terrain and push; the dispersions after it differ, but nothing fires.
    #expect(calm == still)
  }
}
