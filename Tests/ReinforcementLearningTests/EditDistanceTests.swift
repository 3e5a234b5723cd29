import Testing

@testable import ReinforcementLearning

@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1),
    ("abc", "ac", 1), ("ac", "abc", 1), ("kitten", "sitting", 3), ("flaw", "lawn", 2),
    ("cartpole", "catpoel", 3),
  ])
  func countsTheLeastChanges(first: String, second: String, distance: Int) {
    #expect(editDistance(first, second) == distance)
    #expect(editDistance(second, first) == distance)
  }

  @Test func findsTheNearestName() {
    #expect(nearestName(to: "Relux", among: ["a2c", "relax"]) == "relax")
    #expect(nearestName(to: "x", among: []) == nil)
  }
}
