import CVectorMath

/// A C function from one array to another.
typealias UnaryKernel =
  @convention(c) (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int)
  -> Void

/// A C function from two arrays to a third one.
typealias BinaryKernel =
  @convention(c) (
    UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int
  ) -> Void

func apply(_ kernel: UnaryKernel, to x: [Float]) -> [Float] {
  var y = [Float](repeating: .nan, count: x.count)
  kernel(x, &y, x.count)
  return y
}

func apply(_ kernel: BinaryKernel, to a: [Float], _ b: [Float]) -> [Float] {
  var y = [Float](repeating: .nan, count: a.count)
  kernel(a, b, &y, a.count)
  return y
}

/// The distance of `value` from `reference` in units in the last place of a Float32 near it.
func unitsInTheLastPlace(from value: Float, to reference: Double) -> Double {
  let rounded = Float(reference)
  if value == rounded { return 0 }
  guard value.isFinite, rounded.isFinite else { return .infinity }
  return abs(Double(value) - reference) / Double(rounded.ulp)
}

/// Numbers between -2 and 2 that look random and are the same on every machine.
func scatteredNumbers(_ count: Int, seed: UInt64 = 1) -> [Float] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) / Float(1 << 22) - 2
  }
}

/// The bits of every number, for comparisons in which NaN equals itself.
func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
