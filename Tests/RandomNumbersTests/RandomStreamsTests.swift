import Foundation
import RandomNumbers
import Testing

@Suite struct RandomStreamsTests {
  @Test func numbersOfTheStreamsAreFixed() {
    var root = SeedSequence(7)
    let children = root.spawn(RandomStreams.Stream.allCases.count).map { PCG64($0) }
    let streams = RandomStreams(seed: 7)
    #expect(
      children == [
        streams.environment, streams.actions, streams.relaxation, streams.initialization,
        streams.evaluation,
      ])
  }

  @Test func seedSequencesLeadToTheStreams() {
    let streams = RandomStreams(seed: 3)
    let sequence = RandomStreams.seedSequence(of: .relaxation, seed: 3)
    #expect(PCG64(sequence) == streams.relaxation)
    #expect(sequence.spawnKey == [2])
  }

  @Test func streamsDoNotShareStates() {
    var first: Set<UInt64> = []
    for seed in 0..<20 as Range<UInt64> {
      var streams = RandomStreams(seed: seed)
      first.formUnion([
        streams.environment.next(), streams.actions.next(), streams.relaxation.next(),
        streams.initialization.next(), streams.evaluation.next(),
      ])
    }
    #expect(first.count == 100)
  }

  @Test func drawingFromOneLeavesTheOthers() {
    var streams = RandomStreams(seed: 1)
    _ = streams.relaxation.next()
    let fresh = RandomStreams(seed: 1)
    #expect(streams != fresh)
    #expect(streams.actions == fresh.actions)
    #expect(streams.environment == fresh.environment)
  }

  @Test func decodedStreamsContinue() throws {
    var streams = RandomStreams(seed: 1)
    _ = streams.actions.nextUInt32()
    let data = try JSONEncoder().encode(streams)
    #expect(try JSONDecoder().decode(RandomStreams.self, from: data) == streams)
  }
}
