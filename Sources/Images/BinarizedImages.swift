import RandomNumbers

/// How grey images become black and white ones. A pixel of level v is 1 with probability v / 255,
/// independently of the others.
///
/// Source: R. Salakhutdinov and I. Murray, "On the Quantitative Analysis of Deep Belief Networks"
/// (2008), section 5.
public enum Binarization: String, Sendable, Codable, CaseIterable {
  /// Each image is drawn once and stays as it is.
  case `static`
  /// Each image is drawn anew whenever it is used.
  case dynamic
}

/// Images whose pixels are 0 or 1, drawn from grey levels.
///
/// The probability of a 1 is v / 255, rounded to a multiple of 2⁻¹⁶; pixels of the levels 0 and 255
/// are always 0 and always 1.
public struct BinarizedImages: Sendable {
  /// Whether images are drawn once or at each use.
  public let mode: Binarization
  /// The size of each image in pixels.
  public let width, height: Int
  /// The number of images.
  public let count: Int
  /// The number of pixels of each image.
  public var pixelCount: Int { width * height }

  /// The pixels themselves if they are static, else the grey levels.
  private let pixels: [UInt8]

  /// Prepares the images of a set.
  ///
  /// - Parameters:
  ///   - images: The grey images.
  ///   - mode: Whether images are drawn once or at each use.
  ///   - seed: Decides the pixels of static images; dynamic ones take no notice of it.
  public init(_ images: ImageSet, mode: Binarization, seed: UInt64) {
    self.mode = mode
    width = images.width
    height = images.height
    count = images.count
    guard mode == .static else {
      pixels = images.pixels
      return
    }
    var generator = PCG64(seed: seed)
    let (count, pixelCount) = (count, images.pixelCount)
    pixels = [UInt8](unsafeUninitializedCapacity: images.pixels.count) { bits, bitCount in
      images.pixels.withUnsafeBufferPointer { levels in
        for start in stride(from: 0, to: count * pixelCount, by: pixelCount) {
          drawBits(
            from: .init(rebasing: levels[start..<start + pixelCount]),
            into: .init(rebasing: bits[start..<start + pixelCount]), using: &generator)
        }
      }
      bitCount = images.pixels.count
    }
  }

  /// Returns images as the rows of a matrix, of shape [`indices.count`, `pixelCount`].
  ///
  /// - Parameters:
  ///   - indices: The numbers of the images, counted from 0; a number may come twice.
  ///   - generator: Draws the pixels of dynamic images, ⌈`pixelCount` / 4⌉ words for each; static
  ///     images leave it alone.
  public func batch(_ indices: some Collection<Int>, using generator: inout PCG64) -> [Float] {
    let count = indices.count * pixelCount
    return [Float](unsafeUninitializedCapacity: count) { rows, initializedCount in
      var rest = rows[..<count]
      for index in indices {
        write(index, into: .init(rebasing: rest.prefix(pixelCount)), using: &generator)
        rest = rest.dropFirst(pixelCount)
      }
      initializedCount = count
    }
  }

  /// Writes one image's pixels as zeros and ones.
  ///
  /// - Parameters:
  ///   - index: The number of the image, counted from 0.
  ///   - row: The memory for `pixelCount` numbers.
  ///   - generator: Draws the pixels of a dynamic image; a static one leaves it alone.
  public func write(
    _ index: Int, into row: UnsafeMutableBufferPointer<Float>, using generator: inout PCG64
  ) {
    precondition((0..<count).contains(index), "there is no image \(index) in a set of \(count)")
    precondition(
      row.count == pixelCount, "an image of \(pixelCount) pixels does not fill \(row.count)")
    pixels.withUnsafeBufferPointer { pixels in
      let source = UnsafeBufferPointer(
        rebasing: pixels[index * pixelCount..<(index + 1) * pixelCount])
      switch mode {
      case .static:
        convert(source, into: row)
      case .dynamic:
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pixelCount) { bits in
          drawBits(from: source, into: bits, using: &generator)
          convert(UnsafeBufferPointer(bits), into: row)
        }
      }
    }
  }

  /// The mean of each pixel over all images: of the drawn pixels if they are static, of the
  /// probabilities v / 255 if they are dynamic.
  ///
  /// - Complexity: O(`count` · `pixelCount`); keep the result.
  public var mean: [Float] {
    var sums = [Int](repeating: 0, count: pixelCount)
    sums.withUnsafeMutableBufferPointer { sums in
      pixels.withUnsafeBufferPointer { pixels in
        for start in stride(from: 0, to: pixels.count, by: sums.count) {
          for pixel in 0..<sums.count { sums[pixel] &+= Int(pixels[start &+ pixel]) }
        }
      }
    }
    let scale = Double(count) * (mode == .static ? 1 : 255)
    return sums.map { Float(Double($0) / scale) }
  }
}

/// Draws a bit for each grey level, four of them from each word, lowest 16 bits first.
private func drawBits(
  from levels: UnsafeBufferPointer<UInt8>, into bits: UnsafeMutableBufferPointer<UInt8>,
  using generator: inout PCG64
) {
  // All words first: the loop over the pixels then becomes vector instructions.
  withUnsafeTemporaryAllocation(of: UInt64.self, capacity: (levels.count + 3) / 4) { words in
    for index in words.indices {
      words.initializeElement(at: index, to: generator.next().littleEndian)
    }
    words.withMemoryRebound(to: UInt16.self) { noise in
      for pixel in 0..<levels.count {
        // 65536 v / 255 rounded: 65536 = 257 · 255 + 1, so the quotient is 257 v + v / 255.
        let level = UInt32(levels[pixel])
        let threshold = 257 &* level &+ level >> 7
        bits[pixel] = UInt32(noise[pixel]) < threshold ? 1 : 0
      }
    }
  }
}

/// Turns the integers 0 and 1 into floats.
private func convert(
  _ bits: UnsafeBufferPointer<UInt8>, into row: UnsafeMutableBufferPointer<Float>
) {
  for pixel in 0..<bits.count { row[pixel] = Float(bits[pixel]) }
}
