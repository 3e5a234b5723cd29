import Testing

@testable import RandomNumbers

@Suite struct PCG64ChoiceTests {
  @Test func choiceMatchesNumPy() throws {
    for choice in try NumPyFixture.shared.get().choices {
      var generator = PCG64(seed: choice.seed)
      let values = choice.values.map { _ in
        generator.choice(probabilities: choice.probabilities)
      }
      #expect(values == choice.values)
    }
  }

  @Test func choiceTakesWeightsOfAnyScale() {
    var generator = PCG64(seed: 11)
    var scaled = generator
    for _ in 0..<50 {
      let index = generator.choice(probabilities: [0, 0.25, 0.75, 0])
      #expect(scaled.choice(probabilities: [0, 1024, 3072, 0]) == index)
      #expect(index == 1 || index == 2)
    }
  }

  @Test(arguments: [0, 1, 2, 3])
  func impossibleProbabilitiesStop(sample: Int) async {
    await #expect(processExitsWith: .failure) { [sample] in
      var generator = PCG64(seed: 1)
      let bad: [[Double]] = [[], [0, 0], [0.5, -0.1], [.nan, 1]]
      _ = generator.choice(probabilities: bad[sample])
    }
  }

  @Test func infiniteProbabilityStops() async {
    await #expect(processExitsWith: .failure) {
      var generator = PCG64(seed: 1)
      _ = generator.choice(probabilities: [1, .infinity])
    }
  }

  @Test func permutationMatchesNumPy() throws {
    for permutation in try NumPyFixture.shared.get().permutations {
      var generator = PCG64(seed: permutation.seed)
      let values = generator.permutation(of: 0..<permutation.values.count)
      #expect(values == permutation.values)
      #expect(generator == (try permutation.end.generator()))
    }
  }

  @Test func shuffleHandlesSlices() {
    var generator = PCG64(seed: 4)
    var other = generator
    var numbers = Array(0..<20)
    generator.shuffle(&numbers[5..<15])
    #expect(Array(numbers[5..<15]) == other.permutation(of: 5..<15))
    #expect(Array(numbers[..<5]) + Array(numbers[15...]) == Array(0..<5) + Array(15..<20))
  }

  @Test func maskedOffsetMatchesNumPy() throws {
    for masked in try NumPyFixture.shared.get().masked {
      var generator = PCG64(seed: masked.seed)
      let values = masked.values.map { _ in generator.maskedOffset(upTo: masked.largest) }
      #expect(values == masked.values)
    }
  }
}
