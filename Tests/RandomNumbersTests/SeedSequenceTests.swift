import RandomNumbers
import Testing

@Suite struct SeedSequenceTests {
  @Test func wordsMatchNumPy() throws {
    let seedings = try NumPyFixture.shared.get().seedings
    #expect(seedings.count == 53)
    for seeding in seedings {
      let sequence = SeedSequence(entropy: seeding.entropy, spawnKey: seeding.spawnKey)
      let name = "entropy \(seeding.entropy), key \(seeding.spawnKey)"
      #expect(words(of: sequence) == seeding.pool, "\(name)")
      #expect(sequence.generateState(count: 7) == seeding.state32, "\(name)")
      #expect(sequence.generateState64(count: 5) == seeding.state64, "\(name)")
    }
  }

  @Test func spawnMatchesNumPy() throws {
    let expected = try #require(try NumPyFixture.shared.get().spawning.first)
    var root = SeedSequence(7)
    var children = root.spawn(2)
    children += root.spawn(3)
    #expect(root.spawnedChildCount == 5)
    let all = children + children[3].spawn(2)
    #expect(all.map(\.spawnKey) == expected.spawnKeys)
    #expect(all.map(words) == expected.pools)
  }

  @Test func childIsWhatSpawnMakes() {
    var root = SeedSequence(99)
    let children = root.spawn(3)
    #expect(children == (0..<3).map { root.child($0) })
    #expect(Set(children.map { $0.generateState64(count: 1) }).count == 3)
  }

  @Test func integersBecomeWordsLeastSignificantFirst() {
    #expect(SeedSequence(0).entropy == [0])
    #expect(SeedSequence(7 as UInt8).entropy == [7])
    #expect(SeedSequence(Int.max).entropy == [0xffff_ffff, 0x7fff_ffff])
    #expect(SeedSequence(UInt64.max).entropy == [0xffff_ffff, 0xffff_ffff])
    #expect(SeedSequence(UInt128(1) << 96 | 5).entropy == [5, 0, 0, 1])
    #expect(SeedSequence(5, spawnKey: [3]) == SeedSequence(entropy: [5], spawnKey: [3]))
  }

  @Test func noWordsAndNoChildren() {
    var empty = SeedSequence(entropy: [])
    #expect(empty.pool == SeedSequence(0).pool)
    #expect(empty.generateState(count: 0).isEmpty)
    #expect(empty.spawn(0).isEmpty)
  }

  @Test func misuseStops() async {
    await #expect(processExitsWith: .failure) { _ = SeedSequence(-1) }
    await #expect(processExitsWith: .failure) { _ = SeedSequence(1).child(-1) }
    await #expect(processExitsWith: .failure) { _ = SeedSequence(1).generateState(count: -1) }
  }

  private func words(of sequence: SeedSequence) -> [UInt32] {
    (0..<4).map { sequence.pool[$0] }
  }
}
