import RandomNumbers
import Testing

@Suite struct PCG64Tests {
  @Test func seed0MatchesNumPy() {
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
}
