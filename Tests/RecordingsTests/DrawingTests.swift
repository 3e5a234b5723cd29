import Box2DEnvironments
import ClassicControl
import RandomNumbers
import Recordings
import ReinforcementLearning
import Rendering
import Testing

/// An environment of the package and how many of Gymnasium's pixels its view has.
struct Scene: Sendable, CustomTestStringConvertible {
  var name: String
  var width, height: Int
  var framesPerSecond: Int
  var make: @Sendable () -> any DrawableEnvironment
  var testDescription: String { name }
}

private let scenes = [
  Scene(name: "CartPole", width: 600, height: 400, framesPerSecond: 50) { CartPole() },
  Scene(name: "Acrobot", width: 500, height: 500, framesPerSecond: 15) { Acrobot() },
  Scene(name: "MountainCar", width: 600, height: 400, framesPerSecond: 30) { MountainCar() },
  Scene(name: "MountainCarContinuous", width: 600, height: 400, framesPerSecond: 30) {
    MountainCarContinuous()
  },
  Scene(name: "Pendulum", width: 500, height: 500, framesPerSecond: 30) { Pendulum() },
  Scene(name: "LunarLander", width: 600, height: 400, framesPerSecond: 50) { LunarLander() },
  Scene(name: "LunarLanderContinuous", width: 600, height: 400, framesPerSecond: 50) {
    LunarLanderContinuous()
  },
  Scene(name: "BipedalWalker", width: 600, height: 400, framesPerSecond: 50) { BipedalWalker() },
  Scene(name: "BipedalWalkerHardcore", width: 600, height: 400, framesPerSecond: 50) {
    BipedalWalker(hardcore: true)
  },
]

extension Drawing.Shape {
  /// The numbers that it is made of.
  fileprivate var places: [SIMD2<Double>] {
    switch self {
    case .polygon(let corners, _): corners
    case .line(let points, _, _, let width): points + [[width, 0]]
    case .disc(let center, let radius, _): [center, [radius, 0]]
    case .text(_, let place, let height, _): [place, [height, 0]]
    }
  }
}

@Suite struct DrawingTests {
  /// Random actions for 60 steps: all shapes are finite and near the view, and something moves.
  @Test(arguments: scenes)
  fileprivate func shapesAreInAndAroundTheView(scene: Scene) throws {
    func check(_ environment: some DrawableEnvironment) throws {
      var environment = environment
      #expect(environment.drawing == nil)
      #expect(environment.framesPerSecond == scene.framesPerSecond)
      _ = environment.reset(seed: 5)
      let first = try #require(environment.drawing)
      #expect(first.naturalSize == (scene.width, scene.height))
      #expect(first.shapes.count >= 4)
      var generator = PCG64(seed: 1)
      var last = first
      for _ in 0..<60 {
        _ = environment.step(environment.actionSpace.sample(using: &generator))
        last = try #require(environment.drawing)
        let size = last.x.upperBound - last.x.lowerBound
        for place in last.shapes.flatMap(\.places) {
          #expect(place.x.isFinite && place.y.isFinite)
          #expect(place.x > last.x.lowerBound - 2 * size && place.x < last.x.upperBound + 2 * size)
          #expect(place.y > last.y.lowerBound - size && place.y < last.y.upperBound + size)
        }
      }
      #expect(first != last)
    }
    try check(scene.make())
  }

  /// The pixels of a drawing as 0xRRGGBB.
  private func pixels(_ drawing: Drawing, width: Int, height: Int) throws -> [[UInt32]] {
    let raster = try Raster(width: width, height: height)
    drawing.draw(on: raster)
    return raster.withPixels { pixels in
      (0..<height).map { y in (0..<width).map { pixels[y * width + $0] & 0xFFFFFF } }
    }
  }

  @Test func theViewFillsTheImageAndKeepsItsProportions() throws {
    var drawing = Drawing(x: -1...1, y: 0...1, background: Drawing.Color(0x0000FF))
    drawing.fill(Drawing.rectangle(x: 0...1, y: 0.5...1), color: Drawing.Color(0xFF0000))
    let exact = try pixels(drawing, width: 20, height: 10)
    for (y, row) in exact.enumerated() {
      for (x, pixel) in row.enumerated() {
        #expect(pixel == (x >= 10 && y < 5 ? 0xFF0000 : 0x0000FF))
      }
    }
    // Twice as high as needed: the same in the middle.
    let high = try pixels(drawing, width: 20, height: 20)
    #expect(Array(high[5..<15]) == exact)
    #expect(high[4].allSatisfy { $0 == 0x0000FF })
  }

  @Test func opacityMixesColors() throws {
    var drawing = Drawing(x: 0...1, y: 0...1)
    drawing.fill(
      Drawing.rectangle(x: 0...1, y: 0...1), color: Drawing.Color(0x000000, opacity: 0.5))
    let pixel = try pixels(drawing, width: 2, height: 2)[0][0]
    #expect([0x7F7F7F, 0x808080].contains(pixel))
  }

  /// The pole leans to where its angle says, and the cart is where it is.
  @Test func cartAndPoleAreWhereTheStateSays() throws {
    var environment = CartPole()
    _ = environment.reset(seed: 3)
    for _ in 0..<20 { _ = environment.step(0) }
    let drawing = try #require(environment.drawing)
    let state = try #require(environment.state)
    #expect(state.coordinates[0] < -0.5 && (0.5...1.5).contains(state.coordinates[1]))
    guard case .polygon(let cart, _) = drawing.shapes[0],
      case .polygon(let pole, _) = drawing.shapes[1]
    else {
      Issue.record("cart and pole are no polygons")
      return
    }
    let middle = cart.reduce(.zero, +) / 4
    #expect(abs(middle.x - state.coordinates[0]) < 1e-9)
    #expect((pole.map(\.x).max() ?? 0) > middle.x + 0.5)
  }

  @Test func enginesBlowWhereTheyDoNotPush() throws {
    var lander = LunarLander()
    _ = lander.reset(seed: 4)
    #expect(lander.scene?.exhaust.isEmpty == true)
    for _ in 0..<12 { _ = lander.step(2) }
    let scene = try #require(lander.scene)
    // A puff of the main engine glows for six frames, and moves down.
    #expect(scene.exhaust.count == 6)
    #expect(zip(scene.exhaust, scene.exhaust.dropFirst()).allSatisfy { $0.glow < $1.glow })
    #expect(
      scene.exhaust.allSatisfy { $0.position.y < Double(scene.hull.state.position.y) })
    for _ in 0..<6 { _ = lander.step(0) }
    #expect(lander.scene?.exhaust.isEmpty == true)
  }

  @Test func observationsBecomeBars() throws {
    let space = Box(low: [-2, -.infinity, 0], high: [2, .infinity, 1])
    let drawing = Drawing(observation: [-1, .nan, 9], in: space)
    let heights = drawing.shapes.compactMap { shape -> Double? in
      guard case .polygon(let corners, let color) = shape, color != Drawing.Color(0xF0F0F0) else {
        return nil
      }
      return (corners.map(\.y).max() ?? 0) + (corners.map(\.y).min() ?? 0)
    }
    #expect(heights == [-0.175, 0, 0.35])
    let many = Drawing(
      observation: Array(repeating: 1, count: 9000), in: Box(low: -1, high: 1, count: 9000))
    #expect(many.shapes.count == 601)
  }
}
