import RandomNumbers
import Testing

@Suite struct PCG64Tests {
  @Test func seed0MatchesNumPy() {
    #expect(SeedSequence(0).pool == [0xfe40_eb07, 0x4f36_3a36, 0x4eb2_009d, 0xc89a_7aa7])
    var generator = PCG64(seed: 0)
    #expect(generator.state == 0x1aa1_b534_5996_452d_0958_5eb7_a695_61e3)
    #expect(generator.increment == 0x418d_dadb_3af7_1a82_5881_33bc_4478_73a9)
    #expect(generator.next() == 0xa30f_ebcf_d9c2_825f)
    #expect(generator.next() == 0x4510_bdf8_82d9_d721)
    #expect(generator.next() == 0x0a7d_3da9_4ecd_e8b8)
  }

  @Test func seed42MatchesNumPy() {
    #expect(SeedSequence(42).pool == [0x631d_3606, 0x07ae_90ae, 0x6fc4_be28, 0x2ced_5c75])
    var generator = PCG64(seed: 42)
    #expect(generator.state == 0xcea4_4f67_9879_8f2a_acbc_7c9d_6886_0ac8)
    #expect(generator.increment == 0xfa50_5436_c9a8_416e_66ca_f2e2_8d25_abff)
    #expect(generator.next() == 0xc621_fbcd_16d9_2688)
    #expect(generator.next() == 0x705a_5661_a791_ffc1)
    #expect(generator.next() == 0xdbcd_12c2_6eda_1624)
  }

  @Test func everySeedingMatchesNumPy() throws {
    for seeding in try NumPyFixture.shared.get().seedings {
      var generator = PCG64(SeedSequence(entropy: seeding.entropy, spawnKey: seeding.spawnKey))
      #expect(generator == (try seeding.start.generator()))
      #expect(seeding.next64 == seeding.next64.map { _ in generator.next() })
    }
  }

  @Test func mixedDrawsMatchNumPy() throws {
    for mixture in try NumPyFixture.shared.get().mixtures {
      var generator = PCG64(seed: mixture.seed)
      for draw in mixture.draws {
        if let expected = draw.next64 { #expect(generator.next() == expected) }
        if let expected = draw.next32 { #expect(generator.nextUInt32() == expected) }
        if let expected = draw.random { #expect(generator.random() == expected) }
        if let expected = draw.randomFloat { #expect(generator.randomFloat() == expected) }
        if let expected = draw.integer { #expect(generator.integers(-5, 1000) == expected) }
      }
      #expect(generator == (try mixture.end.generator()))
    }
  }

  @Test func uniformMatchesNumPy() throws {
    for uniform in try NumPyFixture.shared.get().uniforms {
      var generator = PCG64(seed: uniform.seed)
      let values = uniform.values.map { _ in generator.uniform(uniform.low, uniform.high) }
      #expect(values == uniform.values)
    }
  }

  @Test func bufferedHalfIsTheHighHalf() {
    var generator = PCG64(seed: 9)
    var whole = generator
    let word = whole.next()
    #expect(generator.bufferedHalf == nil)
    #expect(generator.nextUInt32() == UInt32(truncatingIfNeeded: word))
    #expect(generator.bufferedHalf == UInt32(word >> 32))
    #expect(generator != whole)
    #expect(generator.nextUInt32() == UInt32(word >> 32))
    #expect(generator == whole)
  }

  @Test(arguments: [0, 1, 2, 5, 64, 1000])
  func skippedDrawsAreThoseThatWouldHaveCome(count: Int) {
    var (drawn, skipped) = (PCG64(seed: 4), PCG64(seed: 4))
    (_, _) = (drawn.nextUInt32(), skipped.nextUInt32())
    for _ in 0..<count { _ = drawn.next() }
    skipped.skip(UInt64(count))
    #expect(skipped == drawn && skipped.bufferedHalf != nil)
    _ = drawn.openUniforms(count: count)
    skipped.skipOpenUniforms(count: count)
    #expect(skipped == drawn)
  }

  @Test func restoredGeneratorContinues() {
    var generator = PCG64(seed: 3)
    _ = generator.nextUInt32()
    var restored = PCG64(
      state: generator.state, increment: generator.increment,
      bufferedHalf: generator.bufferedHalf)
    #expect(restored == generator)
    #expect(restored.nextUInt32() == generator.nextUInt32())
    #expect(restored.next() == generator.next())
  }

  @Test func evenIncrementStops() async {
    await #expect(processExitsWith: .failure) {
      _ = PCG64(state: 1, increment: 2, bufferedHalf: nil)
    }
  }
}
