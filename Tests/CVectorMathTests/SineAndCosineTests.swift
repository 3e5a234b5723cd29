import CVectorMath
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// The bits are the C library's, whether its algorithm is known here or not.
struct SineAndCosineTests {
  /// Of every magnitude, evenly over the range of the vectors, and around its bounds.
  @Test func bitsAreTheLibrarys() {
    #if DEBUG
      let count = 100_000
    #else
      let count = 1_000_000
    #endif
    var generator = SplitMix(state: 1)
    let bounds = [0.126, 0x1.b6p-1, 0x1p-26, 0.25, 1.5 / 128, 27.0 / 128]
    let arguments = (0..<count).map { index in
      let draw = generator.next()
      let fraction = Double(draw >> 11) * 0x1p-53
      let size: Double =
        switch index % 5 {
        case 0: Double(bitPattern: draw)
        case 1: Double(sign: .plus, exponent: -Int(draw % 40), significand: 1 + fraction)
        case 2: Double(bitPattern: bounds[index % 6].bitPattern &+ draw % 64 &- 32)
        default: 0.86 * fraction
        }
      return index % 2 == 0 ? size : -size
    }
    expectBits(of: arguments, by: vm_sine_and_cosine)
  }

  @Test func argumentsOutsideTheRangeGoToTheLibrary() {
    let sizes = [
      0, .leastNonzeroMagnitude, 0x1p-27, 0x1.fffffffffffffp-27, 0x1.b6p-1, 1, .pi, 1e22,
      .greatestFiniteMagnitude, .infinity, .nan,
    ]
    for size in sizes {
      for lane in 0..<4 {
        var arguments = [0.05, -0.1, 0.15, -0.2]
        arguments[lane] = size
        expectBits(of: arguments, by: vm_sine_and_cosine)
        arguments[lane] = -size
        expectBits(of: arguments, by: vm_sine_and_cosine)
      }
    }
  }

  @Test func everyLengthIsAccepted() {
    let x = scatteredNumbers(20).map { Double($0) / 4 }
    for count in 0..<20 {
      var sines = [Double](repeating: 99, count: 20)
      var cosines = sines
      vm_sine_and_cosine(x, &sines, &cosines, count)
      #expect(sines[..<count].elementsEqual(x[..<count].map { sin($0) }))
      #expect(cosines[..<count].elementsEqual(x[..<count].map { cos($0) }))
      #expect(sines[count] == 99 && cosines[count] == 99)
    }
  }

  /// Otherwise the bits would still be right, and nothing would tell that the vectors are not used.
  @Test(.enabled(if: SineAndCosineTests.isTriedOut))
  func vectorsAreUsed() {
    let areUsed = vm_lanes_give_bits_of({ sin($0) }, { cos($0) })
    #expect(areUsed)
  }

  /// The version whose algorithm the vectors follow, on a processor that has them.
  static var isTriedOut: Bool {
    #if canImport(Glibc) && arch(x86_64)
      let processor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      let flags = processor.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
      var library = [CChar](repeating: 0, count: 64)
      _ = confstr(Int32(_CS_GNU_LIBC_VERSION), &library, library.count)
      return library.starts(with: "glibc 2.36\0".utf8.map { CChar($0) })
        && Set(flags.split(separator: " ")).isSuperset(of: ["fma", "avx2"])
    #else
      return false
    #endif
  }

  /// What is taken where the vectors do not give the library's bits.
  @Test func fallbackGivesTheBits() {
    expectBits(of: scatteredNumbers(1000).map { Double($0) }, by: vm_sine_and_cosine_one_by_one)
  }

  /// One that differs in one bit, and only there.
  @Test func otherLibrariesAreFoundOut() {
    let oneOff = vm_lanes_give_bits_of(
      { $0 > 0.42 && $0 < 0.43 ? sin($0).nextUp : sin($0) }, { cos($0) })
    #expect(!oneOff)
    let oneOffInSeries = vm_lanes_give_bits_of(
      { $0 < -0.12 && $0 > -0.121 ? sin($0).nextUp : sin($0) }, { cos($0) })
    #expect(!oneOffInSeries)
    let otherCosine = vm_lanes_give_bits_of(
      { sin($0) }, { $0 > 0.1 && $0 < 0.101 ? cos($0).nextDown : cos($0) })
    #expect(!otherCosine)
    let otherwiseFused = vm_lanes_give_bits_of(
      { $0 == 0x1.6c651454500fcp-2 ? sin($0).nextUp : sin($0) }, { cos($0) })
    #expect(!otherwiseFused)
  }

  private func expectBits(
    of x: [Double],
    by function: (
      UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?, Int
    ) -> Void, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var sines = [Double](repeating: 99, count: x.count)
    var cosines = sines
    function(x, &sines, &cosines, x.count)
    let differing = x.indices.first { index in
      sines[index].bitPattern != sin(x[index]).bitPattern
        || cosines[index].bitPattern != cos(x[index]).bitPattern
    }
    #expect(differing == nil, "\(differing.map { x[$0] } ?? 0)", sourceLocation: sourceLocation)
  }
}

/// G. L. Steele, D. Lea and C. H. Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
