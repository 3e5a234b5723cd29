import Testing

@testable import TrainingCommands

@Suite struct MeasurementSeedTests {
  @Test func givesEachMeasurementASeedOfItsOwn() {
    var seeds: Set<UInt64> = [0, 1, 2]
    for seed: UInt64 in 0...2 {
      for index in 0..<3 {
        seeds.insert(MeasurementSeed.finalEvaluation(index, ofRun: seed))
        seeds.insert(MeasurementSeed.evaluation(index, ofRun: seed))
        seeds.insert(MeasurementSeed.variance(index, ofRun: seed))
      }
    }
    #expect(seeds.count == 3 + 27)
  }

  @Test func staysAsItIs() {
    // A saved agent must be evaluated on the same episodes by later versions.
    #expect(MeasurementSeed.finalEvaluation(ofRun: 7) == 13_157_808_018_358_388_752)
  }
}
