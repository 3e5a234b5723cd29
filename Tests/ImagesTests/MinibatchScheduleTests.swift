import Foundation
import Images
import RandomNumbers
import TestSupport
import Testing

@Suite struct MinibatchScheduleTests {
  private func roundTrip(_ schedule: MinibatchSchedule) throws -> MinibatchSchedule {
    try JSONDecoder().decode(
      MinibatchSchedule.self, from: JSONEncoder().encode(schedule))
  }

  @Test func epochsCoverTheExamplesInNewOrders() {
    var generator = PCG64(seed: 1)
    var schedule = MinibatchSchedule(count: 23, batchSize: 5)
    #expect(schedule.batchesPerEpoch == 4)
    var epochs: [[Int]] = []
    for epoch in 0..<300 {
      var seen: [Int] = []
      for position in 0..<4 {
        #expect(schedule.epoch == epoch && schedule.position == position)
        let batch = schedule.next(using: &generator)
        #expect(batch.count == 5)
        seen += batch
      }
      #expect(Set(seen).count == 20 && seen.allSatisfy { (0..<23).contains($0) })
      epochs.append(seen)
    }
    #expect(Set(epochs).count == 300)
    // Each example is left out of 3 epochs in 23, thus 39 times, standard deviation 5.8.
    for example in 0..<23 {
      #expect(abs(epochs.count { !$0.contains(example) } - 39) < 29, "example \(example)")
    }
  }

  @Test func drawsOnlyAtTheStartOfAnEpoch() {
    var generator = PCG64(seed: 1)
    var schedule = MinibatchSchedule(count: 6, batchSize: 2)
    for _ in 0..<3 {
      let before = generator
      _ = schedule.next(using: &generator)
      #expect(generator != before)
      let afterwards = generator
      for _ in 0..<2 { _ = schedule.next(using: &generator) }
      #expect(generator == afterwards)
    }
  }

  @Test(arguments: [(23, 5), (8, 4), (5, 5), (1, 1), (7, 1)])
  func continuesExactlyWhereItWasSaved(count: Int, batchSize: Int) throws {
    for saved in 0..<12 {
      var generator = PCG64(seed: 9)
      var schedule = MinibatchSchedule(count: count, batchSize: batchSize)
      for _ in 0..<saved { _ = schedule.next(using: &generator) }
      var restored = try roundTrip(schedule)
      var sameGenerator = generator
      for _ in 0..<20 {
        #expect(restored.next(using: &sameGenerator) == schedule.next(using: &generator))
        #expect(restored.epoch == schedule.epoch && restored.position == schedule.position)
        // Saved again before and after the order is drawn.
        restored = try roundTrip(restored)
      }
      #expect(sameGenerator == generator)
    }
  }

  @Test func takesLittleRoom() throws {
    var generator = PCG64(seed: 1)
    var schedule = MinibatchSchedule(count: 60_000, batchSize: 24)
    for _ in 0..<3000 { _ = schedule.next(using: &generator) }
    #expect(try JSONEncoder().encode(schedule).count < 300)
  }

  @Test(arguments: [
    ("\"position\":3", "\"position\":4"), ("\"position\":3", "\"position\":-1"),
    ("\"position\":3", "\"position\":0"), ("\"epoch\":0", "\"epoch\":-1"),
    ("\"count\":23", "\"count\":0"), ("\"batchSize\":5", "\"batchSize\":24"),
    ("\"batchSize\":5", "\"batchSize\":0"), ("orderGenerator", "other"),
  ])
  func refusesStatesThatCannotBe(old: String, new: String) throws {
    var generator = PCG64(seed: 1)
    var schedule = MinibatchSchedule(count: 23, batchSize: 5)
    for _ in 0..<3 { _ = schedule.next(using: &generator) }
    let text = String(decoding: try JSONEncoder().encode(schedule), as: UTF8.self)
    let changed = text.replacing(old, with: new)
    #expect(changed != text)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(MinibatchSchedule.self, from: Data(changed.utf8))
    }
  }

  @Test func refusesBatchesLargerThanTheData() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = MinibatchSchedule(count: 5, batchSize: 6)
    }
    expectMessage("5 examples do not make batches of 6", of: result)
  }
}
