#if MuJoCo
  extension Simulation {
    /// Lets the motors work for a while, and returns the mean velocity of the first joint, in m/s.
    mutating func advanceForwards(_ action: [Float], frames: Int) -> Double {
      let before = positions.first ?? 0
      advance(action, frames: frames)
      return ((positions.first ?? 0) - before) / duration(frames: frames)
    }
  }

  extension [Float] {
    /// What an action costs: its sum of squares times the weight, in single precision as NumPy has it.
    func cost(weight: Float) -> Double {
      Double(weight * reduce(0) { $0 + $1 * $1 })
    }
  }
#endif
