import Foundation
import RandomNumbers
import Testing

/// The draws of NumPy in `Fixtures/numpy.json`, written by `Fixtures/generate.py`.
struct NumPyFixture: Decodable {
  struct Position: Decodable {
    var state: String
    var increment: String
    var bufferedHalf: UInt32?

    /// The generator at this position.
    func generator() throws -> PCG64 {
      PCG64(
        state: try #require(UInt128(state, radix: 16)),
        increment: try #require(UInt128(increment, radix: 16)), bufferedHalf: bufferedHalf)
    }
  }

  struct Seeding: Decodable {
    var entropy: [UInt32]
    var spawnKey: [UInt32]
    var pool: [UInt32]
    var state32: [UInt32]
    var state64: [UInt64]
    var start: Position
    var next64: [UInt64]
  }

  struct Spawning: Decodable {
    var pools: [[UInt32]]
    var spawnKeys: [[UInt32]]
  }

  /// One draw; exactly one of the values is present, and its name tells the method.
  struct Draw: Decodable {
    var next64: UInt64?
    var next32: UInt32?
    var random: Double?
    var randomFloat: Float?
    var integer: Int?
  }

  struct Mixture: Decodable {
    var seed: UInt64
    var draws: [Draw]
    var end: Position
  }

  struct Uniform: Decodable {
    var seed: UInt64
    var low: Double
    var high: Double
    var values: [Double]
  }

  struct Normal: Decodable {
    var seed: UInt64
    var count: Int
    var first: [Double]
    var tail: [Double]
    var bits: UInt64
    var end: Position
  }

  struct Integers: Decodable {
    var seed: UInt64
    var type: String
    var low: String
    var high: String
    var array: [String]
    var arrayEnd: Position
    var scalars: [String]
    var scalarsEnd: Position
  }

  struct Choice: Decodable {
    var seed: UInt64
    var probabilities: [Double]
    var values: [Int]
  }

  struct Permutation: Decodable {
    var seed: UInt64
    var values: [Int]
    var end: Position
  }

  struct Masked: Decodable {
    var seed: UInt64
    var largest: UInt64
    var values: [UInt64]
  }

  var seedings: [Seeding]
  var spawning: [Spawning]
  var mixtures: [Mixture]
  var uniforms: [Uniform]
  var normals: [Normal]
  var integers: [Integers]
  var choices: [Choice]
  var permutations: [Permutation]
  var masked: [Masked]

  static let shared = Result {
    let url = try #require(
      Bundle.module.url(forResource: "numpy", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
  }
}
