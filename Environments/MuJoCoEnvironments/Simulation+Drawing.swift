#if MuJoCo
  import CMuJoCo
  import ReinforcementLearning

  extension Simulation {
    /// The model from the side, x to the right and z upwards, in metres; `nil` before the start.
    ///
    /// - Parameters:
    ///   - width: What is in view around the middle: from left to right.
    ///   - y: … and from bottom to top.
    ///   - isFollowed: Whether the middle moves along with the first joint.
    ///   - background: What is behind.
    ///   - draw: Draws what is no part of the model, behind it.
    func drawing(
      width: Double, y: ClosedRange<Double>, isFollowed: Bool, background: UInt32,
      draw: (inout Drawing) -> Void
    ) -> Drawing? {
      guard let capsules, let first = positions.first else { return nil }
      let left = (isFollowed ? first : 0) - width / 2
      var drawing = Drawing(
        x: left...left + width, y: y, background: Drawing.Color(background))
      draw(&drawing)
      for capsule in capsules {
        drawing.stroke(
          [capsule.start, capsule.end], color: capsule.color, width: 2 * capsule.radius)
        for end in [capsule.start, capsule.end] {
          drawing.fillDisc(at: end, radius: capsule.radius, color: capsule.color)
        }
      }
      return drawing
    }

    /// The runners' view: a floor in squares of a metre, of which a stripe is to be seen.
    func drawingOnFloor(width: Double, height: Double) -> Drawing? {
      let depth = 0.15 * height
      return drawing(
        width: width, y: -depth...height - depth, isFollowed: true, background: 0x2D3A48
      ) { drawing in
        for square in Int(drawing.x.lowerBound.rounded(.down))...Int(drawing.x.upperBound) {
          let left = Double(square)
          drawing.fill(
            Drawing.rectangle(x: left...left + 1, y: -depth...0),
            color: square.isMultiple(of: 2) ? Drawing.Color(0xE0FFE0) : .black)
        }
      }
    }

    /// The carts' view, with the rail between the limits.
    func drawingOnRail(width: Double, y: ClosedRange<Double>, background: UInt32) -> Drawing? {
      drawing(width: width, y: y, isFollowed: false, background: background) { drawing in
        drawing.stroke([[-1, 0], [1, 0]], color: Drawing.Color(0x4D4DB3), width: 0.04)
      }
    }

    /// A capsule of the model as it is seen.
    private struct Capsule {
      let start, end: SIMD2<Double>
      let radius: Double
      let color: Drawing.Color
    }

    private var capsules: [Capsule]? {
      guard let (model, data) = placed else { return nil }
      let (shapes, places) = (model.pointer.pointee, data.pointer.pointee)
      return (0..<Int(shapes.ngeom)).compactMap { part in
        guard shapes.geom_type[part] == Int32(mjGEOM_CAPSULE.rawValue) else { return nil }
        let (center, axes) = (places.geom_xpos + 3 * part, places.geom_xmat + 9 * part)
        // The third axis, of which the matrix has a column.
        let half = shapes.geom_size[3 * part + 1] * SIMD2(axes[2], axes[8])
        let place = SIMD2(center[0], center[2])
        let color = (0..<3).map { Int((255 * shapes.geom_rgba[4 * part + $0]).rounded()) }
        return Capsule(
          start: place - half, end: place + half, radius: shapes.geom_size[3 * part],
          color: Drawing.Color(red: color[0], green: color[1], blue: color[2]))
      }
    }
  }

  extension InvertedPendulum: DrawableEnvironment {
    public var framesPerSecond: Int { 25 }

    /// The pole and the cart on its rail, in metres.
    public var drawing: Drawing? {
      simulation.drawingOnRail(width: 2.4, y: -0.6...1, background: 0x000000)
    }
  }

  extension InvertedDoublePendulum: DrawableEnvironment {
    public var framesPerSecond: Int { 20 }

    /// The poles and the cart on its rail, in metres.
    public var drawing: Drawing? {
      simulation.drawingOnRail(width: 3, y: -0.5...1.5, background: 0x4F584F)
    }
  }

  extension Hopper: DrawableEnvironment {
    public var framesPerSecond: Int { 125 }

    /// The leg and the floor around it, in metres.
    public var drawing: Drawing? { simulation.drawingOnFloor(width: 3.3, height: 2.2) }
  }

  extension HalfCheetah: DrawableEnvironment {
    public var framesPerSecond: Int { 20 }

    /// The runner and the floor around it, in metres.
    public var drawing: Drawing? { simulation.drawingOnFloor(width: 3.6, height: 2.4) }
  }
#endif
