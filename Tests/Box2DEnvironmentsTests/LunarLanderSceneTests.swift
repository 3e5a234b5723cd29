import Testing

@testable import Box2DEnvironments

@Suite struct LunarLanderSceneTests {
  @Test func thereIsNoSceneBeforeTheFirstReset() {
    #expect(LunarLander().scene == nil)
    #expect(LunarLanderContinuous().scene == nil)
  }

  @Test func sceneShowsTheLander() throws {
    var environment = LunarLander()
    _ = environment.reset(seed: 0)
    let observation = environment.step(0).observation
    let scene = try #require(environment.scene)
    #expect(scene.terrain.points.count == 11)
    #expect(abs(scene.hull.state.position.x - (10 + 10 * observation[0])) < 1e-5)
    #expect(scene.hull.state.angle == observation[4])
    #expect(scene.hull.outline.count == 6)
    #expect(scene.legs.map(\.outline.count) == [4, 4])
    #expect(scene.legs[0].state.position != scene.legs[1].state.position)
  }

  @Test func outlinesFollowPositionAndAngle() throws {
    var environment = LunarLanderContinuous()
    _ = environment.reset(seed: 0)
    for _ in 0..<20 { _ = environment.step([0, 1]) }
    let scene = try #require(environment.scene)
    for part in [scene.hull] + scene.legs {
      let middle = part.outline.reduce(.zero, +) / Float(part.outline.count)
      let distance = middle - part.state.position
      #expect((distance * distance).sum() < 0.1)
    }
    let edge = scene.legs[0].outline[1] - scene.legs[0].outline[0]
    #expect(abs((edge * edge).sum().squareRoot() - 4.0 / 30) < 1e-5)
  }
}
