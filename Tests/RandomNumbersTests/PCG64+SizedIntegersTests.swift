import RandomNumbers
import Testing

@Suite struct PCG64SizedIntegersTests {
  @Test func everyTypeMatchesNumPy() throws {
    var compared: [String: Int] = [:]
    for integers in try NumPyFixture.shared.get().integers {
      switch integers.type {
      case "int8": try compare(integers, as: Int8.self)
      case "uint8": try compare(integers, as: UInt8.self)
      case "int16": try compare(integers, as: Int16.self)
      case "uint16": try compare(integers, as: UInt16.self)
      case "int32": try compare(integers, as: Int32.self)
      case "uint32": try compare(integers, as: UInt32.self)
      case "int64": try compare(integers, as: Int64.self)
      case "uint64": try compare(integers, as: UInt64.self)
      default: Issue.record("The fixture has integers of an unknown type, \(integers.type).")
      }
      compared[integers.type, default: 0] += 1
    }
    #expect(compared.count == 8)
    #expect(compared.values.allSatisfy { $0 >= 6 })
  }

  @Test func noneOfThem() {
    var generator = PCG64(seed: 1)
    #expect(generator.integers(count: 0, in: UInt8(0)...9) == [])
    #expect(generator == PCG64(seed: 1))
  }

  @Test func misuseStops() async {
    await #expect(processExitsWith: .failure) {
      var generator = PCG64(seed: 1)
      _ = generator.integers(count: -1, in: 0...9)
    }
    await #expect(processExitsWith: .failure) {
      var generator = PCG64(seed: 1)
      _ = generator.integer(in: UInt128(0)...9)
    }
  }

  private func compare<Value: FixedWidthInteger>(
    _ expected: NumPyFixture.Integers, as type: Value.Type
  ) throws {
    let range = try #require(Value(expected.low))...(#require(Value(expected.high)))
    var generator = PCG64(seed: expected.seed)
    let array = generator.integers(count: expected.array.count, in: range)
    #expect(array.map(\.description) == expected.array, "\(type) \(range)")
    #expect(generator == (try expected.arrayEnd.generator()), "\(type) \(range)")

    generator = PCG64(seed: expected.seed)
    let scalars = expected.scalars.map { _ in generator.integer(in: range).description }
    #expect(scalars == expected.scalars, "\(type) \(range)")
    #expect(generator == (try expected.scalarsEnd.generator()), "\(type) \(range)")
  }
}
