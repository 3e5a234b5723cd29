import RandomNumbers

/// Builds a terrain corner by corner, from left to right.
///
/// Stretches of grass and, in the hardcore version, obstacles take turns. All numbers come from the
/// generator in Gymnasium's order.
struct BipedalWalkerTerrainBuilder {
  private enum Stretch {
    case grass
    case stump
    case stairs(Stairs)
    case pit
  }

  private struct Stairs {
    var stepCount = 0
    /// The width of a step, in corners.
    var width = 0
    /// 1 if they lead upwards, −1 if downwards.
    var direction = 0
  }

  private(set) var heights: [Double] = []
  private(set) var blocks: [BipedalWalkerTerrain.Block] = []
  private let hardcore: Bool
  private var stretch = Stretch.grass
  /// Whether the next corner is the first of its stretch; not so where the first stretch begins.
  private var isFirst = false
  /// How many corners the stretch still has.
  private var remaining = BipedalWalkerTerrain.levelCount
  /// The height of the latest corner, in m.
  private var height = BipedalWalkerTerrain.levelHeight
  private var slope = 0.0
  /// The height at which a pit or stairs began, in m.
  private var baseHeight = 0.0

  init(hardcore: Bool) {
    self.hardcore = hardcore
  }

  private let step = BipedalWalkerTerrain.step

  /// Adds the corner after the latest one.
  mutating func addCorner(_ index: Int, using generator: inout PCG64) {
    let x = Double(index) * step
    switch stretch {
    case .grass:
      if !isFirst { rollOn(index, using: &generator) }
    case .stump:
      if isFirst { addStump(at: x, using: &generator) }
    case .stairs(let stairs):
      if isFirst { addStairs(at: x, using: &generator) } else { climb(stairs) }
    case .pit:
      if isFirst { addPit(at: x, using: &generator) } else { sink() }
    }
    heights.append(height)
    isFirst = false
    remaining -= 1
    if remaining == 0 { beginStretch(using: &generator) }
  }

  private mutating func beginStretch(using generator: inout PCG64) {
    remaining = generator.integers(5, 10)
    isFirst = true
    guard hardcore, case .grass = stretch else {
      stretch = .grass
      return
    }
    switch generator.integers(1, 4) {
    case 1: stretch = .stump
    case 2: stretch = .stairs(Stairs())
    default: stretch = .pit
    }
  }

  /// Grass: a slope that wanders, and leads back to the level height.
  private mutating func rollOn(_ index: Int, using generator: inout PCG64) {
    let below = BipedalWalkerTerrain.levelHeight - height
    slope = 0.8 * slope + 0.01 * (below > 0 ? 1 : below < 0 ? -1 : 0)
    if index > BipedalWalkerTerrain.levelCount { slope += generator.uniform(-1, 1) / 30 }
    height += slope
  }

  private mutating func addStump(at x: Double, using generator: inout PCG64) {
    remaining = generator.integers(1, 3)
    let size = Double(remaining) * step
    addBlock(x...(x + size), height...(height + size))
  }

  private mutating func addStairs(at x: Double, using generator: inout PCG64) {
    var stairs = Stairs()
    stairs.direction = generator.random() > 0.5 ? 1 : -1
    stairs.width = generator.integers(4, 5)
    stairs.stepCount = generator.integers(3, 5)
    baseHeight = height
    for index in 0..<stairs.stepCount {
      let left = x + Double(index * stairs.width) * step
      let right = x + Double((1 + index) * stairs.width) * step
      let top = height + Double(index * stairs.direction) * step
      let bottom = height + Double(-1 + index * stairs.direction) * step
      addBlock(left...right, bottom...top)
    }
    remaining = stairs.stepCount * stairs.width
    stretch = .stairs(stairs)
  }

  /// The ground within stairs: a slope that lies hidden in them.
  private mutating func climb(_ stairs: Stairs) {
    let climbed = stairs.stepCount * stairs.width - remaining - stairs.direction
    let steps = Double(climbed) / Double(stairs.width)
    height = baseHeight + (steps * Double(stairs.direction)) * step
  }

  /// The two walls of a pit.
  private mutating func addPit(at x: Double, using generator: inout PCG64) {
    let width = generator.integers(3, 5)
    let shift = step * Double(width)
    let vertical = (height - 4 * step)...height
    addBlock(x...(x + step), vertical)
    addBlock((x + shift)...(x + step + shift), vertical)
    remaining = width + 2
    baseHeight = height
  }

  /// The ground of a pit, up to its last corner.
  private mutating func sink() {
    height = baseHeight
    if remaining > 1 { height -= 4 * step }
  }

  private mutating func addBlock(
    _ horizontal: ClosedRange<Double>, _ vertical: ClosedRange<Double>
  ) {
    blocks.append(BipedalWalkerTerrain.Block(horizontal: horizontal, vertical: vertical))
  }
}
